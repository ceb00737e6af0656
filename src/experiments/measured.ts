import type { ChunkTask } from "../jobs/task.js";
import { mergeSums, type LayerSums } from "../measure/sums.js";
import { shapeOf, type RunSpec } from "../spec.js";
import { predictErrors } from "../theory/errors.js";
import { circuitExpectations, type Expectations } from "../theory/expectations.js";
import { expectedActiveFraction } from "../theory/overlap.js";
import { buildCircuits } from "./build.js";
import type { ErrorRow, Statistic } from "./rows.js";
import { mean, standardDeviation } from "./statistics.js";

/**
 * Samples per task: fixed by T alone, so that chunks, and with them the order of additions, do not depend on who computes
 * them. Large networks get small chunks, so that progress moves and work spreads.
 */
export function chunkSamples(T: number): number {
  return Math.min(2048, Math.max(16, 2 ** Math.floor(20 - Math.log2(T))));
}

/** The tasks of a run: network by network, z by z, chunk by chunk. */
export function runTasks(spec: RunSpec): ChunkTask[] {
  const size = chunkSamples(spec.T);
  const tasks: ChunkTask[] = [];
  for (let network = 0; network < spec.networks; network++) {
    for (const z of spec.z) {
      for (let first = 0; first < spec.samples; first += size) {
        tasks.push({ kind: "chunk", spec, network, z, first, count: Math.min(size, spec.samples - first) });
      }
    }
  }
  return tasks;
}

const builtIn = new Map<string, Expectations[][]>();

/**
 * What the theory needs of a run's circuits. For the built-in kinds it does not depend on T or the angles, so that a few
 * circuits stand for all of them, once.
 */
function expectationsOf(spec: RunSpec): Expectations[][] {
  if (typeof spec.circuits !== "string") return circuitExpectations(buildCircuits(spec, 0));
  const key = `${spec.circuits} ${spec.L}`;
  const known = builtIn.get(key) ?? circuitExpectations(buildCircuits({ ...spec, T: 16 }, 0));
  builtIn.set(key, known);
  return known;
}

/**
 * Rows of a run from the results of its tasks, per z and layer.
 *
 * @param results in the order of runTasks(spec)
 */
export function runRows(spec: RunSpec, results: readonly LayerSums[]): ErrorRow[] {
  const chunks = Math.ceil(spec.samples / chunkSamples(spec.T));
  const shape = shapeOf(spec);
  const circuits = buildCircuits(spec, 0);
  const expectations = expectationsOf(spec);
  const P = shape.D / shape.d;
  return spec.z.flatMap((z, zIndex) => {
    const perNetwork = Array.from({ length: spec.networks }, (_, network) => {
      const start = (network * spec.z.length + zIndex) * chunks;
      return results.slice(start, start + chunks).reduce(mergeSums);
    });
    const predicted = predictErrors(shape, circuits, z, expectations);
    return Array.from({ length: shape.L + 1 }, (_, layer): ErrorRow => {
      const errors: Record<string, Statistic> = {};
      circuits.readouts.forEach(({ name }, group) => {
        for (const which of ["active", "inactive"] as const) {
          const squares = perNetwork.map((sums) => sums.layers[layer]!.errors[group]![which]);
          const counts = perNetwork.map((sums) => (which === "active" ? sums.activeCount : sums.inactiveCount));
          const means = squares.map(({ sum }, network) => (counts[network] === 0 ? 0 : sum / counts[network]!));
          errors[`${name}${which === "active" ? "Active" : "Inactive"}`] = {
            meanSquare: mean(means),
            sd: standardDeviation(means),
            worst: Math.sqrt(Math.max(...squares.map(({ max }) => max))),
            theory: predicted[name]![layer]![which],
          };
        }
      });
      const fractions = Array.from({ length: shape.d }, (__, i) =>
        perNetwork.map((sums) => sums.layers[layer]!.activeNeurons[i]! / (sums.samples * P)),
      );
      return {
        z,
        layer,
        samples: spec.samples,
        networks: spec.networks,
        errors,
        activeFraction: fractions.map(mean),
        activeFractionSd: spec.networks < 2 ? null : fractions.map((values) => standardDeviation(values)!),
        expectedActiveFraction: expectedActiveFraction(shape, z),
      };
    });
  });
}
