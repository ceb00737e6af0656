import { expect, test } from "vitest";
import { parseSpec } from "../../../src/config/parse-spec.js";
import { buildLikeMultiPart } from "../../../src/config/build.js";
import type { RunSpec } from "../../../src/config/run-spec.js";
import { SingleExecutor } from "../../../src/jobs/execute.js";
import { taskKindsOf, type ResultOf, type Task } from "../../../src/jobs/task.js";
import { loadKernels } from "../../../src/kernels/node.js";
import {
  stressDetailsKind,
  stressKind,
  type DetailsTask,
  type PerturbedTask,
} from "../../../src/studies/stress/measure.js";
import { stress, type StressInput } from "../../../src/studies/stress/panel.js";
import { panel, type Perturbation } from "../../../src/studies/stress/perturbations.js";
import type { RunTasks } from "../../../src/studies/study.js";

const kinds = taskKindsOf([stressKind, stressDetailsKind]);
const executor = new SingleExecutor(kinds, loadKernels());

function inputOf(spec: RunSpec, samples: number, numbers: readonly number[]): StressInput {
  const circuits = { ...buildLikeMultiPart(spec).circuits, T: spec.T, L: spec.L };
  return { networks: { run: spec }, numbers, circuits, z: spec.z, samples, seed: spec.seed };
}

const groups = parseSpec({ design: "groups", D: 160, T: 90, z: [2], L: 8, networks: 2 });

test("the report does not depend on who runs its tasks, or in which order", async () => {
  const input = inputOf(groups, 16, [0, 1]);
  const report = await stress(input, (tasks) => executor.results(tasks));
  const backwards: RunTasks = async function* <T extends Task>(tasks: Iterable<T>) {
    const all = [...tasks];
    const results: ResultOf<T>[] = [];
    const other = new SingleExecutor(kinds, loadKernels());
    for (const task of all.reverse()) for await (const result of other.results([task])) results.unshift(result);
    yield* results;
  };
  expect(await stress(input, backwards)).toEqual(report);

  const { headlines, rows, inventory } = report;
  const [headline] = headlines;
  expect(rows[0]).toMatchObject({ kind: "none", depth: 8, isLeast: true, halves: false, step: 8 });
  // The stated perturbation halves the depth, and smaller ones in the panel do not.
  const { kind, level, depth } = headline!.smallest!;
  expect(depth).toBeLessThanOrEqual(4);
  for (const row of rows.filter((own) => own.kind === kind && own.level! < level)) expect(row.halves).toBe(false);
  expect(inventory).toMatchObject({ neurons: 160, layers: 8, steps: 8, circuits: 90, differentCircuits: 90 });
  expect(inventory.largestWeight).toBe(100);
  expect(rows.find((row) => row.kind === "search")!.depth).toBe(0);
  for (const row of rows) for (const value of Object.values(row)) expect(value).not.toBeNaN();
});

test("circuits without an indicator and x have their inputs multiplied, and have sets of different kinds", async () => {
  const circuits = {
    kind: "mixed",
    of: [
      { kind: "lookup", bits: 1 },
      { kind: "automata", states: 2 },
    ],
  };
  const spec = parseSpec({ circuits, D: 240, T: 40, S: 3, L: 3, z: [2] });
  const { rows, inactive } = await stress(inputOf(spec, 16, [0]), (tasks) => executor.results(tasks));
  expect(rows.filter(({ kind }) => kind === "inputScale").map(({ level }) => level)).toEqual([0.8, 0.9, 1.1, 1.2]);
  expect(rows.some(({ kind }) => kind === "indicatorLow")).toBe(false);
  expect(inactive[0]!.wrongIndicators).toBeNull();
});

/** Depth and last mean square under each of the wanted perturbations of the panel. */
async function measured(spec: RunSpec, samples: number, wanted: (of: Perturbation) => boolean) {
  const input = inputOf(spec, samples, [0]);
  const chosen = panel(input.circuits, spec.z[0]!).filter(wanted);
  const tasks = chosen.map((perturbation): PerturbedTask => ({
    ...{ kind: "stress", spec: input.networks, network: 0, seed: spec.seed, samples, networks: 1, perturbation },
  }));
  const found = new Map<string, { depth: number; last: number }>();
  let k = 0;
  for await (const steps of executor.results(tasks)) {
    const means = steps.map(({ squares }) => squares / (samples * chosen[k]!.z));
    const beyond = means.findIndex((mean) => mean > 0.25);
    const { kind, level } = chosen[k++]!;
    found.set(`${kind} ${level}`, { depth: beyond === -1 ? means.length : beyond, last: means.at(-1)! });
  }
  return found;
}

const named =
  (...names: string[]) =>
  ({ kind, level }: Perturbation) =>
    names.includes(`${kind} ${level}`);

// An independent reviewer measured these numbers on exported files with a separate loader and separate inputs;
// docs/stress.md lists all of them.
test("designs fail where an independent implementation found them to fail", async () => {
  const ofGroups = await measured(
    parseSpec({ design: "groups", D: 1000, T: 558, z: [2], L: 6 }),
    64,
    named("none null", "noiseAfter 0.01", "int8 null"),
  );
  expect(ofGroups.get("none null")!.depth).toBe(6);
  expect(ofGroups.get("noiseAfter 0.01")!.depth).toBe(2);
  expect(ofGroups.get("int8 null")!.depth).toBe(2);

  const parting = { schedule: "parting", T: 574, ramp: [0.875, 0.999], gain: 8, offset: 1.1, L: 10 };
  const ofParting = await measured(
    parseSpec(parting),
    32,
    named(
      ...["none null", "noiseAfter 0.001", "bfloat16 null", "indicatorLow 0.05"],
      ...["parameterNoise 0.001", "startNoise 0.003"],
    ),
  );
  expect(ofParting.get("none null")!.depth).toBe(10);
  expect(ofParting.get("noiseAfter 0.001")!.depth).toBe(4);
  expect(ofParting.get("bfloat16 null")!.depth).toBe(8);
  expect(ofParting.get("indicatorLow 0.05")!.depth).toBe(1);
  // In ten networks, the first of these two depths is 3 or 4; the second is 5 in six, 7 in one and unlimited in three.
  expect(Math.abs(ofParting.get("parameterNoise 0.001")!.depth - 3.5)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(ofParting.get("startNoise 0.003")!.depth - 5)).toBeLessThanOrEqual(1);

  const windows = parseSpec({ design: "windows", T: 557, z: [1], L: 6 });
  const ofWindows = await measured(windows, 64, named("int8Matrix null", "indicatorLow 0.05", "active 2"));
  expect(ofWindows.get("int8Matrix null")!.depth).toBe(4);
  expect(ofWindows.get("indicatorLow 0.05")!.depth).toBe(1);
  expect(ofWindows.get("active 2")!.depth).toBe(1);

  const ofPairs = await measured(
    parseSpec({ design: "windows", T: 557, z: [2], L: 4 }),
    64,
    named("none null", "weightNoise 0.01", "parameterNoise 0.01", "int8 null"),
  );
  // In ten networks, the depth with noise on weights was 3 in nine and 2 in one; with noise on weights and biases, and
  // with int8, it was 2 in all ten.
  expect(ofPairs.get("none null")!.depth).toBe(4);
  expect(Math.abs(ofPairs.get("weightNoise 0.01")!.depth - 2.5)).toBeLessThanOrEqual(0.5);
  expect(ofPairs.get("parameterNoise 0.01")!.depth).toBe(2);
  expect(ofPairs.get("int8 null")!.depth).toBe(2);

  const rows = parseSpec({ design: "rows", T: 557, S: 3, z: [1], L: 12 });
  const ofRows = await measured(rows, 64, named("none null", "parameterNoise 0.01", "indicatorLow 0.1", "active 2"));
  expect(ofRows.get("none null")!.last).toBeLessThan(1e-10);
  expect(Math.abs(ofRows.get("parameterNoise 0.01")!.depth - 4)).toBeLessThanOrEqual(1);
  expect(ofRows.get("indicatorLow 0.1")!.depth).toBe(1);
  // With one more active circuit than the rows are designed for, errors grow with every layer, to 5.6e12 at layer 100.
  expect(ofRows.get("active 2")!.last).toBeGreaterThan(1);

  const lines = parseSpec({ design: "lines", T: 6800, z: [2], L: 5 });
  const ofLines = await measured(lines, 64, named("weightNoise 0.01", "active 3", "neighbours null"));
  expect(ofLines.get("weightNoise 0.01")!.depth).toBe(2);
  expect(ofLines.get("active 3")!.depth).toBe(2);
  // Ids are in random order, so circuits t and t + 1 are no worse than any other pair. With ids in the order of the
  // lines, this mean square was 8.5.
  expect(ofLines.get("neighbours null")!.last).toBeLessThan(0.5);

  const switched = parseSpec({ design: "switched", T: 557, z: [2], L: 20 });
  const ofSwitched = await measured(switched, 32, named("length 0", "length 0.5", "angle null"));
  // The output x has length 1 for |x| = 0.5 and, once rounding errors have grown, for x = 0. Angles are rounded to the
  // nearest of 16.
  expect(ofSwitched.get("length 0")!.last).toBeCloseTo(1, 1);
  expect(ofSwitched.get("length 0.5")!.last).toBeCloseTo(0.25, 2);
  expect(ofSwitched.get("angle null")!.last).toBeCloseTo(0.0135, 2);

  const tuned = await measured(parseSpec({ ramp: [0.6, 0.9], L: 9 }), 128, named("none null"));
  // The depth is 7 on average over networks; in this one the mean square passes 0.25 between layers 8 and 9.
  expect(Math.abs(tuned.get("none null")!.depth - 7)).toBeLessThanOrEqual(1);
});

test("about 295 inactive circuits of a sample read an x in the grid, none in the post's network", async () => {
  const inactive = async (spec: RunSpec) => {
    const { networks } = inputOf(spec, 8, [0]);
    const shared = { network: 0, seed: 1, samples: 8, networks: 1, z: 1, step: 1, changes: 0 };
    const tasks: DetailsTask[] = [{ kind: "stress-details", spec: networks, ...shared }];
    for await (const { inactive } of executor.results(tasks)) return inactive[0].wrongX / inactive[0].samples;
    return NaN;
  };
  expect(await inactive(parseSpec({ design: "grid", T: 87_616, L: 1 }))).toBeCloseTo(295, -1);
  expect(await inactive(parseSpec({ L: 1 }))).toBe(0);
});
