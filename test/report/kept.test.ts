import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { keptRemark, keptText, keptValue, specOf } from "../../src/report/kept.js";
import { keptRun, readKept, type KeptRun } from "../../src/studies/kept-run.js";
import { studies } from "../../src/studies/list.js";
import type { AdaptivePlan } from "../../src/studies/study.js";
import { allFigures } from "../studies/all-figures.js";
import { errorRows } from "../studies/design-comparison/fixed-rows.js";
import { errorsByDesign } from "../../src/studies/design-comparison/errors-figure.js";

const folder = new URL("../../results/", import.meta.url);
const names = existsSync(folder) ? readdirSync(folder) : [];

const run: KeptRun = {
  ...{ command: "superpose reproduce --figures D1 --seed 1 --wide", spec: "ab", version: "0.1.0", date: "2026-11-29" },
  ...{ seconds: 1234, rows: [{ z: 1, error: 1 / 3, sd: null, isLeast: true }, { z: 2, error: 2e-7 / 3, sd: 0.5, isLeast: true }] }, // prettier-ignore
};

test("kept rows are read as they were written, to six digits; a column with a single value is written once", () => {
  const text = keptText(run);
  expect(text.match(/isLeast/g)).toHaveLength(1);
  expect(keptRun(text)).toEqual({
    ...run,
    rows: [
      { z: 1, error: 0.333333, sd: null, isLeast: true },
      { z: 2, error: 6.66667e-8, sd: 0.5, isLeast: true },
    ],
  });
  expect(keptText(keptRun(text))).toBe(text);
  expect(keptValue(1 / 3)).toBe(0.333333);
  expect(readKept("R1")).toBeNull();
});

test("a plan's hash is that of its first tasks, whether later tasks are known or not", async () => {
  const tasks = [{ kind: "a", spec: { T: 1 } }];
  const plan = { taskCount: 1, tasks, finish: () => Promise.resolve([]) };
  const adaptive: AdaptivePlan = {
    async measure(ask) {
      for await (const result of ask(tasks, 1)) expect(result).toBe("never");
      return [];
    },
  };
  expect(await specOf(plan)).toMatch(/^[0-9a-f]{64}$/);
  expect(await specOf(adaptive)).toBe(await specOf(plan));
  expect(await specOf({ ...plan, tasks: [] })).not.toBe(await specOf(plan));
  await expect(specOf({ measure: () => Promise.reject(new Error("no room")) })).rejects.toThrow("no room");
});

test("a lighter layer lengthens the axes, gives the title, and is named at the end of the caption", () => {
  const designs = ["published", "C: grid"];
  const own = (last: number) => errorRows().filter(({ design, layer }) => designs.includes(design) && layer <= last);
  const draw = (kept: ReturnType<typeof own>) =>
    errorsByDesign(own(6), {
      ...{ document: createDocument(), id: "D1", command: "", names: designs, kept, remark: keptRemark(run) },
    });
  expect(svgText(draw([]).svg)).not.toContain('opacity="0.4"');
  const figure = draw(own(40));
  expect(svgText(figure.svg)).toContain('opacity="0.4"');
  expect(draw([]).title).toContain("at least 6, 6 and 6");
  expect(figure.title).toContain("at least 40, 40 and 40");
  expect(figure.caption).toContain(
    "Lighter: rows kept from superpose reproduce --figures D1 --seed 1 --wide, which took 1,234 core seconds on 2026-11-29.",
  );
});

describe.each(names)("results/%s", (name) => {
  const id = name.replace(/\.json$/, "");
  const text = readFileSync(new URL(name, folder), "utf8");
  const kept = keptRun(text);

  test("belongs to a figure, has the form that --keep writes, and states everything a reader needs", () => {
    expect(allFigures.map((figure) => figure.id)).toContain(id);
    expect(keptText(kept)).toBe(text);
    expect(kept).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      date: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) as string,
    });
    expect(kept.seconds).toBeGreaterThan(0);
    expect(kept.rows.length).toBeGreaterThan(0);
  });

  // If this fails, the run has changed, and the rows must be generated again, with the run's command and --keep.
  test("belongs to the tasks that its command runs today", async () => {
    const [, figures, seed] = /^superpose reproduce --figures (\S+) --seed (\d+) --wide$/.exec(kept.command)!;
    const ids = figures!.split(",");
    expect(ids).toContain(id);
    const study = await studies.find((listed) => listed.figures.includes(id))!.load();
    expect(await specOf(study.plan({ seed: Number(seed), quick: false, wide: true }, [id]))).toBe(kept.spec);
  });
});
