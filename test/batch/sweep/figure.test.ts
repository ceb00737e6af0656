import { beforeAll, describe, expect, test } from "vitest";
import { checkFigure } from "../../../src/batch/check-readout.js";
import { drawSweep } from "../../../src/batch/sweep/figure.js";
import { parseFigure, parseSweep, type SweepFigure } from "../../../src/batch/sweep/plan.js";
import { createDocument } from "../../../src/drawing/node-document.js";
import { svgText } from "../../../src/drawing/svg.js";
import type { ResultLine } from "../../../src/results/result-line.js";
import { rowsLike } from "../rows.js";

const base = { D: 40, T: 4, S: 2, L: 2, samples: 10 };
/** Results with made-up rows that look like those of a run: the mean square is S plus an eighth of the seed. */
async function linesOf(grid: object): Promise<ResultLine[]> {
  const { runs } = await parseSweep({ base, grid });
  return runs.map((run) => ({ ...run, rows: rowsLike(run.spec) }));
}
const drawn = (figure: object, lines: readonly ResultLine[]) =>
  drawSweep(parseFigure(figure), lines, {
    document: createDocument(),
    id: "sweep",
    command: "superpose collect",
    styles: false,
  });

let lines: ResultLine[];
beforeAll(async () => {
  lines = await linesOf({ S: [1, 2], construction: ["capped", "balanced"], z: [1, 2], seed: [1, 2, 3] });
});

describe("a figure over any field", () => {
  const figure = { x: "S", y: "xActive.meanSquare", color: "construction", facet: "z", layer: 2 };

  test("has a dot for the mean over seeds, a bar, a colour and a panel for what differs", async () => {
    const { title, caption, svg } = drawn(figure, lines);
    expect(title).toBe("mean |δx|², active circuits, against S");
    expect(caption).toContain("A dot is the mean of up to 3 runs that differ only in the seed; bars are ±");
    const text = svgText(svg);
    expect(text.match(/<title>S = \d: [^<]*/g)).toEqual([
      ...["<title>S = 1: 1.25, runs 0, 1 and 2", "<title>S = 2: 2.25, runs 12, 13 and 14"],
      ...["<title>S = 1: 1.25, runs 6, 7 and 8", "<title>S = 2: 2.25, runs 18, 19 and 20"],
      ...["<title>S = 1: 1.25, runs 3, 4 and 5", "<title>S = 2: 2.25, runs 15, 16 and 17"],
      ...["<title>S = 1: 1.25, runs 9, 10 and 11", "<title>S = 2: 2.25, runs 21, 22 and 23"],
    ]);
    expect(text).toContain("z = 2");
    await expect(text).toMatchFileSnapshot("fields-figure.svg");
  });

  test.each<[string, object, string]>([
    [
      "an unknown field",
      { ...figure, color: undefined },
      "figure: runs 0 and 6 differ in construction: only runs that differ in nothing but the seed are averaged. Use each such field as figure.x, figure.color or figure.facet.",
    ],
    [
      "z",
      { ...figure, facet: undefined },
      "differ in z: only runs that differ in nothing but the seed are averaged. Use each such field as figure.x, figure.color or figure.facet, or give figure.z.",
    ],
    [
      "several",
      { x: "layer", z: 1 },
      "differ in construction: only runs that differ in nothing but the seed are averaged",
    ],
    [
      "errors by layer of another S",
      "errors-by-layer" as unknown as object,
      "figure: runs 0 and 6 differ in construction: only runs that differ in nothing but the seed are averaged.",
    ],
  ])("is refused where it would average over %s", (_, what, message) => {
    expect(() => drawn(what, lines)).toThrow(message);
  });

  test("of one value, of words, and of a share, is drawn", async () => {
    const few = await linesOf({ seed: [1], construction: ["capped", "balanced"] });
    for (const own of [
      { x: "construction" },
      { x: "construction", y: "xActive.wrong" },
      { x: "layer", color: "construction" },
    ]) {
      expect(svgText(drawn(own, few).svg)).toContain("balanced");
    }
    expect(() => drawn({ x: "layer", color: "construction", log: ["x", "y"] }, few)).not.toThrow();
  });
});

describe("a run that ran away", () => {
  const away = (line: ResultLine): ResultLine => ({
    ...line,
    rows: line.rows.map((row) => {
      const statistic = { ...row.readouts["x"]!.active, meanSquare: 1e60, worst: 1e30 };
      return { ...row, readouts: { ...row.readouts, x: { active: statistic, inactive: statistic } } };
    }),
  });

  test.each<[string, SweepFigure | object]>([
    ["errors by layer", "errors-by-layer" as unknown as object],
    ["errors by load", "errors-by-load" as unknown as object],
    ["by field", { x: "seed" }],
  ])("is named beside the good runs, which are drawn as if it were absent: %s", async (_, figure) => {
    const [first, ...good] = await linesOf({ seed: [1, 2, 3] });
    const both = drawn(figure, [away(first!), ...good]);
    expect(both.caption).toMatch(/ Run 0 diverged: errors reached 1e30, the largest value kept; it is not drawn\.$/);
    const paths = (own: { svg: object }) => svgText(own.svg as SVGSVGElement).match(/ d="[^"]*"/g);
    expect(paths(both)).toEqual(paths(drawn(figure, good)));
    expect(drawn(figure, [away(first!)]).caption).toMatch(
      / Run 0 diverged: errors reached 1e30, the largest value kept\.$/,
    );
  });

  test("leaves its earlier layers visible if there is no other run", async () => {
    const [line] = await linesOf({ seed: [1] });
    const [good, bad] = [line!, away(line!)];
    const mixed = { ...good, rows: good.rows.map((row, k) => (row.layer < 2 ? row : bad.rows[k]!)) };
    const { svg, caption } = drawn({ x: "layer", z: 1 }, [mixed]);
    expect(svgText(svg)).toMatch(/>10⁴<.*|>1000</s);
    expect(svgText(svg)).not.toContain("10⁶⁰");
    expect(caption).toBe(
      "A dot is one run; bars are ± one standard deviation across networks, where there are several. " +
        "Values at the top of an axis are off the scale; the largest is 1.0e60. Run 0 diverged: errors reached 1e30, the largest value kept.",
    );
  });
});

test.each<[object, string]>([
  [{ x: "s" }, 'figure.x = "s": must be "layer", "load" or a field of the runs. Did you mean S?'],
  [{ kind: "fields" }, 'figure.x is missing: must be "layer", "load" or a field of the runs.'],
  [
    { x: "S", y: "meanSquare" },
    'figure.y = "meanSquare": must name a numeric column of the rows, such as xActive.meanSquare or one ending in .worst',
  ],
  [{ x: "S", colour: "T" }, 'figure: unknown key "colour"; did you mean color?'],
  [{ x: "S", log: ["z"] }, 'figure.log[0] = "z": must be one of x, y.'],
  [
    { kind: "errors-by-load", color: "S" },
    "figure.color: this key needs figure.x; give figure.x (a field of the runs) and figure.y.",
  ],
])("a wrong figure %j is refused in one line", (figure, message) => {
  expect(() => parseFigure(figure)).toThrow(message);
});

test("a missing readout is reported before the first run", async () => {
  const { runs } = await parseSweep({ base, grid: { L: [2, 3] } });
  const check = (figure: object) => () =>
    checkFigure(parseFigure(figure), runs.map(({ spec }) => spec)); // prettier-ignore
  expect(check({ x: "L", layer: 3 })).toThrow("figure.layer = 3: run 0 has L = 2 layers.");
  expect(check({ x: "L", z: 2 })).toThrow("figure.z = 2: run 0 has z = 1.");
  expect(check({ x: "L", y: "betaActive.worst" })).toThrow('figure.y = "beta": the circuits have no such readout');
  expect(check({ x: "L", layer: 2 })).not.toThrow();
});
