import type { ChunkTask } from "./chunk.js";
import { mergeSums, type LayerSums } from "../engine/sums.js";
import { countedBlocks } from "../network/layer.js";
import { neuronsPerCircuit } from "../network/multi-part.js";
import { canonicalJson } from "../config/hash.js";
import { runsBySparseWeights, rotationGates, shapeOf, type RunSpec } from "../config/run-spec.js";
import { predictErrors } from "../theory/errors.js";
import { circuitExpectations, type Expectations } from "../theory/expectations.js";
import { buildCircuits, buildLikeMultiPart } from "../config/build.js";
import { fewStandForAll } from "../config/circuits.js";
import type { FigureDraft, Plan } from "../studies/study.js";
import { errorRows, standardRows } from "../results/error-rows.js";
import type { ErrorRow } from "../results/rows.js";

/**
 * Samples per task: fixed by T alone, so that chunks, and with them the order of additions, do not depend on who computes
 * them. Large networks get small chunks, so that progress moves and work spreads.
 */
export function chunkSamples(T: number): number {
  return Math.min(2048, Math.max(16, 2 ** Math.floor(20 - Math.log2(T))));
}

/** Tasks of one network and z. */
function chunksOf({ samples, T }: RunSpec): number {
  return Math.ceil(samples / chunkSamples(T));
}

/** How many tasks a run has. */
export function countTasks(spec: RunSpec): number {
  return spec.networks * spec.z.length * chunksOf(spec);
}

/** The tasks of a run: network by network, z by z, chunk by chunk. */
export function* runTasks(spec: RunSpec): Generator<ChunkTask, void, undefined> {
  const size = chunkSamples(spec.T);
  for (let network = 0; network < spec.networks; network++) {
    for (const z of spec.z) {
      for (let first = 0; first < spec.samples; first += size) {
        yield { kind: "chunk", spec, network, z, first, count: Math.min(size, spec.samples - first) };
      }
    }
  }
}

/** What a run adds up to: `sums[network][index of z]`. */
export type RunSums = readonly (readonly LayerSums[])[];

/**
 * Adds up the results of runs as they come: one chunk at a time is kept.
 *
 * @param results of the runs' tasks, in order
 */
export async function mergeRuns(specs: readonly RunSpec[], results: AsyncIterable<LayerSums>): Promise<RunSums[]> {
  const runs: LayerSums[][][] = specs.map(({ networks }) => Array.from({ length: networks }, () => []));
  const iterator = results[Symbol.asyncIterator]();
  const next = async (): Promise<LayerSums> => {
    const { done, value } = await iterator.next();
    if (done === true) throw new Error("A run has fewer results than tasks.");
    return value;
  };
  try {
    for (const [run, spec] of specs.entries()) {
      const chunks = chunksOf(spec);
      for (const sums of runs[run]) {
        for (let zIndex = 0; zIndex < spec.z.length; zIndex++) {
          let sum = await next();
          for (let chunk = 1; chunk < chunks; chunk++) sum = mergeSums(sum, await next());
          sums.push(sum);
        }
      }
    }
  } finally {
    await iterator.return?.();
  }
  return runs;
}

/** The plan of an experiment that consists of runs; `figures` gets the rows of each. */
export function planRuns(
  specs: readonly RunSpec[],
  figures: (rows: readonly (readonly ErrorRow[])[]) => readonly FigureDraft[],
): Plan {
  return {
    taskCount: specs.reduce((count, spec) => count + countTasks(spec), 0),
    tasks: tasksOfAll(specs),
    finish: async (results) => {
      const runs = await mergeRuns(specs, results as AsyncIterable<LayerSums>);
      return figures(specs.map((spec, run) => runRows(spec, runs[run])));
    },
  };
}

/** The tasks of several runs, one run after another. */
export function* tasksOfAll(specs: readonly RunSpec[]): Generator<ChunkTask, void, undefined> {
  for (const spec of specs) yield* runTasks(spec);
}

const builtIn = new Map<string, Expectations[][]>();

/**
 * What the theory needs of a run's circuits; computed once where a few circuits stand for all.
 */
function expectationsOf(spec: RunSpec): Expectations[][] {
  if (!fewStandForAll(spec.circuits)) return circuitExpectations(buildCircuits(spec, 0));
  const key = canonicalJson([spec.circuits, spec.L, rotationGates(spec)]);
  // Of one seed, so that what a process ran before does not show in the last digits.
  const known = builtIn.get(key) ?? circuitExpectations(buildCircuits({ ...spec, T: 16, seed: 1 }, 0));
  builtIn.set(key, known);
  return known;
}

/** Rows of a run, per z and layer. */
export function runRows(spec: RunSpec, sums: RunSums): ErrorRow[] {
  return runsBySparseWeights(spec) ? sparseRunRows(spec, sums) : standardRunRows(spec, sums);
}

/** Rows of networks of several parts, or with noise: no theory is known for them. */
function sparseRunRows(spec: RunSpec, sums: RunSums): ErrorRow[] {
  const network = buildLikeMultiPart(spec);
  const { circuits, parts } = network;
  const blocks = countedBlocks(parts).map(({ neurons }) => neurons);
  const neurons = blocks.reduce((sum, count) => sum + count, 0);
  const perCircuit = neuronsPerCircuit(network);
  return spec.z.flatMap((z, zIndex) => {
    const perNetwork = sums.map((ofNetwork) => ofNetwork[zIndex]);
    const expectedActiveFraction = Math.min(1, (z * perCircuit) / neurons);
    const of = {
      L: spec.L,
      T: spec.T,
      blocks,
      expectedActiveFraction,
      readouts: circuits.readouts,
      predicted: null,
      z,
    };
    return errorRows(of, perNetwork);
  });
}

function standardRunRows(spec: RunSpec, sums: RunSums): ErrorRow[] {
  const shape = shapeOf(spec);
  // T may be large.
  const few = buildCircuits(fewStandForAll(spec.circuits) ? { ...spec, T: 16 } : spec, 0);
  const circuits = { ...few, T: shape.T };
  const expectations = expectationsOf(spec);
  return spec.z.flatMap((z, zIndex) => {
    const predicted = predictErrors(shape, circuits, z, expectations);
    const perNetwork = sums.map((ofNetwork) => ofNetwork[zIndex]);
    // [E9] takes who shares neurons as drawn anew in every layer.
    const applies = spec.schedule === "permuted";
    const of = standardRows(shape, { readouts: circuits.readouts, predicted: applies ? predicted : null, z });
    return errorRows(of, perNetwork);
  });
}
