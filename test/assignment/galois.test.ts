import { describe, expect, test } from "vitest";
import { field, logarithms, primePower, primePowers, primitivePowers, ring } from "../../src/assignment/galois.js";
import { InputError } from "../../src/base/errors.js";

describe("GF(q)", () => {
  test.each([2, 3, 4, 5, 7, 8, 9, 16, 25, 27, 41])("q = %i: the axioms of a field, all elements", (q) => {
    const { add, negate, multiply } = field(q);
    const elements = Array.from({ length: q }, (_, a) => a);
    for (const a of elements) {
      expect([add(a, 0), multiply(a, 1), multiply(a, 0), add(a, negate(a))]).toEqual([a, a, 0, 0]);
      // Adding an element and multiplying by a nonzero element are permutations, so differences and quotients exist and
      // are unique.
      expect(new Set(elements.map((b) => add(a, b))).size).toBe(q);
      if (a !== 0) expect(new Set(elements.map((b) => multiply(a, b))).size).toBe(q);
      for (const b of elements) {
        if (add(a, b) !== add(b, a) || multiply(a, b) !== multiply(b, a)) expect.fail(`${a}, ${b} do not commute`);
        for (const c of elements.slice(0, 9)) {
          if (multiply(c, add(a, b)) !== add(multiply(c, a), multiply(c, b))) expect.fail(`${c}(${a} + ${b})`);
          if (multiply(multiply(a, b), c) !== multiply(a, multiply(b, c))) expect.fail(`${a}·${b}·${c}`);
        }
      }
    }
  });

  test.each([4, 9, 41, 121, 241, 1024])(
    "q = %i: the powers of one element are all elements but 0, and logarithms invert them",
    (q) => {
      const powers = primitivePowers(q);
      expect([...powers].sort((a, b) => a - b)).toEqual(Array.from({ length: q - 1 }, (_, i) => i + 1));
      const { multiply } = field(q);
      for (let i = 0; i + 1 < q - 1; i++) expect(multiply(powers[i], powers[1])).toBe(powers[i + 1]);
      expect(logarithms(powers)[powers[q - 2]]).toBe(q - 2);
    },
  );

  test.each([0, 1, 6, 2.5, NaN, 16_777_217, 2 ** 17])("no field of q = %d", (q) => {
    expect(() => field(q)).toThrow(InputError);
    expect(() => field(q)).toThrow(`q = ${q}`);
  });

  test("prime powers multiply to n", () => {
    for (let n = 1; n < 500; n++) expect(primePowers(n).reduce((product, { q }) => product * q, 1)).toBe(n);
    expect(primePower(243)).toEqual({ q: 243, p: 3, k: 5 });
    expect([primePower(1), primePower(12)]).toEqual([null, null]);
  });
});

test.each([6, 12, 35, 45, 72])("ring of %i elements: the listed elements have invertible differences", (n) => {
  const { add, multiply, count, apart } = ring(n);
  const elements = Array.from({ length: n }, (_, a) => a);
  expect([apart(0), count]).toEqual([0, Math.min(...primePowers(n).map(({ q }) => q))]);
  for (const a of elements) expect(multiply(a, apart(1))).toBe(a);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < i; j++) {
      const difference = elements.find((x) => add(x, apart(j)) === apart(i))!;
      expect(new Set(elements.map((b) => multiply(b, difference))).size).toBe(n);
    }
  }
});
