import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { measureUniversalAnd, type UniversalAndTask } from "../../src/studies/universal-and/measure.js";
import { universalAndRow } from "../../src/studies/universal-and/rows.js";

interface Row {
  readonly m: number;
  readonly d: number;
  readonly p: number;
  readonly active: number;
  readonly rms: { readonly on: number | null; readonly one: number; readonly none: number };
  readonly worst: number;
  readonly allRight: number;
  readonly meanSquareOverZero: number | null;
}
const { rows } = JSON.parse(readFileSync(new URL("../reference/universal-and.json", import.meta.url), "utf8")) as {
  rows: Row[];
};

test.each(rows)("m = $m, d = $d, p = $p, $active on agrees with the reference", ({ m, d, p, active, ...row }) => {
  const networks = Array.from({ length: 8 }, (_, repeat) =>
    measureUniversalAnd({ m, d, p, active, code: "bernoulli", S: 2, samples: 50, seed: 3, repeat }),
  );
  const found = universalAndRow({ m, d, active }, networks);
  const near = (value: number | null, wanted: number | null, of: (sums: (typeof networks)[number]) => number): void => {
    if (wanted === null) return void expect(value).toBeNull();
    // 3 %, or four standard errors between networks, of both measurements.
    const means = networks.map(of);
    const mean = means.reduce((a, b) => a + b, 0) / 8;
    const sd = Math.sqrt(means.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 7);
    expect(Math.abs(value! ** 2 - wanted ** 2)).toBeLessThanOrEqual(
      Math.max(0.06 * wanted ** 2, 4 * sd * Math.sqrt(2 / 8)),
    );
  };
  for (const of of ["on", "one", "none"] as const)
    near(found.rms[of], row.rms[of], ({ squares, counts }) => squares[of] / counts[of]);
  const p0 = row.allRight;
  expect(Math.abs(found.allRight - p0)).toBeLessThanOrEqual(Math.max(0.03, 4 * Math.sqrt((2 * p0 * (1 - p0)) / 400)));
  expect(found.worst).toBeLessThanOrEqual(1);
  if (row.meanSquareOverZero === null) expect(found.overZero).toBeNull();
  else {
    const ratios = networks.map(({ squares, counts }) => (squares.on + squares.one + squares.none) / counts.on);
    const mean = ratios.reduce((a, b) => a + b, 0) / 8;
    const sd = Math.sqrt(ratios.reduce((sum, x) => sum + (x - mean) ** 2, 0) / 7);
    expect(Math.abs(found.overZero! - row.meanSquareOverZero)).toBeLessThanOrEqual(
      Math.max(0.03 * row.meanSquareOverZero, 4 * sd * Math.sqrt(2 / 8)),
    );
  }
});

const small: Omit<UniversalAndTask, "kind"> = {
  ...{ m: 13, d: 40, code: "bernoulli", p: 0.3, S: 3, active: 3, samples: 30, seed: 8, repeat: 0 },
};

test("a network of inputs that never meet reads nothing, and answering 0 is what it does", () => {
  const sums = measureUniversalAnd({ ...small, p: 0 });
  expect(sums.unread).toBe(78);
  expect(universalAndRow(small, [sums])).toMatchObject({ rms: { on: 1, one: 0, none: 0 }, allRight: 0, overZero: 1 });
});

test("inputs that are all on all neurons: every pair is read as active − 1", () => {
  const sums = measureUniversalAnd({ ...small, p: 1 });
  expect(universalAndRow(small, [sums])).toMatchObject({ rms: { on: 1, one: 2, none: 2 }, worst: 2 });
});

test("the assignment: two inputs share at most one neuron, which reads exactly what its other inputs add", () => {
  const sums = measureUniversalAnd({ ...small, d: 60, code: "assignment" });
  expect(sums.worst).toBeLessThanOrEqual(2);
  expect(sums.unread).toBeGreaterThan(0);
});

test("counts of classes, the same twice, other networks by repeat", () => {
  const { counts } = measureUniversalAnd(small);
  expect(counts).toEqual({ on: 90, one: 900, none: 78 * 30 - 990 });
  expect(measureUniversalAnd(small)).toEqual(measureUniversalAnd(small));
  expect(measureUniversalAnd({ ...small, repeat: 1 })).not.toEqual(measureUniversalAnd(small));
});

test("what cannot be is refused by name", () => {
  expect(() => measureUniversalAnd({ ...small, active: 14 })).toThrow("active = 14");
  expect(() => measureUniversalAnd({ ...small, p: NaN })).toThrow("p = NaN");
  expect(() => measureUniversalAnd({ ...small, code: "assignment", S: 50 })).toThrow("S = 50: must be at most d = 40");
});
