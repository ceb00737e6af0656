import type { Readout } from "../circuits/circuits.js";
import type { DenseBatch } from "../engine/dense-errors.js";
import { DenseEngine } from "../engine/dense.js";
import { SparseEngine } from "../engine/sparse.js";
import { splitSeed, type Split } from "../engine/splits.js";
import type { TileEngine } from "../engine/tile-engine.js";
import type { Kernels } from "../kernels/kernels.js";
import { hasParts, layersOf, type ScoredNetwork } from "./scored-network.js";

/**
 * The first `count` samples of a split. The call takes over the kernels' memory.
 *
 * @param steps the steps whose activations are returned; default all
 */
export function drawSamples(
  kernels: Kernels,
  network: ScoredNetwork,
  { z, count, seed, split }: { z: number; count: number; seed: number; split: Split },
  steps?: readonly number[],
): DenseBatch {
  const engine = engineOf(kernels, network, z);
  const input = { z, sampling: "random", seed: splitSeed(seed, split), network: 0 } as const;
  return runSamples(engine, layersOf(network).D, { z, count, steps }, (first, samples) => {
    engine.runBatch(input, first, samples);
  });
}

function engineOf(kernels: Kernels, network: ScoredNetwork, z: number): TileEngine {
  if (!hasParts(network)) return new DenseEngine(kernels, network, { gate: "relu", z });
  return new SparseEngine(kernels, network, { z, keepActivations: true, readInactive: false });
}

/** Samples with one circuit active in each. The call takes over the kernels' memory. */
export function runAloneInNetwork(
  kernels: Kernels,
  network: ScoredNetwork,
  alone: readonly { readonly circuit: number; readonly input: readonly number[] }[],
  steps?: readonly number[],
): DenseBatch {
  const engine = engineOf(kernels, network, 1);
  return runSamples(engine, layersOf(network).D, { z: 1, count: alone.length, steps }, (first, samples) => {
    const own = alone.slice(first, first + samples);
    engine.setInputs(
      own.map(({ circuit }) => [circuit]),
      own.map(({ input }) => [input]),
    );
    engine.runTile(samples, 1);
  });
}

function runSamples(
  engine: TileEngine,
  D: number,
  { z, count, steps }: { z: number; count: number; steps: readonly number[] | undefined },
  run: (first: number, samples: number) => void,
): DenseBatch {
  const { d, L } = engine.circuits;
  const isKept = Array.from({ length: L + 1 }, (_, l) => steps?.includes(l) ?? true);
  const ids = new Uint32Array(count * z);
  const truth = isKept.map(() => new Float64Array(count * z * d));
  const activations = isKept.map((kept) => new Float32Array(kept ? count * D : 0));
  for (let first = 0; first < count; first += engine.lanes) {
    const samples = Math.min(engine.lanes, count - first);
    run(first, samples);
    ids.set(engine.activeCircuits(samples, z).flat(), first * z);
    for (let l = 0; l <= L; l++) {
      truth[l].set(engine.truth(l, samples * z).flat(), first * z * d);
      if (!isKept[l]) continue;
      for (let s = 0; s < samples; s++) activations[l].set(engine.activations(l, s), (first + s) * D);
    }
  }
  return { samples: count, z, ids, truth, activations };
}

/** Every row of every readout, in order, with its name ("x.1" for the second row of x) and its weights, [d]. */
export function readoutRows(
  readouts: readonly Readout[],
): { readonly name: string; readonly row: readonly number[] }[] {
  return readouts.flatMap(({ name, matrix }) =>
    matrix.map((row, k) => ({ name: matrix.length === 1 ? name : `${name}.${k}`, row })),
  );
}
