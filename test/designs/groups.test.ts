import { expect, test } from "vitest";
import { groupsLargest } from "../../src/designs/groups.js";
import { loadKernels } from "../../src/kernels/node.js";
import { PartedRunner } from "../../src/measure/parted.js";
import { widthOf } from "../../src/network/layer.js";
import { sharedGroupError } from "../../src/theory/collisions.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/parted-network.js";

const GROUPS = 62;

test("has 558 circuits in 62 groups of 16 neurons at D = 1000", () => {
  expect(groupsLargest(1000)).toBe(558);
  const { network } = designNetwork({ design: "groups", T: 558, z: [2], L: 2 });
  expect(widthOf(network.parts)).toBe(992);
});

test("is a ReLU network of at most D neurons", () => {
  expectReluNetwork({ design: "groups", D: 320, T: 180, z: [3], L: 4, seed: 2 }, 4);
});

test("circuits in different groups are exact at layer 20 (1e-4), two in one group are both off by 1", () => {
  const { network } = designNetwork({ design: "groups", T: 558, z: [3], L: 20, seed: 3 });
  const runner = new PartedRunner(loadKernels(), network, { z: 3, lanes: 4 });
  // Circuit t is in group t mod 62: 5 and 67 share one, 9 is elsewhere.
  const [apart, together] = [
    [5, 68, 9],
    [5, 5 + GROUPS, 9],
  ];
  const input = (phi: number): number[] => [1.5, 0.5, 1 + Math.cos(phi), 1 + Math.sin(phi)];
  runner.setInputs(
    [apart!, together!],
    [0, 1].map(() => [0.3, 1.7, 4].map(input)),
  );
  runner.runTile(2, 3);
  const read = runner.lastReadouts(6, 3);
  const truth = runner.truth(20, 6);
  const errors = read.map(([, x, y], pair) => {
    const [a, b, u, v] = truth[pair]! as [number, number, number, number];
    return Math.hypot(x! - (u - a + b), y! - (v - a + b));
  });
  for (const pair of [0, 1, 2, 5]) expect(errors[pair]).toBeLessThan(1e-4);
  for (const pair of [3, 4]) expect(errors[pair]).toBeCloseTo(1, 4);
});

test("errs as often as two active circuits share a group, within 3 sd + 3%: z = 2, 3, 16", () => {
  for (const [z, samples] of [
    [2, 4000],
    [3, 3000],
    [16, 300],
  ] as const) {
    const { meanSquare, wrong, worst } = errorOfX(
      measured({ design: "groups", T: 558, z: [z], L: 6, seed: 4 }, samples),
      6,
    );
    const expected = sharedGroupError({ T: 558, groupSize: 9, z });
    // Circuits that share a group are wrong together: two to a count.
    const sd = Math.sqrt((2 * expected * (1 - expected)) / (samples * z));
    expect(Math.abs(wrong - expected)).toBeLessThan(3 * sd + 0.03 * expected);
    expect(Math.abs(meanSquare - wrong)).toBeLessThan(1e-4);
    expect(worst).toBeLessThan(1 + 1e-4);
  }
});
