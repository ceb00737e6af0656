import fc from "fast-check";
import { expect, test } from "vitest";
import { compress, newRoom } from "../../src/network/sparse.js";

const matrices = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 30 })).chain(([rows, columns]) =>
  fc.record({
    columns: fc.constant(columns),
    W: fc.array(fc.constantFrom(0, 0, 0, -0, 1, -2.5, 0.1, NaN), {
      minLength: rows * columns,
      maxLength: rows * columns,
    }),
  }),
);

test("the entries that are not 0, row by row, in new or in reused memory", () => {
  const room = newRoom();
  fc.assert(
    fc.property(matrices, ({ W, columns }) => {
      const rows = W.length / columns;
      const wanted = W.map((value, at) => ({ at, value: Math.fround(value) })).filter(({ value }) => value !== 0);
      for (const matrix of [compress(Float64Array.from(W), columns), compress(Float64Array.from(W), columns, room)]) {
        expect(matrix.rows).toBe(rows);
        expect([...matrix.starts]).toEqual(
          Array.from({ length: rows + 1 }, (_, n) => wanted.filter(({ at }) => at < n * columns).length),
        );
        expect([...matrix.columns]).toEqual(wanted.map(({ at }) => at % columns));
        expect([...matrix.values]).toEqual(wanted.map(({ value }) => value));
      }
    }),
    { seed: 5 },
  );
});

test("a matrix in new memory stays unchanged when others are compressed", () => {
  const own = compress(Float64Array.of(0, 1, 2, 0), 2);
  compress(Float64Array.of(7, 7, 7, 7), 2);
  expect([...own.values]).toEqual([1, 2]);
});
