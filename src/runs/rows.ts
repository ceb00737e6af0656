import { finish, type Steps } from "../base/steps.js";
import { applyReadout, runAlone } from "../circuits/circuits.js";
import { buildCircuits, buildLikeMultiPart, circuitsOfRun } from "../config/build.js";
import type { GivenSamples } from "../engine/given-samples.js";
import { fewStandForAll } from "../config/circuits.js";
import { canonicalJson } from "../config/hash.js";
import { circuitsSize } from "../config/circuits.js";
import { rotationGates, runsBySparseWeights, shapeOf, type RunSpec } from "../config/run-spec.js";
import { mergeSums, type LayerSums } from "../engine/sums.js";
import { designOf } from "../designs/designs.js";
import { countedBlocks } from "../network/layer.js";
import { neuronsPerCircuit, type MultiPartNetwork } from "../network/multi-part.js";
import { errorRows, onePartRows, type RowsOf } from "../results/error-rows.js";
import type { ErrorRow } from "../results/rows.js";
import { predictErrors } from "../theory/errors.js";
import { expectationSteps, type Expectations } from "../theory/expectations.js";
import { naiveErrors, type NaiveErrors } from "../theory/naive.js";
import { chunksOf } from "./tasks.js";

/** The sums over all samples of a run: `sums[network][index of z]`. */
export type RunSums = readonly (readonly LayerSums[])[];

/**
 * Adds up the results of runs as they arrive, keeping one chunk at a time.
 *
 * @param results results of the runs' tasks, in order
 */
export async function mergeRuns(specs: readonly RunSpec[], results: AsyncIterable<LayerSums>): Promise<RunSums[]> {
  const iterator = results[Symbol.asyncIterator]();
  const next = async (): Promise<LayerSums> => {
    const { done, value } = await iterator.next();
    if (done === true) throw new Error("A run returned fewer results than it has tasks.");
    return value;
  };
  const runs: RunSums[] = [];
  try {
    for (const spec of specs) {
      const sums: LayerSums[][] = [];
      for (let network = 0; network < spec.networks; network++) {
        sums.push([]);
        for (let zIndex = 0; zIndex < spec.z.length; zIndex++) {
          let sum = await next();
          for (let chunk = 1; chunk < chunksOf(spec); chunk++) sum = mergeSums(sum, await next());
          sums[network].push(sum);
        }
      }
      runs.push(sums);
    }
  } finally {
    await iterator.return?.();
  }
  return runs;
}

/**
 * Rows of a run, one for each z and layer.
 *
 * @param isDrawn whether the samples are random, as the theory assumes
 */
export function runRows(spec: RunSpec, sums: RunSums, isDrawn = true): ErrorRow[] {
  const rowsOf = runsBySparseWeights(spec) ? sparseRows(spec) : onePartRunRows(spec);
  const rows = spec.z.flatMap((z, zIndex) =>
    errorRows(
      isDrawn ? rowsOf(z) : { ...rowsOf(z), predicted: null },
      sums.map((ofNetwork) => ofNetwork[zIndex]),
    ),
  );
  const isOfDesign = isDrawn && designOf(spec.design)?.theory !== undefined;
  return isOfDesign ? rows.map((row) => ({ ...row, theoryHolds: spec.noise === 0 })) : rows;
}

/** Whether a theory predicts a run's errors; [E9] assumes that the sharing of neurons is random in every layer. */
export function hasTheory(spec: RunSpec): boolean {
  if (runsBySparseWeights(spec)) return designOf(spec.design)?.theory !== undefined;
  return spec.schedule === "permuted";
}

/** For networks with several parts or noise; for most of these networks, no theory predicts the errors. */
function sparseRows(spec: RunSpec): (z: number) => RowsOf {
  const network = buildLikeMultiPart(spec);
  const rowsOf = rowsOfParts(network, spec);
  const theory = designOf(spec.design)?.theory;
  if (theory === undefined) return rowsOf;
  const { D, T, L } = spec;
  const { circuits } = network;
  const expectations = expectationsOf(spec);
  return (z) => ({
    ...rowsOf(z),
    predicted: theory.predict({ D, T, L, z, circuits, expectations }),
  });
}

/** @param network a network with the same parts and readouts; the number of circuits and steps does not matter */
export function rowsOfParts(
  network: MultiPartNetwork,
  { L, T }: { readonly L: number; readonly T: number },
): (z: number) => RowsOf {
  const { readouts } = network.circuits;
  const blocks = (network.counted ?? countedBlocks(network.parts)).map(({ neurons }) => neurons);
  const neurons = blocks.reduce((sum, count) => sum + count, 0);
  const perCircuit = neuronsPerCircuit(network);
  return (z) => ({
    ...{ L, T, blocks, readouts, z, predicted: null },
    expectedActiveFraction: Math.min(1, (z * perCircuit) / neurons),
  });
}

/**
 * The errors of a naive network with the same number of neurons, for every readout. [L4]
 *
 * @returns by readout name; index k holds layer k+1
 */
export function runNaiveErrors(spec: RunSpec): Record<string, NaiveErrors> {
  const { D, T, L } = spec;
  const size = { D, d: circuitsSize(spec.circuits).d, T };
  const { readouts } = runsBySparseWeights(spec) ? buildLikeMultiPart(spec).circuits : buildCircuits(spec, 0);
  // One-layer circuits suffice, because they represent every layer of a design's circuits.
  const expectations = expectationsOf(spec);
  const ofLayers = (all: readonly Expectations[]) =>
    Array.from({ length: L }, (_, k) => all[Math.min(k, all.length - 1)]);
  return Object.fromEntries(readouts.map(({ name }, r) => [name, naiveErrors(size, ofLayers(expectations[r]))]));
}

/**
 * The errors of a naive network on given samples, for every readout. The naive network has the same number of neurons
 * and the same circuits as the run's first network. [L4] For a circuit that the naive network lacks, the best constants
 * are the means of its readouts over these samples.
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

function onePartRunRows(spec: RunSpec): (z: number) => RowsOf {
  const shape = shapeOf(spec);
  // T may be large, so only a few circuits are built if a few represent all of them.
  const few = buildCircuits(fewStandForAll(spec.circuits) ? { ...spec, T: 16 } : spec, 0);
  const circuits = { ...few, T: shape.T };
  const { readouts } = circuits;
  const expectations = hasTheory(spec) ? expectationsOf(spec) : null;
  return (z) => {
    const predicted = expectations === null ? null : predictErrors(shape, circuits, z, expectations);
    return onePartRows(shape, { readouts, predicted, z });
  };
}

/** Cached results of `runExpectations` by spec. */
const ofSpecs = new WeakMap<RunSpec, Expectations[][]>();

function expectationsOf(spec: RunSpec): Expectations[][] {
  return finish(runExpectations(spec));
}

/**
 * Expected values that the theory and the naive network need, by readout. For deep circuits, computing them takes
 * seconds, so they are cached.
 */
export function* runExpectations(spec: RunSpec): Steps<Expectations[][]> {
  const known = ofSpecs.get(spec) ?? (yield* expectationStepsOf(spec));
  ofSpecs.set(spec, known);
  return known;
}

const builtIn = new Map<string, Expectations[][]>();

/** Cached by kind of circuit if a few circuits represent all circuits of that kind. */
function* expectationStepsOf(spec: RunSpec): Steps<Expectations[][]> {
  if (runsBySparseWeights(spec)) return yield* expectationSteps(buildLikeMultiPart(spec).circuits);
  if (!fewStandForAll(spec.circuits)) return yield* expectationSteps(buildCircuits(spec, 0));
  const key = canonicalJson([spec.circuits, spec.L, rotationGates(spec)]);
  // The seed is fixed, so that the last digits do not depend on earlier runs in the process.
  const known = builtIn.get(key) ?? (yield* expectationSteps(buildCircuits({ ...spec, T: 16, seed: 1 }, 0)));
  builtIn.set(key, known);
  return known;
}
