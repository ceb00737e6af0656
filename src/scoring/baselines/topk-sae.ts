import { RandomSequence } from "../../base/random.js";
import type { Kernels } from "../../kernels/kernels.js";
import { timesTransposed } from "../products.js";
import type { Found } from "./found.js";

const EPOCHS = 5;
const BATCH = 256;
/** The number of latents per neuron, and the largest number in total. */
const EXPANSION = 2;
const MOST_LATENTS = 4096;

/**
 * A top-k sparse autoencoder (Gao et al., 2024): the k largest positive latents of `encoder·(x − mean)` are kept, and
 * the sum of their unit-length decoder rows approximates x − mean. Latents are initialised to samples, and a latent
 * that was unused for an epoch is initialised again.
 *
 * After each batch, every latent used in the batch moves 1/k of the way to its least-squares solution with the others
 * fixed. The k latents of a sample therefore do not overshoot in combination, and no learning rate is needed.
 *
 * @param active k, the number of latents that are kept for a sample
 */
export function fitTopkSae(
  kernels: Kernels,
  A: Float32Array,
  D: number,
  { seed, layer, active }: { readonly seed: number; readonly layer: number; readonly active: number },
): Found[] {
  const count = A.length / D;
  const F = Math.min(EXPANSION * D, MOST_LATENTS);
  const k = Math.min(active, F);
  const random = new RandomSequence(seed, "user", layer);
  const mean = new Float64Array(D);
  for (let at = 0; at < A.length; at++) mean[at % D] += A[at] / count;
  const X = A.map((value, at) => value - mean[at % D]);
  const decoder = new Float32Array(F * D);
  const encoder = new Float32Array(F * D);
  const restart = (f: number): void => {
    const sample = random.below(count);
    const row = decoder.subarray(f * D, (f + 1) * D);
    row.set(X.subarray(sample * D, (sample + 1) * D));
    normalize(row);
    encoder.set(row, f * D);
  };
  for (let f = 0; f < F; f++) restart(f);
  const moves = {
    decoder: new Float32Array(F * D),
    encoder: new Float32Array(F * D),
    squares: new Float64Array(F),
    inputs: new Float64Array(F),
  };
  const rest = new Float32Array(D);
  for (let epoch = 0; epoch < EPOCHS; epoch++) {
    const order = random.permutation(count);
    const used = new Uint8Array(F);
    for (let first = 0; first < count; first += BATCH) {
      const batch = order.subarray(first, first + BATCH);
      const inputs = new Float32Array(batch.length * D);
      batch.forEach((sample, at) => inputs.set(X.subarray(sample * D, (sample + 1) * D), at * D));
      const values = timesTransposed(kernels, inputs, encoder, D);
      const touched = new Set<number>();
      batch.forEach((_, at) => {
        const x = inputs.subarray(at * D, (at + 1) * D);
        const own = values.subarray(at * F, (at + 1) * F);
        const kept = largest(own, k);
        rest.set(x);
        for (const f of kept) for (let n = 0; n < D; n++) rest[n] -= own[f] * decoder[f * D + n];
        const length = dot(x, 0, x, 0, D);
        for (const f of kept) {
          touched.add(f);
          const pull = dot(rest, 0, decoder, f * D, D);
          for (let n = 0; n < D; n++) {
            moves.decoder[f * D + n] += own[f] * rest[n];
            moves.encoder[f * D + n] += pull * x[n];
          }
          moves.squares[f] += own[f] * own[f];
          moves.inputs[f] += length;
        }
      });
      for (const f of touched) {
        used[f] = 1;
        for (let at = f * D; at < (f + 1) * D; at++) {
          decoder[at] += moves.decoder[at] / (k * moves.squares[f]);
          encoder[at] += moves.encoder[at] / (k * moves.inputs[f]);
        }
        const length = normalize(decoder.subarray(f * D, (f + 1) * D));
        for (let at = f * D; at < (f + 1) * D; at++) encoder[at] *= length;
        moves.decoder.fill(0, f * D, (f + 1) * D);
        moves.encoder.fill(0, f * D, (f + 1) * D);
        moves.squares[f] = 0;
        moves.inputs[f] = 0;
      }
    }
    if (epoch < EPOCHS - 1) used.forEach((isUsed, f) => isUsed === 0 && restart(f));
  }
  const bias = Float32Array.from({ length: F }, (_, f) => -dot(encoder, f * D, mean, 0, D));
  return [
    ["decoder", [F, D], decoder],
    ["encoder", [F, D], encoder],
    ["bias", [F], bias],
  ];
}

/** Scales a row to unit length unless its length is 0. @returns the row's previous length */
function normalize(row: Float32Array): number {
  const length = Math.sqrt(dot(row, 0, row, 0, row.length));
  if (length > 0) for (let n = 0; n < row.length; n++) row[n] /= length;
  return length;
}

function dot(a: ArrayLike<number>, atA: number, b: ArrayLike<number>, atB: number, length: number): number {
  let sum = 0;
  for (let n = 0; n < length; n++) sum += a[atA + n] * b[atB + n];
  return sum;
}

/** Indices of the k largest positive values. */
function largest(values: Float32Array, k: number): number[] {
  const kept: number[] = [];
  values.forEach((value, f) => {
    if (value <= 0 || (kept.length === k && value <= values[kept[k - 1]])) return;
    let at = kept.length;
    while (at > 0 && values[kept[at - 1]] < value) at--;
    kept.splice(at, 0, f);
    if (kept.length > k) kept.pop();
  });
  return kept;
}
