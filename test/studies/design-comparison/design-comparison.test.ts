import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { designNames } from "../../../src/designs/designs.js";
import { comparisonOf, comparisonSize, comparisonTasks } from "../../../src/studies/design-comparison/plan.js";
import { depthOf } from "../../../src/studies/design-comparison/rows.js";
import { comparedDesigns, searchedDesigns } from "../../../src/studies/design-comparison/designs.js";
import { comparisonFigures, largestFigure } from "../../../src/studies/design-comparison/figures.js";
import { LoadedCore } from "../../../src/jobs/loaded-core.js";
import { designKind } from "../../../src/studies/design-comparison/measure.js";
import { loadKernels } from "../../../src/kernels/node.js";
import type { DesignRow } from "../../../src/studies/design-comparison/rows.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import type { RunSpec } from "../../../src/config/run-spec.js";

const folder = new URL("../../../designs/", import.meta.url);
const specs = new Map<string, RunSpec>(
  readdirSync(folder)
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => [name, parseSpec(parse(readFileSync(new URL(name, folder), "utf8")))]),
);

/** Excludes the baselines that tune the published construction. */
const isPlain = ({ construction, ramp }: RunSpec): boolean => construction === "capped" && ramp === null;

describe("designs/", () => {
  test("has a spec of every design and z in the figures, with the issue's protocol", () => {
    for (const { name, design, S, T, wideT, zs } of comparedDesigns) {
      for (const z of zs) {
        const own = [...specs.values()].filter(
          (spec) =>
            isPlain(spec) && spec.design === design && spec.S === S && spec.z.includes(z) && spec.T === (wideT ?? T),
        );
        expect(own, `${name}, z = ${z}`).toHaveLength(1);
        expect(own[0]).toMatchObject({ T: wideT ?? T, networks: 5, samples: 2000 });
      }
    }
    expect(new Set([...specs.values()].map(({ design }) => design))).toEqual(new Set(designNames));
    // Designs that occur only in the search for the largest T have a spec too.
    expect(new Set(searchedDesigns.map(({ spec }) => spec.design))).toEqual(new Set(designNames));
  });

  test.each([...specs.keys()])("%s describes itself and says where it is derived", (name) => {
    const text = readFileSync(new URL(name, folder), "utf8");
    const [, page] = /^(?:# .*\n)+/.exec(text)![0].match(/(docs\/designs\/\w+\.md)/) ?? [];
    expect(existsSync(new URL(`../../../${page!}`, import.meta.url)), page).toBe(true);
    const overview = readFileSync(new URL("../../../docs/designs/README.md", import.meta.url), "utf8");
    expect(overview).toContain(`designs/${name}`);
  });
});

const row = (layer: number, meanSquare: number): DesignRow => ({
  ...{ design: "published", z: 1, T: 557, noise: 0, layer, samples: 10, networks: 2, meanSquare },
  ...{ sd: 0, wrong: layer / 100, worst: 1, inactive: 0.5, floor: null, naive: 0.551 },
});

describe("depth", () => {
  test("counts layers from the first on, and takes the share of wrong readouts at the last of them", () => {
    expect(depthOf([row(1, 0.1), row(2, 0.25), row(3, 0.26), row(4, 0.2)])).toMatchObject({
      ...{ depth: 2, isLeast: false, wrong: 0.02, beatsNaive: 4, beatsNaiveInAll: true },
    });
  });

  test("is a lower bound if all layers hold, and 0 if the first does not or is NaN", () => {
    expect(depthOf([row(1, 0.1), row(2, 0.2)])).toMatchObject({ depth: 2, isLeast: true });
    expect(depthOf([row(1, 0.3)])).toMatchObject({ depth: 0, isLeast: false, wrong: 0.01, beatsNaive: 1 });
    expect(depthOf([row(1, 0.1), row(2, 0.6), row(3, 0.2)])).toMatchObject({ beatsNaive: 1, beatsNaiveInAll: false });
    expect(depthOf([row(1, NaN)])).toMatchObject({ depth: 0, isLeast: false });
  });
});

test("the wide size is the issue's protocol", () => {
  const size = comparisonSize({ quick: false, wide: true });
  expect(size.networks).toBeGreaterThanOrEqual(5);
  expect(size.samples).toBeGreaterThanOrEqual(2000);
  // There is one task per design, z and network, and each task includes a search.
  const tasks = comparisonTasks(size, 1);
  expect(tasks).toHaveLength(5 * comparedDesigns.reduce((sum, { zs }) => sum + zs.length, 0));
  for (const { adversary } of tasks) expect(adversary).not.toBeNull();
});

test("rows and figures of a quick run: groups and grid are measured, and groups stand in for the others", () => {
  const tasks = comparisonTasks(comparisonSize({ quick: true, wide: false }), 5);
  const runner = new LoadedCore(loadKernels());
  const groups = tasks.find(({ spec, z }) => spec.design === "groups" && z === 2)!;
  const result = designKind.run(runner, groups);
  const measured = comparisonOf(
    tasks,
    tasks.map((task) => (task.spec.design === "grid" ? designKind.run(runner, task) : result)),
  );
  const grid = measured.numbers.find(({ design }) => design === "C: grid")!;
  expect(grid).toMatchObject({ T: 10_000, layer: 5, wrong: 0, networks: 1, samples: 32 });
  expect(grid.meanSquare).toBeLessThan(1e-9);
  expect(grid.inactive).toBeLessThan(0.25 + 1e-5);
  expect(grid.searched).toBeLessThan(1e-4);
  const { sums } = result;
  const own = measured.rows.find(
    ({ design, z, noise, layer }) => design === "D: groups" && z === 2 && noise === 0 && layer === 5,
  )!;
  expect(own.meanSquare).toBe(sums[0]!.layers[5]!.errors[1]!.active.sum / sums[0]!.activeCount);
  expect(own.inactive ** 2).toBeCloseTo(sums[0]!.layers[5]!.errors[0]!.inactive.max, 12);
  expect(own.floor).toBeCloseTo(8 / 557, 12);
  const largest = [{ design: "published", z: 1, T: 370, logSd: 0.02, isAll: false, samples: 32 }];
  const figures = [...comparisonFigures(measured, { wide: false }), largestFigure(largest, { wide: false })];
  expect(figures.map(({ id }) => id)).toEqual(["D1", "D2", "D3", "D4"]);
  // The settings say what every design gives up, and the table has a row of five numbers for each.
  const names = comparedDesigns.map(({ name }) => name);
  const depth = figures[1]!;
  expect(depth.settings.map(([name]) => name)).toEqual(expect.arrayContaining(names));
  expect(depth.theory!.rows).toHaveLength(measured.numbers.length);
});
