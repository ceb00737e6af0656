import type { Readout } from "../circuits/circuits.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { DenseEngine } from "../engine/dense.js";
import { splitSeed, type Split } from "../engine/splits.js";
import type { Kernels } from "../kernels/kernels.js";
import type { DenseModel } from "../network/dense-model.js";

/** The first `count` samples of a split. The call takes over the kernels' memory. */
export function drawSamples(
  kernels: Kernels,
  model: DenseModel,
  { z, count, seed, split }: { z: number; count: number; seed: number; split: Split },
): DenseBatch {
  const engine = new DenseEngine(kernels, model, { gate: "relu", z });
  const input = { z, sampling: "random", seed: splitSeed(seed, split), network: 0 } as const;
  return runSamples(engine, z, count, (first, samples) => engine.runBatch(input, first, samples));
}

/** Samples of one circuit each. The call takes over the kernels' memory. */
export function runAloneInNetwork(
  kernels: Kernels,
  model: DenseModel,
  alone: readonly { readonly circuit: number; readonly input: readonly number[] }[],
): DenseBatch {
  const engine = new DenseEngine(kernels, model, { gate: "relu", z: 1 });
  return runSamples(engine, 1, alone.length, (first, samples) => {
    const own = alone.slice(first, first + samples);
    engine.setInputs(
      own.map(({ circuit }) => [circuit]),
      own.map(({ input }) => [input]),
    );
    engine.runTile(samples, 1);
  });
}

function runSamples(
  engine: DenseEngine,
  z: number,
  count: number,
  run: (first: number, samples: number) => void,
): DenseBatch {
  const { D, d, L } = engine.model.shape;
  const ids = new Uint32Array(count * z);
  const truth = Array.from({ length: L + 1 }, () => new Float64Array(count * z * d));
  const activations = Array.from({ length: L + 1 }, () => new Float32Array(count * D));
  for (let first = 0; first < count; first += engine.lanes) {
    const samples = Math.min(engine.lanes, count - first);
    run(first, samples);
    ids.set(engine.activeCircuits(samples, z).flat(), first * z);
    for (let l = 0; l <= L; l++) {
      truth[l].set(engine.truth(l, samples * z).flat(), first * z * d);
      for (let s = 0; s < samples; s++) activations[l].set(engine.activations(l, s), (first + s) * D);
    }
  }
  return { samples: count, z, ids, truth, activations };
}

/** Every row of every readout, in order: its name ("x.1" for the second of x) and weights, [d]. */
export function readoutRows(
  readouts: readonly Readout[],
): { readonly name: string; readonly row: readonly number[] }[] {
  return readouts.flatMap(({ name, matrix }) =>
    matrix.map((row, k) => ({ name: matrix.length === 1 ? name : `${name}.${k}`, row })),
  );
}
