import { existsSync, readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { designOf } from "../../src/designs/designs.js";
import { collect } from "../../src/jobs/execute.js";
import type { ResultOf, Task } from "../../src/jobs/task.js";
import { loadKernels } from "../../src/kernels/node.js";
import { firstTasks, keptValue } from "../../src/report/kept.js";
import { keptRun, type KeptRun } from "../../src/studies/kept-run.js";
import { mean, standardDeviation } from "../../src/results/statistics.js";
import { runSpec } from "../../src/runs/run.js";
import { measureCapacity } from "../../src/studies/capacity/plan.js";
import { capacityDefaults } from "../../src/studies/capacity/settings.js";
import type { CapacityRow } from "../../src/studies/capacity/figure.js";
import type { CompressedSizeRow, HandMadeRow } from "../../src/studies/compressed-computation/figure.js";
import type { CompressedBuildTask } from "../../src/studies/compressed-computation/measure.js";
import { measureRecipes } from "../../src/studies/compressed-computation/run.js";
import { searchedDesigns } from "../../src/studies/design-comparison/designs.js";
import { LARGEST } from "../../src/studies/design-comparison/largest.js";
import type { DesignTask } from "../../src/studies/design-comparison/measure.js";
import { depthOf, type DepthRow, type DesignRow, type LargestRow } from "../../src/studies/design-comparison/rows.js";
import { studies } from "../../src/studies/list.js";
import type { AndNeuronsRow } from "../../src/studies/universal-and/one-axis-figure.js";
import { countRow, searchCounts } from "../../src/studies/universal-and/one-axis-search.js";
import { waysOf } from "../../src/studies/universal-and/one-axis-ways.js";
import type { TreatedRow } from "../../src/studies/trained-circuits/figure.js";
import type { TrainedCircuitsTask } from "../../src/studies/trained-circuits/measure.js";
import type { ExponentRow, MixingRow } from "../../src/studies/trained-networks/figure.js";
import type { StepsRow } from "../../src/studies/trained-networks/steps-figure.js";
import { publishedTraining } from "../../src/training/describe.js";
import type { TrainingTask } from "../../src/studies/trained-networks/measure.js";
import { localExecutor } from "../../src/workers/local.js";

const folder = new URL("../../results/", import.meta.url);
const idOf = (name: string): string => name.replace(/\.json$/, "");
const read = (id: string): KeptRun => keptRun(readFileSync(new URL(`${id}.json`, folder), "utf8"));

const executor = localExecutor(loadKernels());
const run = <T extends Task>(tasks: Iterable<T>): AsyncIterable<ResultOf<T>> => executor.results(tasks);

/**
 * Selects one of the rows by the hash of the run, so that it is not chosen by hand and stays the same until the rows
 * are generated again.
 */
function picked<Row>({ spec }: KeptRun, rows: readonly Row[]): Row {
  expect(rows.length).toBeGreaterThan(0);
  return rows[parseInt(spec.slice(0, 8), 16) % rows.length]!;
}

/** The first tasks of a figure, as in the run that was kept. */
async function tasksOf<T extends Task>(id: string, { command }: KeptRun): Promise<readonly T[]> {
  const seed = Number(/--seed (\d+)/.exec(command)![1]);
  const study = await studies.find(({ figures }) => figures.includes(id))!.load();
  return (await firstTasks(study.plan({ seed, quick: false, wide: true }, [id]))) as readonly T[];
}

const isNear = (value: number, kept: number, sd: number): void =>
  expect(Math.abs(value - kept), `${value} for ${kept} ± ${sd}`).toBeLessThanOrEqual(3 * sd + 0.03 * Math.abs(kept));

/** Trains a network as in a kept run, but for fewer steps, with batches of 1024. */
async function trainShort(task: TrainingTask, steps: number): Promise<ResultOf<TrainingTask>["trained"]> {
  const settings = { ...task.settings, steps, batch: 1024 };
  const [result] = await collect(run([{ ...task, settings, goesOn: false, samples: 65_536 }]));
  return result!.trained;
}

/**
 * One function per figure. It measures one row of the figure again, as far as a few seconds allow, or checks the rows
 * against another figure.
 */
const measures: Readonly<Record<string, (kept: KeptRun) => Promise<void> | void>> = {
  /** Measures the first of five networks, in the first layers. */
  async D1(kept) {
    const rows = kept.rows as readonly DesignRow[];
    const row = picked(kept, rows.filter(({ layer, meanSquare }) => layer <= 3 && meanSquare > 1e-6)); // prettier-ignore
    const tasks = await tasksOf<DesignTask>("D1", kept);
    const { T, z, layer, samples, meanSquare, sd } = row;
    const own = rows.filter(({ design }) => design === row.design);
    const [task] = tasks.filter(({ spec, network, z: itsZ }) => {
      const isDesign = row.design === "published" ? spec.design === "published" : row.design.includes(spec.design);
      return isDesign && spec.T === own[0]!.T && itsZ === z && network === 0;
    });
    const short: DesignTask = {
      ...{ ...task!, spec: { ...task!.spec, L: 3 }, noises: [{ noise: 0, samples }], adversary: null },
    };
    expect(short.spec.T).toBe(T);
    const [result] = await collect(run([short]));
    const { layers, activeCount } = result!.sums[0]!;
    isNear(layers[layer]!.errors[1]!.active.sum / activeCount, meanSquare, sd ?? 0);
  },
  /** Checks that the depths follow from the rows of D1. */
  D2(kept) {
    for (const row of kept.rows as readonly DepthRow[]) {
      const isOwn = ({ design, z }: DesignRow): boolean => design === row.design && z === row.z;
      const { depth, isLeast } = depthOf((read("D1").rows as readonly DesignRow[]).filter(isOwn));
      expect(row).toMatchObject({ depth, isLeast });
    }
  },
  /** Checks that the depths without noise are those of D2. */
  D3(kept) {
    expect((kept.rows as readonly DepthRow[]).filter(({ noise }) => noise === 0)).toEqual(
      read("D2").rows.map((row) => expect.objectContaining(row) as unknown),
    );
  },
  /** The errors with 0.8 and 1.25 times the largest T lie on either side of the threshold. */
  async D4(kept) {
    const cheap = ["published", "D: groups", "switched"];
    const row = picked(kept, (kept.rows as readonly LargestRow[]).filter(({ design, T }) => cheap.includes(design) && T < 1000)); // prettier-ignore
    const { spec } = searchedDesigns.find(({ name }) => name === row.design)!;
    const errorAt = async (T: number): Promise<number> => {
      const size = { D: 1000, T: Math.round(T), z: [row.z], L: LARGEST.layer, networks: 2, samples: 64, seed: 3 };
      const result = await runSpec(parseSpec({ ...spec, ...size, angles: designOf(spec.design)?.angles ?? null }), { executor }); // prettier-ignore
      return result.rows.at(-1)!.readouts["x"]!.active.meanSquare;
    };
    expect(await errorAt(row.isAll ? row.T : 0.8 * row.T)).toBeLessThan(LARGEST.threshold);
    if (!row.isAll) expect(await errorAt(1.25 * row.T)).toBeGreaterThan(LARGEST.threshold);
  },
  /** Repeats the whole search at one D. */
  async CAP(kept) {
    const { D, T, logSd } = picked(
      kept,
      (kept.rows as readonly CapacityRow[]).filter((row) => row.D <= 1000),
    );
    const seed = Number(/--seed (\d+)/.exec(kept.command)![1]);
    const { capacities } = await measureCapacity({ ...capacityDefaults, Ds: [D], seed }, run);
    expect(capacities.map((own) => [own.T, own.logSd].map(keptValue))).toEqual([[T, logSd]]);
  },
  /** Repeats one search at D = 1000 with fewer samples. */
  async AND2(kept) {
    const rows = kept.rows as readonly AndNeuronsRow[];
    const row = picked(kept, rows.filter(({ D, censored, G }) => D === 1000 && !censored && G !== null)); // prettier-ignore
    const way = waysOf(true).find(({ name }) => name === row.name)!;
    const search = { way, D: row.D, l: row.active };
    const [state] = await searchCounts([search], { first: 200, most: 1600, narrow: 1.2 }, { seed: 3 }, run);
    const again = countRow(search, state!);
    const sd = Math.hypot(again.logSd, row.logSd);
    expect(Math.abs(Math.log(again.G! / row.G!))).toBeLessThanOrEqual(3 * sd + 0.03);
  },
  /** Trains one network for 5,000 of the 20,000 steps, with an eighth of the inputs in each step. */
  async CC1(kept) {
    const rows = kept.rows as readonly ExponentRow[];
    const row = picked(kept, rows.filter(({ q }) => q === 2.5 || q === 3)); // prettier-ignore
    const tasks = await tasksOf<TrainingTask>("CC1", kept);
    const trained = await trainShort(
      tasks.find(({ settings }) => settings.q === row.q)!,
      5000,
    );
    isNear(trained.active, row.active, row.activeSd ?? 0);
    expect(trained.verdict).toBe("superposed");
  },
  /** Trains one network for 2,500 of the 10,000 steps, with half of the inputs in each step. */
  async CC2(kept) {
    const rows = kept.rows as readonly MixingRow[];
    const row = picked(kept, rows.filter(({ kind, sigma }) => kind === "embedding" && sigma <= 0.05)); // prettier-ignore
    const tasks = await tasksOf<TrainingTask>("CC2", kept);
    const isRow = ({ settings }: TrainingTask): boolean => settings.mixing === row.kind && settings.sigma === row.sigma;
    const trained = await trainShort(tasks.find(isRow)!, 2500);
    isNear(trained.lossOverP, row.mixed, row.mixedSd ?? 0);
  },
  /** Trains one network for 1,000 steps from random weights, as in the run, and measures it on fewer inputs. */
  async CC5(kept) {
    const row = (kept.rows as readonly StepsRow[]).find(({ steps }) => steps === 1000)!;
    const [task] = await tasksOf<TrainingTask>("CC5", kept);
    expect([task!.settings.steps, task!.code]).toEqual([row.steps, null]);
    const [result] = await collect(run([{ ...task!, samples: 65_536 }]));
    isNear(result!.trained.loss / publishedTraining.loss, row.over, row.sd ?? 0);
  },
  /** Measures one of five codes, on fewer inputs. */
  async CC3(kept) {
    const rows = kept.rows as readonly HandMadeRow[];
    const row = picked(kept, rows.filter(({ group }) => group === "random" || group === "exchanges")); // prettier-ignore
    const tasks = await tasksOf<CompressedBuildTask>("CC3", kept);
    const recipe = tasks[(rows.indexOf(row) * tasks.length) / rows.length]!;
    const [own] = await measureRecipes([{ ...recipe, fitted: 4000 }], 65_536, run);
    const { loss, lossError } = own!.row;
    const overTrained = own!.row.overTrained ?? NaN;
    isNear(overTrained, row.overTrained, Math.hypot(row.sd, (overTrained * lossError) / loss));
  },
  /** Measures one network of the smallest size. */
  async CC4(kept) {
    const rows = kept.rows as readonly CompressedSizeRow[];
    const row = picked(
      kept,
      rows.filter(({ N, F }) => N === 50 && F === 100),
    );
    const recipe = (await tasksOf<CompressedBuildTask>("CC4", kept))[rows.indexOf(row)]!;
    const [own] = await measureRecipes([recipe], 8192, run);
    expect(keptValue(own!.row.overNaive)).toBe(row.overNaive);
  },
  /** Measures networks that were not trained. */
  async TR1(kept) {
    const rows = kept.rows as readonly TreatedRow[];
    const row = picked(kept, rows.filter(({ network, D }) => network === "published, as built" && D === 32)); // prettier-ignore
    const { T, z, L, step } = row;
    const tasks = (await tasksOf<TrainedCircuitsTask>("TR1", kept)).filter(
      ({ treatment, spec }) =>
        treatment === "as built" &&
        spec.design === "published" &&
        spec.D === 32 &&
        spec.T === T &&
        spec.L === L &&
        spec.z[0] === z,
    );
    const results = await collect(run(tasks.map((task) => ({ ...task, isProbed: false }))));
    const over = results.map(({ overNaive }) => overNaive[step - 1] ?? 0);
    const active = mean(results.map(({ activeOverNaive }) => activeOverNaive[step - 1] ?? 0));
    expect([mean(over), standardDeviation(over), active].map(keptValue)).toEqual([row.over, row.sd, row.active]);
  },
};

const names = (existsSync(folder) ? readdirSync(folder) : []).filter((name) => idOf(name) in measures);

test.each(names)("a row of results/%s, measured again", async (name) => {
  await measures[idOf(name)]!(read(idOf(name)));
});
