import type { DenseModel } from "../network/dense-model.js";
import { eachReadWeight, readoutRows, type MultiPartNetwork } from "../network/multi-part.js";
import { hasParts, type ScoredNetwork } from "./scored-network.js";

/** A direction in a layer's activations: `e_t ⊗ b_i`, one neuron of a circuit. */
export interface TrueDirection {
  readonly circuit: number;
  readonly component: number;
}

/** The true directions of a layer: one for every circuit neuron whose row of w_t is not 0. */
export function trueDirections(
  { shape, circuits }: { readonly shape: Pick<DenseModel["shape"], "T" | "d"> } & Pick<DenseModel, "circuits">,
  layer: number,
): TrueDirection[] {
  const { T, d } = shape;
  const [delta, mean] = [circuits.delta[layer - 1], circuits.mean[layer - 1]];
  const used: TrueDirection[] = [];
  for (let t = 0; t < T; t++) {
    for (let i = 0; i < d; i++) {
      const row = delta.subarray((t * d + i) * d, (t * d + i + 1) * d);
      if (row.some((value, j) => Math.abs(value + mean[i * d + j]) > 1e-12)) used.push({ circuit: t, component: i });
    }
  }
  return used;
}

/** A direction, stored as its nonzero neurons. */
export interface SparseDirection {
  readonly neurons: readonly number[];
  readonly weights: readonly number[];
}

/** The true directions after a step: `e_t ⊗ b_i` for one part; for several parts, the directions that readouts read. */
export function directionsAt(network: ScoredNetwork, step: number): SparseDirection[] {
  if (hasParts(network)) return readDirections(network, step);
  const { shape, embedding } = network;
  const { D, d, S } = shape;
  return trueDirections(network, step).map(({ circuit, component }) => {
    const own = embedding[step - 1].neurons.subarray(circuit * S, (circuit + 1) * S);
    return { neurons: Array.from(own, (n) => component * (D / d) + n), weights: new Array<number>(S).fill(1) };
  });
}

/** The nonzero weights in row r of the readouts of circuit t, `y = row·A + constant`. */
export function readRow({ circuits, parts, reads }: MultiPartNetwork, step: number, t: number, r: number) {
  const row = new Map<number, number>();
  eachReadWeight(parts, reads[step - 1], { t, r, rows: readoutRows(circuits) }, (neuron, weight) => {
    row.set(neuron, (row.get(neuron) ?? 0) + weight);
  });
  return [...row].filter(([, weight]) => weight !== 0).sort(([a], [b]) => a - b);
}

/**
 * Nonzero readout rows of all circuits. Rows that are multiples of one another, to five digits, count as one direction.
 */
function readDirections(network: MultiPartNetwork, step: number): SparseDirection[] {
  const rows = readoutRows(network.circuits);
  const directions = new Map<string, SparseDirection>();
  for (let t = 0; t < network.circuits.T; t++) {
    for (let r = 0; r < rows; r++) {
      const row = readRow(network, step, t, r);
      if (row.length === 0) continue;
      const [neurons, weights] = [row.map(([neuron]) => neuron), row.map(([, weight]) => weight)];
      const key = `${neurons.join()} ${weights.map((weight) => Math.round((1e5 * weight) / weights[0])).join()}`;
      if (!directions.has(key)) directions.set(key, { neurons, weights });
    }
  }
  return [...directions.values()];
}
