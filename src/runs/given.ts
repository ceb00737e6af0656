import { applyReadout, runAlone } from "../circuits/circuits.js";
import { circuitsOfRun } from "../config/build.js";
import type { RunSpec } from "../config/run-spec.js";
import type { GivenSamples } from "../engine/given-samples.js";
import { sampler } from "../engine/sampling.js";
import { Arena } from "../kernels/memory.js";
import type { Kernels } from "../kernels/kernels.js";
import { naiveErrors, type NaiveErrors } from "../theory/naive.js";

/** Samples that are drawn at a time. */
const BATCH = 1024;

/**
 * The samples that a run of one network and one z draws, to be stored, looked at, or run again.
 *
 * @param kernels the core to draw on; the call takes over its memory
 */
export function drawnSamples(spec: RunSpec, kernels: Kernels): GivenSamples {
  const circuits = circuitsOfRun(spec, 0);
  const { d } = circuits;
  const { samples, seed, sampling } = spec;
  const [z] = spec.z;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const buffers = { ids: arena.bytes(4 * BATCH * z), inputs: arena.bytes(8 * BATCH * z * d) };
  const draw = sampler(kernels, arena, circuits, buffers);
  const drawn = { z, circuits: new Uint32Array(samples * z), inputs: new Float64Array(samples * z * d) };
  for (let first = 0; first < samples; first += BATCH) {
    const count = Math.min(BATCH, samples - first);
    draw({ z, sampling, seed, network: 0 }, first, count);
    drawn.circuits.set(arena.viewU32(buffers.ids, count * z), first * z);
    drawn.inputs.set(arena.viewF64(buffers.inputs, count * z * d), first * z * d);
  }
  return drawn;
}

/**
 * What the naive network of as many neurons would be off by on given samples, of every readout, with the circuits of a run's
 * first network. [L4] The best constant of a circuit is its mean over these samples.
 *
 * @returns by readout name; index k holds layer k+1
 */
export function givenNaiveErrors(spec: RunSpec, { circuits: ids, inputs }: GivenSamples): Record<string, NaiveErrors> {
  const circuits = circuitsOfRun(spec, 0);
  const { d, T, L, readouts } = circuits;
  const totals = readouts.map(({ matrix }) =>
    Array.from({ length: L }, () => ({ squares: 0, sums: new Float64Array(T * matrix.length) })),
  );
  const counts = new Uint32Array(T);
  ids.forEach((t, at) => {
    counts[t]++;
    const activations = runAlone(circuits, t, inputs.subarray(at * d, (at + 1) * d));
    readouts.forEach((readout, r) => {
      totals[r].forEach((total, k) => {
        applyReadout(readout, activations[k + 1]).forEach((y, row, { length }) => {
          total.squares += y * y;
          total.sums[t * length + row] += y;
        });
      });
    });
  });
  return Object.fromEntries(
    readouts.map(({ name, matrix: { length: rows } }, r) => {
      const moments = totals[r].map(({ squares, sums }) => {
        const explained = sums.reduce((sum, y, at) => sum + (y === 0 ? 0 : (y * y) / counts[Math.floor(at / rows)]), 0);
        return { output: squares / ids.length, variance: Math.max(0, squares - explained) / ids.length };
      });
      return [name, naiveErrors({ D: spec.D, d, T }, moments)];
    }),
  );
}
