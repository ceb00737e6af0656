import { expect, test } from "vitest";
import { loads, type Assignment } from "../../src/assignment/assignment.js";
import { balancedSubset } from "../../src/assignment/balanced-subset.js";
import { cyclic, maxCyclic } from "../../src/assignment/cyclic.js";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { loadStatistics } from "../../src/assignment/statistics.js";

const rowsOf = ({ T, S, neurons }: Assignment): string[] =>
  Array.from({ length: T }, (_, t) => neurons.subarray(t * S, (t + 1) * S).join());

test("chooses T different rows according to the seed and keeps their order", () => {
  const all = primeSteps({ T: 557, P: 250, S: 6 });
  const some = balancedSubset(all, 200, { seed: 3 });
  expect(some).toMatchObject({ T: 200, P: 250, S: 6 });
  const order = rowsOf(some).map((row) => rowsOf(all).indexOf(row));
  expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
  expect(order[0]).toBeGreaterThanOrEqual(0);
  expect(balancedSubset(all, 200, { seed: 3 })).toEqual(some);
  expect(balancedSubset(all, 200, { seed: 4 })).not.toEqual(some);
  expect(balancedSubset(all, 557, { seed: 3 })).toEqual(all);
});

test("557 of the 1976 cyclic circuits at P = 250, S = 6: every neuron in use has 13 or 14", () => {
  const some = balancedSubset(cyclic({ T: maxCyclic({ P: 250, S: 6 }), P: 250, S: 6 }), 557, { seed: 1 });
  expect(new Set(loads(some).filter((load) => load > 0))).toEqual(new Set([13, 14]));
});

test("half of the prime-step rows: more even than the first half", () => {
  const all = primeSteps({ T: 2101, P: 500, S: 6 });
  const first = loadStatistics(primeSteps({ T: 1000, P: 500, S: 6 })).sd;
  expect(loadStatistics(balancedSubset(all, 1000, { seed: 1 })).sd).toBeLessThan(0.5 * first);
});

test.each([0, 558, 1.5])("T = %d of 557 rows is refused", (T) => {
  expect(() => balancedSubset(primeSteps({ T: 557, P: 250, S: 6 }), T, { seed: 1 })).toThrow(`T = ${T}`);
});
