import type { Network } from "../network/network.js";

/**
 * Reads every circuit out of the large network: `â_t^l = scale·Σ_s A[neuron s] − shift·Σ_n A[n]` per block. [E17]
 *
 * @param activations A^l, [D], component-major
 * @param l layer 1…L
 * @param circuits which ones, default all
 * @returns [circuits][d], float64 sums of the float32 activations
 */
export function readAll(
  network: Network,
  activations: Float32Array,
  l: number,
  circuits?: readonly number[],
): number[][] {
  const { assignment, scale, shift, part } = network.readouts[l - 1];
  const { d, P, offset } = network.parts[part];
  const { T, S, neurons } = assignment;
  const blockSums = Array.from({ length: d }, (_, i) => {
    const start = offset + i * P;
    return activations.subarray(start, start + P).reduce((sum, value) => sum + value, 0);
  });
  const wanted = circuits ?? Array.from({ length: T }, (_, t) => t);
  return wanted.map((t) =>
    blockSums.map((blockSum, i) => {
      let sum = 0;
      for (let s = 0; s < S; s++) sum += activations[offset + i * P + neurons[t * S + s]];
      return scale * sum - shift * blockSum;
    }),
  );
}
