import { expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { packing } from "../../src/designs/packing.js";
import { annealedRows, separatedRows } from "../../src/designs/row-search.js";
import { RandomSequence } from "../../src/base/random.js";

const random = (k: number): RandomSequence => new RandomSequence(3, "design", 0, k);
const rowOf = ({ S, neurons }: Assignment, t: number): number[] => Array.from(neurons.subarray(t * S, (t + 1) * S));
const sortedRows = (rows: Assignment): string[] =>
  Array.from({ length: rows.T }, (_, t) => rowOf(rows, t).join()).sort();

/** Counts, for k = 0…S, the pairs of a cell and a circuit not on this cell that are linked k times. */
function drives(after: Assignment, before: Assignment): number[] {
  const counts = new Array<number>(after.S + 1).fill(0);
  const circuits = Array.from({ length: after.T }, (_, t) => t);
  for (let n = 0; n < after.P; n++) {
    const own = circuits.filter((t) => rowOf(after, t).includes(n));
    const linked = new Set(own.flatMap((t) => rowOf(before, t)));
    for (const t of circuits) if (!own.includes(t)) counts[rowOf(before, t).filter((m) => linked.has(m)).length]!++;
  }
  return counts;
}

/**
 * Counts the pairs t, u whose x vectors share a cell in the rows `before`, and for which u's x is in t's row in the
 * rows `after`.
 */
function returns(after: Assignment, before: Assignment): number {
  let count = 0;
  const firsts = Array.from({ length: after.T }, (_, t) => rowOf(before, t)[0]!);
  firsts.forEach((cell, t) => {
    const row = rowOf(after, t);
    firsts.forEach((other, u) => {
      if (other === cell && u !== t && row.includes(rowOf(after, u)[0]!)) count++;
    });
  });
  return count;
}

test("for z = 1, in every layer: no circuit opens another's cell by itself, and no x returns", () => {
  const rows = packing({ T: 557, P: 250, S: 3 });
  let before = rows;
  for (let k = 1; k <= 4; k++) {
    const after = annealedRows(rows, before, 1, random(k));
    expect(sortedRows(after)).toEqual(sortedRows(rows));
    expect(drives(after, before)[3]).toBe(0);
    expect(returns(after, before)).toBe(0);
    before = after;
  }
});

test.each([2, 3])("for z = %i few pairs open a cell: less than a tenth of those at random", (z) => {
  const rows = packing({ T: 557, P: 250, S: 3 });
  const dealt = separatedRows(rows, rows, random(1));
  const chance = drives(dealt, rows);
  expect(chance[3]).toBeGreaterThan(0);
  const after = annealedRows(rows, rows, z, random(2));
  const counts = drives(after, rows);
  expect(counts[3]).toBe(0);
  expect(counts[2]).toBeLessThan(chance[2]! / 10);
  expect(returns(after, rows)).toBe(0);
});

test("a search depends on its arguments alone", () => {
  const rows = packing({ T: 60, P: 40, S: 3 });
  const once = annealedRows(rows, rows, 2, random(1));
  expect(annealedRows(rows, rows, 2, random(1))).toEqual(once);
  expect(annealedRows(rows, rows, 2, random(2))).not.toEqual(once);
});

test("parting: circuits with x in the same cell in one layer are in different cells in the next", () => {
  const rows = packing({ T: 557, P: 250, S: 2 });
  let before = rows;
  for (let k = 1; k <= 5; k++) {
    const after = separatedRows(rows, before, random(k));
    expect(sortedRows(after)).toEqual(sortedRows(rows));
    const both = new Set(Array.from({ length: rows.T }, (_, t) => `${rowOf(before, t)[0]} ${rowOf(after, t)[0]}`));
    expect(both.size).toBe(rows.T);
    before = after;
  }
});
