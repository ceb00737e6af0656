import fc from "fast-check";
import { expect, test } from "vitest";
import { choleskyFactor, choleskySolve, inverseOfTriangle } from "../../src/base/cholesky.js";

const entries = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 36, maxLength: 36 });

/** V Vᵀ for vectors V, [rows][6]. */
function gramOf(vectors: readonly (readonly number[])[]): Float64Array {
  return Float64Array.from(
    vectors.flatMap((a) => vectors.map((b) => a.reduce((sum, value, k) => sum + value * b[k]!, 0))),
  );
}

const rowsOf = (values: readonly number[]): number[][] =>
  Array.from({ length: 6 }, (_, i) => values.slice(6 * i, 6 * i + 6));

test("C Cᵀ is the matrix, and solving inverts the multiplication (1e-9)", () => {
  fc.assert(
    fc.property(entries, (values) => {
      const gram = gramOf(rowsOf(values));
      for (let i = 0; i < 6; i++) gram[7 * i]! += 0.5;
      const c = choleskyFactor(gram, 6);
      const back = gramOf(rowsOf([...c]));
      back.forEach((value, at) => expect(value).toBeCloseTo(gram[at]!, 9));
      const x = values.slice(0, 6);
      const b = Float64Array.from({ length: 6 }, (_, i) =>
        x.reduce((sum, value, j) => sum + gram[6 * i + j]! * value, 0),
      );
      choleskySolve(c, b);
      b.forEach((value, i) => expect(value).toBeCloseTo(x[i]!, 9));
    }),
  );
});

test("a row that depends on earlier rows gets a zero diagonal", () => {
  const c = choleskyFactor(gramOf([[1, 2], [2, 4], [0, 1]]), 3); // prettier-ignore
  expect([c[4], c[7]]).toEqual([0, 0]);
  expect(c[8]).toBeCloseTo(1 / Math.sqrt(5), 12);
});

test("the inverse of a triangle times it is the identity (1e-12)", () => {
  const n = 7;
  const c = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return j > i ? 0 : Number(i === j) + Math.sin(at * at + 1) / 4;
  });
  const inverse = inverseOfTriangle(c, n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += inverse[i * n + k]! * c[k * n + j]!;
      expect(Math.abs(sum - Number(i === j))).toBeLessThan(1e-12);
    }
  }
});
