import type { InputDistribution, Readout, SharedInputs } from "../circuits.js";
import { InputError } from "../../base/errors.js";
import {
  checked,
  checkNumbers,
  choiceSchema,
  fieldsOf,
  listOf,
  numberSchema,
  stated,
  wholeSchema,
  type Dimension,
} from "../../base/validation.js";
import { identityReadout, uniformInputs, type CustomCircuits } from "./custom.js";
import { neededWidth, outputs, widthsOf } from "./square.js";

/** Circuits with individual biases, [L or 1][T][out]. They must be changed to share biases before they can run. */
export interface RawCustomCircuits extends Omit<CustomCircuits, "biases"> {
  readonly biases: readonly (readonly (readonly number[])[])[];
}

/** The sizes that custom circuits impose on a run. */
export interface CustomSize {
  readonly d: number;
  readonly T: number;
  /** Null when weights and biases are the same in every layer, so that the run can choose L. */
  readonly L: number | null;
}

/** The keys of an object that gives circuits by their weights. */
export const circuitsKeys = ["name", "weights", "biases", "output", "readouts", "inputs"] as const;

const MAX_D = 64;
const MAX_READOUTS = 16;
const MAX_VECTORS = 65_536;

/** The sizes that custom circuits impose on a run. */
export function customSize(
  circuits: Pick<CustomCircuits | RawCustomCircuits, "weights" | "biases" | "output">,
): CustomSize {
  const { weights, biases } = circuits;
  const longest = Math.max(weights.length, biases.length);
  return { d: neededWidth(circuits), T: weights[0].length, L: longest === 1 ? null : longest };
}

/**
 * Parses custom circuits like `parseAnyCircuits`, but only with shared biases.
 *
 * @throws InputError in the same cases as `parseAnyCircuits`, and when circuits have individual biases
 */
export function parseCustomCircuits(value: unknown): CustomCircuits {
  const circuits = parseAnyCircuits(value);
  if (hasSharedBiases(circuits)) return circuits;
  throw new InputError(
    "circuits.biases: given per circuit, [layers][T][d], but circuits in one network must share biases. " +
      "`superpose check FILE --mended OUT` writes equivalent circuits with shared biases.",
  );
}

export function hasSharedBiases(circuits: CustomCircuits | RawCustomCircuits): circuits is CustomCircuits {
  return !Array.isArray(circuits.biases[0][0]);
}

/**
 * Parses custom circuits and fills in defaults; biases are shared, [L or 1][out], or individual, [L or 1][T][out].
 *
 * Weights are [L or 1][T][out][in], and a layer's `in` equals the previous layer's `out`; a single layer is repeated
 * and must be square. `readouts` lists either objects `{name, matrix}`, whose matrices apply to the last layer's
 * outputs, or a name for each output; outputs with the same name form one readout. By default, all outputs are read out
 * as "a". Without `inputs`, every component of a^0 is uniform in 0…1. `output` is kept only if it is "linear".
 *
 * @throws InputError naming the entry that is missing, not a number, or of the wrong length
 */
export function parseAnyCircuits(value: unknown): CustomCircuits | RawCustomCircuits {
  const fields = fieldsOf("circuits", value, circuitsKeys);
  const name = fields.name === undefined ? "custom" : nameOf("circuits.name", fields.name);
  const weights = parseWeights(fields.weights);
  const biases = nonEmptyList("circuits.biases", fields.biases, "layers, [L or 1][d]");
  const areOwn = Array.isArray(biases[0]) && Array.isArray(biases[0][0]);
  checkBiases(biases, weights, areOwn);
  const output = parseOutput(fields.output, weights);
  const widths = widthsOf({ weights });
  const isSquare = output === undefined && widths.every((width) => width === widths[0]);
  const outputCount = { name: isSquare ? "d" : "out", length: widths[widths.length - 1] };
  const inputCount = { name: isSquare ? "d" : "in", length: widths[0] };
  const complete = {
    name,
    weights,
    biases: biases as CustomCircuits["biases"],
    ...output,
    readouts:
      fields.readouts === undefined
        ? [identityReadout(outputCount.length)]
        : parseReadouts(fields.readouts, outputCount),
    inputs:
      fields.inputs === undefined
        ? uniformInputs(inputCount.length)
        : parseInputs("circuits.inputs", fields.inputs, inputCount, weights[0].length),
  };
  return areOwn ? { ...complete, biases: biases as RawCustomCircuits["biases"] } : complete;
}

/** Parses the weights. Sizes of successive layers must match, and a single layer must be square. */
function parseWeights(value: unknown): CustomCircuits["weights"] {
  const layers = nonEmptyList("circuits.weights", value, "layers, [L or 1][T][d][d]");
  const T = nonEmptyList("circuits.weights[0]", layers[0], "circuits, [T][d][d]").length;
  const isOne = layers.length === 1;
  let width: number | null = null;
  layers.forEach((layer, k) => {
    const where = `circuits.weights[${k}]`;
    const rows = nonEmptyList(`${where}[0]`, listOf(where, layer, { name: "T", length: T })[0], "rows, [d][d]");
    const length = isOne ? rows.length : (width ?? nonEmptyList(`${where}[0][0]`, rows[0], "numbers, [d][d]").length);
    const widest = Math.max(rows.length, length);
    if (widest > MAX_D) throw new InputError(`${where}[0] has ${widest} ${rows.length === widest ? "rows" : "columns"}: d must be at most ${MAX_D}.`); // prettier-ignore
    checkNumbers(where, layer, [
      { name: "T", length: T },
      { name: isOne ? "d" : "out", length: rows.length },
      { name: isOne ? "d" : "in", length },
    ]);
    width = rows.length;
  });
  return layers as CustomCircuits["weights"];
}

/** @param areOwn whether each circuit has its own biases */
function checkBiases(biases: readonly unknown[], weights: CustomCircuits["weights"], areOwn: boolean): void {
  const [, ...outs] = widthsOf({ weights });
  const other = outs.find((out) => out !== outs[0]);
  if (weights.length > 1 && biases.length > 1 && weights.length !== biases.length) {
    throw new InputError(
      `circuits.biases has ${biases.length} layers and circuits.weights has ${weights.length}: they must have the same number of layers, or one of them must have just one.`,
    );
  }
  if (biases.length === 1 && other !== undefined) {
    throw new InputError(
      `circuits.biases has the biases of only one layer, but layers have ${outs[0]} and ${other} outputs; give biases for every layer.`,
    );
  }
  biases.forEach((layer, k) => {
    const out = { name: weights.length === 1 ? "d" : "out", length: outs[weights.length === 1 ? 0 : k] };
    checkNumbers(`circuits.biases[${k}]`, layer, [...(areOwn ? [{ name: "T", length: weights[0].length }] : []), out]);
  });
}

/** `{ output }` if the output is linear, otherwise undefined. */
function parseOutput(value: unknown, weights: CustomCircuits["weights"]): Pick<CustomCircuits, "output"> | undefined {
  if (value === undefined || checked("circuits.output", choiceSchema(outputs), value) === "relu") return undefined;
  if (weights.length === 1) {
    throw new InputError(
      'circuits.output = "linear": weights for a single layer are used in every layer of a run, with a ReLU after each; give every layer its own weights.',
    );
  }
  const d = neededWidth({ weights, output: "linear" });
  if (d > MAX_D) {
    throw new InputError(
      `circuits.output = "linear": two neurons for each of ${d / 2} outputs make d = ${d}, but d must be at most ${MAX_D}.`,
    );
  }
  return { output: "linear" };
}

function nonEmptyList(name: string, value: unknown, of: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value as readonly unknown[];
  throw new InputError(`${stated(name, value)}: must be a non-empty list of ${of}.`);
}

/** Parses a name that will be a column title and a key in results. */
function nameOf(name: string, value: unknown): string {
  if (typeof value === "string" && /^[A-Za-z][A-Za-z0-9_-]{0,31}$/.test(value)) return value;
  throw new InputError(`${stated(name, value)}: must be 1 to 32 letters, digits, _ or -, starting with a letter.`);
}

function parseReadouts(value: unknown, outputCount: Dimension): readonly Readout[] {
  const list = nonEmptyList("circuits.readouts", value, "{name, matrix}, or a name per component");
  if (typeof list[0] === "string") return namedComponents(list, outputCount);
  checked("circuits.readouts.length", wholeSchema(1, MAX_READOUTS), list.length);
  const readouts = list.map((entry, k): Readout => {
    const where = `circuits.readouts[${k}]`;
    const { name, matrix } = fieldsOf(where, entry, ["name", "matrix"]);
    const rows = nonEmptyList(`${where}.matrix`, matrix, "rows, [rows][d]");
    checked(`${where}.matrix.length`, wholeSchema(1, MAX_D), rows.length);
    checkNumbers(`${where}.matrix`, matrix, [{ name: "rows", length: rows.length }, outputCount]);
    return { name: nameOf(`${where}.name`, name), matrix: matrix as Readout["matrix"] };
  });
  readouts.forEach(({ name }, k) => {
    if (readouts.findIndex((other) => other.name === name) !== k) {
      throw new InputError(`circuits.readouts[${k}].name = "${name}": used twice.`);
    }
  });
  return readouts;
}

/** Readouts built from the names of the components; components with the same name form one readout. */
function namedComponents(names: readonly unknown[], outputCount: Dimension): readonly Readout[] {
  listOf("circuits.readouts", names, outputCount);
  const rows = new Map<string, number[][]>();
  names.forEach((given, i) => {
    const name = nameOf(`circuits.readouts[${i}]`, given);
    rows.set(name, [...(rows.get(name) ?? []), Array.from({ length: outputCount.length }, (_, j) => +(i === j))]);
  });
  checked("circuits.readouts.length", wholeSchema(1, MAX_READOUTS), rows.size);
  return Array.from(rows, ([name, matrix]) => ({ name, matrix }));
}

/** @param T the number of circuits if each may have its own distribution, otherwise 0 */
function parseInputs(where: string, value: unknown, inputCount: Dimension, T: number): InputDistribution {
  const kind =
    typeof value === "object" && value !== null && Object.hasOwn(value, "kind")
      ? Reflect.get(value, "kind")
      : undefined;
  if (kind !== "byCircuit" || T === 0) return parseSharedInputs(where, value, kind, inputCount, T);
  const { distributions, of } = fieldsOf(where, value, ["kind", "distributions", "of"]);
  const list = nonEmptyList(`${where}.distributions`, distributions, "distributions");
  checked(`${where}.distributions.length`, wholeSchema(1, T), list.length);
  return {
    kind,
    distributions: list.map(
      (entry, k) => parseInputs(`${where}.distributions[${k}]`, entry, inputCount, 0) as SharedInputs,
    ),
    of: listOf(`${where}.of`, of, { name: "T", length: T }).map((which, t) =>
      checked(`${where}.of[${t}]`, wholeSchema(0, list.length - 1), which),
    ),
  };
}

function parseSharedInputs(
  where: string,
  value: unknown,
  kind: unknown,
  inputCount: Dimension,
  T: number,
): SharedInputs {
  const vector = (name: string, entry: unknown): readonly number[] => {
    checkNumbers(name, entry, [inputCount]);
    return entry as readonly number[];
  };
  switch (kind) {
    case "angle": {
      const { center, cos, sin } = fieldsOf(where, value, ["kind", "center", "cos", "sin"]);
      return {
        kind,
        center: vector(`${where}.center`, center),
        cos: vector(`${where}.cos`, cos),
        sin: vector(`${where}.sin`, sin),
      };
    }
    case "uniform": {
      const fields = fieldsOf(where, value, ["kind", "low", "high"]);
      const low = vector(`${where}.low`, fields.low);
      const high = vector(`${where}.high`, fields.high);
      low.forEach((least, i) => checked(`${where}.high[${i}]`, numberSchema(least), high[i]));
      return { kind, low, high };
    }
    case "choice": {
      const { vectors } = fieldsOf(where, value, ["kind", "vectors"]);
      const list = nonEmptyList(`${where}.vectors`, vectors, "vectors, [d]");
      checked(`${where}.vectors.length`, wholeSchema(1, MAX_VECTORS), list.length);
      listOf(`${where}.vectors`, vectors, { name: "vectors", length: list.length });
      return { kind, vectors: list.map((entry, k) => vector(`${where}.vectors[${k}]`, entry)) };
    }
    default:
      throw new InputError(
        `${stated(`${where}.kind`, kind)}: must be one of angle, uniform, choice${T > 0 ? ", byCircuit" : ""}.`,
      );
  }
}
