import fc from "fast-check";
import { expect, test } from "vitest";
import { drawCode, readingOf } from "../../src/designs/code.js";
import { RandomSequence } from "../../src/base/random.js";

const draw = (T: number, S: number, P: number, seed = 1) =>
  drawCode({ T, S, P }, new RandomSequence(seed, "design", 0, 1));

/** The words of a code as text, each with its neurons in order. */
const wordsOf = ({ assignment: { T, S, neurons } }: ReturnType<typeof draw>): string[] =>
  Array.from({ length: T }, (_, t) => [...neurons.subarray(t * S, (t + 1) * S)].sort((a, b) => a - b).join(" "));

/** C(n, k). */
const choose = (n: number, k: number): number => (k === 0 ? 1 : (choose(n - 1, k - 1) * n) / k);

test("up to the number of words, circuits have different words, each of S different neurons", () => {
  for (const [P, S] of [[6, 3], [10, 1], [10, 4], [12, 2], [16, 3], [9, 8]] as const) {
    const code = draw(choose(P, S), S, P);
    const words = wordsOf(code);
    expect(new Set(words).size, `${S} of ${P}`).toBe(choose(P, S));
    for (const word of words) expect(new Set(word.split(" ")).size).toBe(S);
  }
}); // prettier-ignore

test("a reading is 1 for each of its circuits, also if their words are linearly dependent (1e-9)", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1000 }), (seed) => {
      // All pairs of 8 neurons, so that the words include 01, 23, 02 and 13, whose sums are linearly dependent.
      const code = draw(28, 2, 8, seed);
      const words = wordsOf(code);
      const four = ["0 1", "2 3", "0 2", "1 3"].map((word) => words.indexOf(word));
      const { responses, weights } = readingOf(code, four);
      for (const t of four) expect(Math.abs(responses[t]! - 1)).toBeLessThan(1e-9);
      for (const weight of weights) expect(Math.abs(weight)).toBeLessThan(10);
    }),
    { numRuns: 50, seed: 3 },
  );
});

test("reports that words on opposite sides of the mean cannot both be read as 1", () => {
  const code = draw(20, 3, 6);
  const words = wordsOf(code);
  const opposite = ["0 1 2", "3 4 5"].map((word) => words.indexOf(word));
  expect(() => readingOf(code, opposite)).toThrow(
    "codeSize = 3, codeNeurons = 6: too few to tell the T = 20 circuits of one cell apart; use larger values.",
  );
});
