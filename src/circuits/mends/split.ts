import { InputError } from "../../base/errors.js";
import { rearrange, rearrangeInputs } from "../inputs.js";
import type { RawCircuits } from "../raw.js";
import type { Mended } from "./mended.js";
import { isIdle } from "./rescale.js";

/**
 * Makes one copy per sign of each component whose bias is positive in some circuits and negative in others, so that
 * `rescaleBiases` can make the biases agree (assumption 4).
 *
 * Each circuit uses the copy for the sign of its bias and has no weights into or out of the other copies. d grows by a
 * factor of at most 2, or 3 if some biases are exactly 0.
 *
 * A copy with a positive bias is on in every circuit, whether or not the circuit uses it. So assumptions 2 and 3 still
 * fail, and readouts, which sum over the copies, are off by a constant in circuits that use another copy.
 * `wrapWithIndicator` avoids these problems at a cost of two neurons.
 *
 * @throws InputError when d would exceed 64
 */
export function splitSigns(raw: RawCircuits): Mended<RawCircuits> {
  const { d, T, L } = raw;
  const layers = Array.from({ length: L }, (_, k) => Array.from({ length: d }, (__, i) => signsOf(raw, k + 1, i)));
  const copies = Array.from({ length: d }, (_, i) => Math.max(...layers.map((signs) => signs[i].length)));
  const starts = copies.map((_, i) => copies.slice(0, i).reduce((sum, count) => sum + count, 0));
  const width = copies.reduce((sum, count) => sum + count, 0);
  if (width > 64)
    throw new InputError(`d = ${d}: splitting the biases' signs needs d = ${width}, but d must be at most 64.`);

  /** The copy that circuit t uses for component i at a layer; inputs use the first copy. */
  const slot = (layer: number, t: number, i: number): number =>
    starts[i] + (layer === 0 ? 0 : layers[layer - 1][i].indexOf(signOf(raw, layer, t, i)));

  const weights = raw.weights.map((given, k) => {
    const split = new Float64Array(T * width * width);
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < d; i++) {
        const row = (t * width + slot(k + 1, t, i)) * width;
        for (let j = 0; j < d; j++) split[row + slot(k, t, j)] = given[(t * d + i) * d + j];
      }
    }
    return split;
  });
  const biases = raw.biases.map((given, k) => {
    const split = new Float64Array(T * width).fill(-1);
    for (let i = 0; i < d; i++) {
      layers[k][i].forEach((sign, copy) => {
        // A circuit that does not use this copy is given the bias of the first circuit that does.
        let unused: number | null = null;
        for (let t = 0; t < T && unused === null; t++) {
          if (signOf(raw, k + 1, t, i) === sign) unused = given[t * d + i];
        }
        for (let t = 0; t < T; t++) {
          const uses = signOf(raw, k + 1, t, i) === sign;
          split[t * width + starts[i] + copy] = uses ? given[t * d + i] : unused!;
        }
      });
    }
    return split;
  });
  const sources = copies.flatMap((count, i) =>
    Array.from({ length: count }, (_, copy) => (copy === 0 ? { component: i } : { constant: 0 })),
  );
  return {
    circuits: {
      ...raw,
      d: width,
      weights,
      biases,
      readouts: raw.readouts.map(({ name, matrix }) => ({
        name,
        matrix: matrix.map((row) => row.flatMap((value, i) => new Array<number>(copies[i]).fill(value))),
      })),
      inputs: rearrangeInputs(raw.inputs, sources),
    },
    added: width - d,
    input: (a0) => rearrange(a0, sources),
    recover: (layer, t, activations) => Float64Array.from({ length: d }, (_, i) => activations[slot(layer, t, i)]),
  };
}

/** The sign of a bias; a component that is always off counts as negative. */
function signOf(raw: RawCircuits, layer: number, t: number, i: number): number {
  return isIdle(raw, layer, t, i) ? -1 : Math.sign(raw.biases[layer - 1][t * raw.d + i]);
}

/** The signs that occur, ascending. */
function signsOf(raw: RawCircuits, layer: number, i: number): number[] {
  const signs = new Set(Array.from({ length: raw.T }, (_, t) => signOf(raw, layer, t, i)));
  return [...signs].sort((a, b) => a - b);
}
