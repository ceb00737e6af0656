import fc from "fast-check";
import { expect, test } from "vitest";
import { Arena } from "../../src/kernels/memory.js";
import { repeatedColumns, rowLists } from "../../src/engine/row-lists.js";

const arena = (): Arena => new Arena(new WebAssembly.Memory({ initial: 1 }), 64);
const lists = fc.array(fc.array(fc.nat(50), { maxLength: 6 }), { maxLength: 20 });
const startsOf = (rows: readonly (readonly number[])[]): Uint32Array => {
  const starts = new Uint32Array(rows.length + 1);
  rows.forEach((row, n) => (starts[n + 1] = starts[n]! + row.length));
  return starts;
};

test("lists of rows are loaded shortest first, those of the same length by neuron, as addresses", () => {
  fc.assert(
    fc.property(lists, fc.constantFrom(0, 1), (rows, shortest) => {
      const memory = arena();
      const loaded = rowLists(
        memory,
        { starts: startsOf(rows), indices: Uint32Array.from(rows.flat()) },
        { base: 4096, stride: 48 },
        { base: 100, stride: 16 },
        shortest as 0 | 1,
      );
      const wanted = rows
        .map((row, n) => ({ row, n }))
        .filter(({ row }) => row.length >= shortest)
        .sort((a, b) => a.row.length - b.row.length || a.n - b.n);
      expect(loaded.count).toBe(wanted.length);
      const starts = memory.viewU32(loaded.starts, loaded.count + 1);
      const addresses = memory.viewU32(loaded.rows, rows.flat().length);
      expect([...memory.viewU32(loaded.targets, loaded.count)]).toEqual(wanted.map(({ n }) => 100 + 16 * n));
      wanted.forEach(({ row }, k) => {
        expect([...addresses.subarray(starts[k], starts[k + 1])]).toEqual(row.map((index) => 4096 + 48 * index));
      });
    }),
    { seed: 3 },
  );
});

test("columns are repeated according to their weights, which must be whole numbers", () => {
  fc.assert(
    fc.property(lists, fc.array(fc.nat(3), { minLength: 120, maxLength: 120 }), (rows, weights) => {
      const starts = startsOf(rows);
      const repeated = repeatedColumns(starts, Uint32Array.from(rows.flat()), weights);
      rows.forEach((row, n) => {
        const wanted = row.flatMap((column, k) => new Array<number>(weights[starts[n]! + k]!).fill(column));
        expect([...repeated.indices.subarray(repeated.starts[n], repeated.starts[n + 1])]).toEqual(wanted);
      });
    }),
    { seed: 4 },
  );
  for (const weight of [0.5, -1, NaN]) {
    expect(() => repeatedColumns(Uint32Array.of(0, 1), Uint32Array.of(7), [weight])).toThrow("not a whole number");
  }
});
