import { expect, test } from "vitest";
import { chosenGatesRight, mostChosenGates } from "../../src/theory/chosen-gates.js";

/** All sets of `size` of n neurons. */
function sets(n: number, size: number): number[][] {
  if (size === 0) return [[]];
  if (n < size) return [];
  return [...sets(n - 1, size), ...sets(n - 1, size - 1).map((set) => [...set, n - 1])];
}

test.each([2, 3])(
  "four gates of 4 of 8 neurons, %d inputs on: equals a count over all sets, within 1e-12",
  (active) => {
    const [d, S, G] = [8, 4, 4];
    const all = sets(d, S);
    const on = new Set(all[0]);
    /** The share of sets of neurons with which a gate is read correctly. */
    const rightShare = (h: (neuron: number) => number): number =>
      all.filter((set) => set.reduce((sum, neuron) => sum + h(neuron), 0) <= S / 2).length / all.length;
    const alone = (neuron: number): number => Number(on.has(neuron));
    let expected = rightShare(alone) ** (G - 1);
    if (active === 3) {
      expected = 0;
      for (const other of all) {
        const h = (neuron: number): number => alone(neuron) * (1 + Number(other.includes(neuron)));
        if (other.reduce((sum, neuron) => sum + h(neuron), 0) <= S / 2)
          expected += rightShare(h) ** (G - 2) / all.length;
      }
    }
    expect(Math.abs(chosenGatesRight({ d, S, active, G }) - expected)).toBeLessThan(1e-12);
  },
);

test("the largest number of gates has the wanted share of right samples, and one more gate does not", () => {
  for (const size of [
    { d: 100, S: 12, active: 2 },
    { d: 300, S: 24, active: 3 },
  ]) {
    const G = mostChosenGates(size, 0.01);
    expect(G).toBeGreaterThan(300);
    expect(chosenGatesRight({ ...size, G })).toBeGreaterThanOrEqual(0.99);
    expect(chosenGatesRight({ ...size, G: G + 1 })).toBeLessThan(0.99);
  }
  expect(mostChosenGates({ d: 100, S: 8, active: 3 }, 0.01)).toBe(0);
  // The numbers that docs/specification.md gives for 100 neurons.
  expect(mostChosenGates({ d: 100, S: 12, active: 2 }, 0.01)).toBe(328);
  expect(mostChosenGates({ d: 100, S: 4, active: 3 }, 0.01)).toBe(6);
  // The result may be far larger than any number of gates that could be built.
  expect(mostChosenGates({ d: 10_000, S: 40, active: 2 }, 0.01)).toBeGreaterThan(1e39);
});
