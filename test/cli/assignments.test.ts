import { expect, test } from "vitest";
import { assignmentKinds } from "../../src/assignment/constructions.js";
import type { AssignmentComparison } from "../../src/cli/compare-assignments.js";
import { superpose } from "../support/in-process.js";

test("describes the post's assignment", async () => {
  const { code, out } = await superpose("assignments", "--P", "250", "--S", "6", "--assignment", "prime-step");
  expect(code).toBe(0);
  expect(out).toMatchInlineSnapshot(`
    "P = 250, S = 6, prime-step assignment
    largest T    557, 27% of the upper bound
    upper bound  2041

    with T = 557
    circuits per neuron: 5 to 17, mean 13.4, sd 3.09
    circuits  neurons
           5        1
           6       14
           7       11
           8        7
           9       10
          10        3
          11        1
          12        6
          13       35
          14       33
          15       79
          16       35
          17       15

    of two circuits       measured  predicted [E9]
    mean overlap            0.0235          0.0222
    share a neuron           0.141           0.133
    mean squared overlap   0.00392         0.00371
    most neurons shared          1               1
    "
  `);
});

test("--json has the same numbers, null for no bound", async () => {
  const command = "assignments --P 10 --S 1 --T 25 --assignment prime-step --json";
  const { out } = await superpose(...command.split(" "));
  expect(JSON.parse(out)).toMatchObject({
    largestT: null,
    upperBound: null,
    T: 25,
    loads: { min: 2, max: 3, mean: 2.5 },
  });
});

test("says that there is no bound if one neuron carries each", async () => {
  const { out } = await superpose("assignments", "--P", "10", "--S", "1");
  expect(out).toMatch(/^P = 10, S = 1: any number of circuits in any assignment\n/);
});

test("compares all of them at T, and picks rows with even loads if more fit", async () => {
  const { code, out } = await superpose("assignments", "--P", "40", "--S", "4", "--T", "30", "--json");
  expect(code).toBe(0);
  const result = JSON.parse(out) as AssignmentComparison;
  expect(result).toMatchObject({ P: 40, S: 4, T: 30, upperBound: 130 });
  expect(result.assignments.map(({ assignment }) => assignment)).toEqual(assignmentKinds);
  for (const { largestT, shareOfBound, asBuilt, picked } of result.assignments) {
    expect(shareOfBound).toBe(largestT! / 130);
    for (const spread of [asBuilt, picked]) {
      if (spread === null) continue;
      const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count, 0);
      expect(spread.T).toBe(30);
      expect(spread.loads.mean * (40 - spread.unusedNeurons)).toBeCloseTo(120, 9);
      expect(spread.pairsBySharedNeurons.length).toBe(2);
      expect(sum(spread.pairsBySharedNeurons)).toBe((30 * 29) / 2);
      expect(sum(spread.neuronPairsByLinks)).toBe(1600);
      expect(sum(spread.neuronPairsByLinks.map((count, k) => count * k))).toBe(30 * 16);
    }
    expect(asBuilt === null).toBe(largestT! < 30);
    expect(picked === null).toBe(largestT! <= 30);
  }
});

test("the table at the post's size", async () => {
  const { out } = await superpose("assignments", "--P", "250", "--S", "6");
  expect(out).toMatchInlineSnapshot(`
    "P = 250, S = 6: at most 2,041 circuits in any assignment

    assignment   largest T  of bound      T  loads     sd  unused  share 1  share more  linked again
    prime-step         557     27.3%    557   5–17   3.09       0    14.1%          0%         14.8%
    transversal      1,681     82.4%  1,681  41–41      0       4    14.3%          0%         41.4%
    filled           2,011     98.5%  2,011  42–49  0.545       3    14.3%          0%         47.6%
    cyclic           1,976     96.8%  1,976  48–48      0       3    14.3%          0%         46.9%
    cyclotomic       1,928     94.5%  1,928  48–48      0       9    14.6%          0%         47.9%
    greedy           1,477     72.4%  1,477  34–38  0.651       0      14%          0%         36.1%

    loads: fewest and most circuits per neuron in use; sd: standard deviation of the loads; unused: neurons without a circuit;
    share 1: pairs of circuits with a neuron in common; share more: pairs with several;
    linked again: of the neuron pairs linked across two successive layers (the second permuted), the share linked by several circuits.
    "
  `);
});
