import { finiteNumbers, listOf, wholeNumber } from "../base/errors.js";
import { widthOf } from "../network/layer.js";
import type { Network } from "../network/network.js";
import { checkNetwork } from "./factored-run.js";

/**
 * Reads every circuit out of the large network: `â_t^l = scale·Σ_s A[neuron s] − shift·Σ_n A[n]` in each block. [E17]
 *
 * @param activations A^l, [D], component by component
 * @param l layer 1…L
 * @param circuits which circuits to read; default all
 * @returns [circuits][d], float64 sums of the float32 activations
 * @throws InputError naming the argument, its value and its bound
 */
export function readAll(
  network: Network,
  activations: Float32Array,
  l: number,
  circuits?: readonly number[],
): number[][] {
  const { readouts, parts } = checkNetwork(network);
  const { assignment, scale, shift, part } = readouts[wholeNumber("l", l, 1, readouts.length) - 1];
  const { d, P, offset } = parts[part];
  finiteNumbers("activations", activations, "D", widthOf(parts));
  const { T, S, neurons } = assignment;
  const blockSums = Array.from({ length: d }, (_, i) => {
    const start = offset + i * P;
    return activations.subarray(start, start + P).reduce((sum, value) => sum + value, 0);
  });
  const wanted = circuits ?? Array.from({ length: T }, (_, t) => t);
  for (let k = 0; k < listOf("circuits", wanted).length; k++) wholeNumber(`circuits[${k}]`, wanted[k], 0, T - 1);
  return wanted.map((t) =>
    blockSums.map((blockSum, i) => {
      let sum = 0;
      for (let s = 0; s < S; s++) sum += activations[offset + i * P + neurons[t * S + s]];
      return scale * sum - shift * blockSum;
    }),
  );
}
