import { writeDescriptor } from "../../kernels/descriptors.js";
import * as fields from "../../kernels/fields.js";
import type { Kernels } from "../../kernels/kernels.js";
import { Arena } from "../../kernels/memory.js";
import type { SparseInputs } from "./inputs.js";
import { decoderOf, encoderOf, gramInverse, type CompressedNetwork } from "./network.js";

/** Number of inputs in one matrix product. */
const BATCH = 128;
/**
 * The largest number of weights for which W_out is stored as one matrix. In larger networks, (MᵀM)⁻¹ is applied first
 * and then the code.
 */
const DENSE = 200_000;

/** Receives ŷ of one input, [F], starting at `at`; valid until the next input. */
export type UseReadout = (readout: Float32Array, at: number, sample: number) => void;

/**
 * Runs inputs through a network on the dense kernel, in single precision.
 *
 * An input costs F·N multiplications, or N² multiplications and K·F additions if W_out is large and made by hand.
 *
 * @returns a function that runs inputs, with another `b` if one is given; it owns the kernels' memory from the heap
 *   base upwards
 */
export function networkReader(
  kernels: Kernels,
  network: CompressedNetwork,
): (inputs: SparseInputs, use: UseReadout, b?: number) => void {
  const { code, c, encoder } = network;
  const { P: N, T: F, S: K, neurons } = code;
  const isDense = network.decoder !== null || F * N <= DENSE;
  const matrix = isDense ? decoderOf(network) : gramInverse(code).map((value) => c * value);
  const rows = isDense ? F : N;
  const columns = encoder === null ? null : encoderOf(network);

  const arena = new Arena(kernels.memory, kernels.heapBase());
  const hidden = arena.bytes(BATCH * N * 4);
  const out = arena.bytes(BATCH * rows * 4);
  const packed = arena.bytes(Math.ceil(rows / 8) * 8 * N * 4);
  const workspace = arena.bytes(kernels.denseWorkspace());
  const bias = arena.bytes(rows * 4);
  const product = writeDescriptor(arena, fields.denseLayer, { packed, bias, workspace, N: rows, K: N });
  const weights = arena.bytes(rows * N * 4);
  arena.viewF32(weights, rows * N).set(matrix);
  kernels.packWeights(packed, weights, rows, N);
  const spread = isDense ? null : new Float32Array(F);

  return ({ count, starts, features, values }, use, b = network.b) => {
    for (let first = 0; first < count; first += BATCH) {
      const batch = Math.min(BATCH, count - first);
      const h = arena.viewF32(hidden, batch * N);
      for (let s = 0; s < batch; s++) {
        const [from, to] = [starts[first + s], starts[first + s + 1]];
        const at = s * N;
        if (columns === null) {
          let sum = 0;
          for (let j = from; j < to; j++) sum += values[j];
          h.fill(b * sum, at, at + N);
          for (let j = from; j < to; j++) {
            const value = (1 - b) * values[j];
            for (let k = features[j] * K; k < (features[j] + 1) * K; k++) h[at + neurons[k]] += value;
          }
        } else {
          h.fill(0, at, at + N);
          for (let j = from; j < to; j++) {
            const column = features[j] * N;
            for (let n = 0; n < N; n++) h[at + n] += values[j] * columns[column + n];
          }
        }
        for (let n = at; n < at + N; n++) if (h[n] < 0) h[n] = 0;
      }
      kernels.denseLayer(product, out, hidden, batch, false);
      const read = arena.viewF32(out, batch * rows);
      for (let s = 0; s < batch; s++) {
        if (spread === null) {
          use(read, s * F, first + s);
          continue;
        }
        for (let f = 0; f < F; f++) {
          let sum = 0;
          for (let k = f * K; k < (f + 1) * K; k++) sum += read[s * N + neurons[k]];
          spread[f] = sum;
        }
        use(spread, 0, first + s);
      }
    }
  };
}
