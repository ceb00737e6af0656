import type { DenseModel } from "../network/dense-model.js";

/** A direction in a layer's activations: `e_t ⊗ b_i`, one neuron of a circuit. */
export interface TrueDirection {
  readonly circuit: number;
  readonly component: number;
}

/** The true directions of a layer: every neuron that a circuit uses there, one whose row of w_t is not 0. */
export function trueDirections(
  { shape, circuits }: Pick<DenseModel, "shape" | "circuits">,
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
