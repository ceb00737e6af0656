import { InputError, listOf } from "../base/errors.js";
import { joined } from "../base/joined.js";
import type { Circuits, Readout, SharedInputs } from "./circuits.js";
import { rearrangeInputs, type InputSource } from "./inputs.js";
import { toCircuits, toRaw } from "./raw.js";
import { checkedCircuits } from "./sizes.js";

/** Circuits of several kinds in one network. */
export interface Mixed {
  readonly circuits: Circuits;
  /** Number of unused neurons per circuit and layer for each kind: the common d minus the kind's d. */
  readonly padding: readonly number[];
  /** The position of component i of each kind among the d common components, [kinds][d of the kind]. */
  readonly places: readonly (readonly number[])[];
}

/**
 * Puts circuits of several kinds into one set, in the order of the kinds.
 *
 * All circuits must share biases, so components share a position only if their biases agree in every layer. A kind has
 * weights of 0 at positions that it does not use; the activations there stay at 0, because positive biases are rejected
 * there. The circuits' functions do not change; the cost is `padding`.
 *
 * Readouts with the same name and rows are merged. If the names are the same but the rows differ, the later readout's
 * name is prefixed with the kind of its circuits ("step-alpha").
 *
 * @throws InputError when an entry is missing, depths differ, d would exceed 64, or a position that some kind does not
 * use would have a positive bias
 */
export function mix(parts: readonly Circuits[]): Mixed {
  Array.from(listOf("circuits", parts), (part, k) => checkedCircuits(part, `circuits[${k}]`));
  const L = parts[0]?.L ?? 0;
  const other = parts.find((part) => part.L !== L);
  if (L === 0 || other) {
    throw new InputError(
      `mixed circuits: ${other ? `L = ${L} and L = ${other.L}` : "no circuits are given"}; all must have the same L.`,
      other ? "conflict" : "shape",
      "circuits",
    );
  }
  const shared: number[][] = [];
  const places = parts.map((part) => {
    const taken = new Set<number>();
    return Array.from({ length: part.d }, (_, i) => {
      const biases = part.bias.map((bias) => bias[i]);
      let place = shared.findIndex((known, at) => !taken.has(at) && known.every((value, k) => value === biases[k]));
      if (place === -1) place = shared.push(biases) - 1;
      taken.add(place);
      return place;
    });
  });
  const d = shared.length;
  if (d > 64)
    throw new InputError(`mixed circuits: their biases need d = ${d}, but d must be at most 64.`, "range", "circuits");
  const isOpen = (biases: readonly number[]): boolean => biases.some((value) => value > 0);
  if (shared.some((biases, at) => isOpen(biases) && places.some((own) => !own.includes(at)))) {
    throw new InputError(
      'mixed circuits: a positive bias would affect circuits of other kinds; mend with "indicator".',
      "conflict",
      "circuits",
    );
  }
  const T = parts.reduce((sum, part) => sum + part.T, 0);
  const placed = parts.map((part, kind) => place(part, places[kind], d));
  const whole = Array.from({ length: L }, (_, k) => ({
    weights: joined(placed.map((part) => part.weights[k])),
    biases: Float64Array.from({ length: T * d }, (_unused, at) => shared[at % d][k]),
  }));
  const of = parts.flatMap((part, kind) => new Array<number>(part.T).fill(kind));
  const circuits = toCircuits({
    kind: "mixed",
    ...{ d, T, L },
    weights: whole.map((layer) => layer.weights),
    biases: whole.map((layer) => layer.biases),
    readouts: unite(parts.map(({ kind }, at) => ({ kind, readouts: placed[at].readouts }))),
    inputs: { kind: "byCircuit", distributions: placed.map(({ inputs }) => inputs), of },
  });
  return { circuits, padding: parts.map((part) => d - part.d), places };
}

/** Places the weights, readouts and inputs of one kind among the d common components. */
function place(
  part: Circuits,
  places: readonly number[],
  d: number,
): { weights: Float64Array[]; readouts: Readout[]; inputs: SharedInputs } {
  if (part.inputs.kind === "byCircuit")
    throw new InputError(
      "mixed circuits: one of the kinds is itself mixed; mix all kinds at once.",
      "conflict",
      "circuits",
    );
  const raw = toRaw(part);
  const own = part.d;
  const weights = raw.weights.map((given) => {
    const padded = new Float64Array(part.T * d * d);
    given.forEach((weight, at) => {
      const row = Math.floor(at / own);
      padded[(Math.floor(row / own) * d + places[row % own]) * d + places[at % own]] = weight;
    });
    return padded;
  });
  const sources: InputSource[] = Array.from({ length: d }, (_, at) => {
    const component = places.indexOf(at);
    return component === -1 ? { constant: 0 } : { component };
  });
  const readouts = part.readouts.map(({ name, matrix }) => ({
    name,
    matrix: matrix.map((row) => {
      const padded = new Array<number>(d).fill(0);
      row.forEach((value, i) => (padded[places[i]] = value));
      return padded;
    }),
  }));
  return { weights, readouts, inputs: rearrangeInputs(part.inputs, sources) };
}

function unite(parts: readonly { readonly kind: string; readonly readouts: readonly Readout[] }[]): Readout[] {
  const united: Readout[] = [];
  const text = ({ matrix }: Readout): string => JSON.stringify(matrix);
  for (const { kind, readouts } of parts) {
    for (const readout of readouts) {
      const known = united.find(({ name }) => name === readout.name);
      if (known && text(known) === text(readout)) continue;
      let name = known ? `${kind}-${readout.name}` : readout.name;
      for (let again = 2; united.some((entry) => entry.name === name); again++)
        name = `${kind}${again}-${readout.name}`;
      united.push({ name, matrix: readout.matrix });
    }
  }
  return united;
}
