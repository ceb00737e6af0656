import { expect, test } from "vitest";
import { bothOf } from "../../src/results/rows.js";
import { compare, meetsReference, tolerance } from "../../src/results/compare.js";
import { errorEntries, theoryTable } from "../../src/results/error-tables.js";
import { layerErrorRows } from "../studies/layer-errors/fixed-rows.js";

const entry = { label: "x", ours: 1, oursSd: 0.1, reference: 1, referenceSd: 0.2 };

test("the tolerance is 3 × the larger sd + 5% of the reference + 1e-6", () => {
  expect(tolerance(entry)).toBeCloseTo(0.6 + 0.05 + 1e-6, 12);
  expect(tolerance({ ...entry, oursSd: 0.3 })).toBeCloseTo(0.9 + 0.05 + 1e-6, 12);
  expect(tolerance({ ...entry, oursSd: null, referenceSd: null, reference: -2 })).toBeCloseTo(0.1 + 1e-6, 12);
});

test("an entry may have its own tolerance, and exceptions that are compared again do not keep the old one", () => {
  const exact = { ...entry, ours: 1 + 2e-5, allowed: 1e-5 };
  expect(compare([exact])).toMatchObject({ within: 0 });
  expect(compare([{ ...exact, ours: 1 + 9e-6 }])).toMatchObject({ within: 1 });
  const [exception] = compare([{ ...entry, ours: 2 }]).exceptions;
  expect(compare([{ ...exception!, oursSd: 1 }])).toMatchObject({ within: 1 });
});

test("counts entries within the tolerance and lists the others, worst first", () => {
  const exact = { ...entry, oursSd: null, referenceSd: null };
  const result = compare([
    { ...exact, label: "on the edge", ours: 1.05 },
    { ...exact, label: "a little out", ours: 1.06 },
    { ...exact, label: "far out", ours: 2 },
  ]);
  expect(result).toMatchObject({ entries: 3, within: 1, worstLabel: "far out" });
  expect(result.exceptions.map(({ label }) => label)).toEqual(["far out", "a little out"]);
  expect(result.worst).toBeCloseTo(1 / 0.050001, 9);
  expect(result.exceptions[1]!.fraction).toBeCloseTo(0.06 / 0.050001, 9);
});

test("NaN is outside every tolerance", () => {
  for (const ours of [NaN, Infinity]) {
    expect(compare([{ ...entry, ours }])).toMatchObject({ within: 0, worst: Infinity });
    expect(compare([{ ...entry, ours, oursSd: NaN }])).toMatchObject({ within: 0, worst: Infinity });
  }
});

test("99% must be within the tolerance: 99 of 100 are enough, 98 are not", () => {
  const many = (out: number): (typeof entry)[] =>
    Array.from({ length: 100 }, (_, index) => ({ ...entry, ours: index < out ? 9 : 1 }));
  expect(meetsReference(compare(many(1)))).toBe(true);
  expect(meetsReference(compare(many(2)))).toBe(false);
  expect(compare([])).toMatchObject({ entries: 0, within: 0, worst: 0, worstLabel: null });
});

test("error rows are matched with references of the same z and layer, except layer 0", () => {
  const rows = layerErrorRows();
  const reference = [
    { z: 2, layer: 3, readouts: { x: { active: { meanSquare: 0.5, sd: 0.01 } } } },
    { z: 2, layer: 0, readouts: { x: { active: { meanSquare: 0 } } } },
    { z: 9, layer: 3, readouts: { x: { active: { meanSquare: 0.5 } } } },
  ];
  expect(errorEntries(rows, reference, bothOf("x"), "D = 1000, ")).toEqual([
    {
      label: "D = 1000, x, active, z = 2, layer 3",
      ours: 0.574325, // layer-errors.json
      oursSd: 0.0194529,
      reference: 0.5,
      referenceSd: 0.01,
    },
  ]);
});

test("the theory table has no ratio where theory is 0", () => {
  const table = theoryTable(layerErrorRows(), [{ readout: "x", activity: "active" }]);
  expect(table.columns).toEqual(["z", "layer", "x, active: measured", "theory", "ratio"]);
  expect(table.rows).toHaveLength(15);
  expect(table.rows[0]).toEqual([1, 1, 3.31353e-15, 0, null]);
  const q = 4 / 1000 - 1 / (6 * 557);
  expect(table.rows[1]![4]).toBeCloseTo(0.0080205 / (557 * q * q), 12); // [E22] at z = 1, layer 2
});
