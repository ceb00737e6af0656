import { expect, test } from "vitest";
import { groupsLargest, groupsSize } from "../../src/designs/groups.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { widthOf } from "../../src/network/layer.js";
import { sharedGroupError } from "../../src/theory/collisions.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

const GROUPS = 62;

test("are as small as T allows: 62 of 3×3 in 992 neurons, 5 of 61×61, one", () => {
  expect(groupsSize(1000, 558)).toEqual({ k: 3, n: 3, w: 1, count: 62 });
  expect(groupsSize(1000, 559)).toMatchObject({ k: 4, n: 4, w: 2 });
  expect(groupsSize(1000, 18_605)).toEqual({ k: 61, n: 8, w: 4, count: 5 });
  expect(groupsSize(1000, 10_368)).toEqual({ k: 36, n: 8, w: 4, count: 8 });
  expect(groupsSize(1000, groupsLargest(1000))!.count).toBe(1);
  expect(groupsSize(1000, groupsLargest(1000) + 1)).toBeNull();
  expect(groupsLargest(15)).toBe(0);
  for (const T of [557, 558, 559, 3000, 18_605]) {
    const { network } = designNetwork({ design: "groups", T, z: [2], L: 2 });
    expect(widthOf(network.parts)).toBeLessThanOrEqual(1000);
  }
});

test("is a ReLU network of at most D neurons", () => {
  expectReluNetwork({ design: "groups", D: 320, T: 180, z: [3], L: 4, seed: 2 }, 4);
  expectReluNetwork({ design: "groups", D: 320, T: 1500, z: [3], L: 4, seed: 2 }, 4);
});

test("circuits in different groups are exact at layer 20 (1e-4), two in one group are both off by 1", () => {
  const { network } = designNetwork({ design: "groups", T: 558, z: [3], L: 20, seed: 3 });
  const runner = new SparseEngine(loadKernels(), network, { z: 3, lanes: 4 });
  // Circuit t is in group t mod 62: 5 and 67 share a group, and 9 is in another.
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

test("large groups err as often as two active circuits share one, within 3 sd + 3%, and are exact otherwise", () => {
  for (const [T, groupSize, z] of [
    [18_605, 61 * 61, 2],
    [10_368, 36 * 36, 3],
  ] as const) {
    const samples = 2000;
    const { meanSquare, wrong, worst } = errorOfX(
      measured({ design: "groups", T, z: [z], L: 5, seed: 4, samples }, samples),
      5,
    );
    const expected = sharedGroupError({ T, groupSize, z });
    const sd = Math.sqrt((2 * expected * (1 - expected)) / (samples * z));
    expect(Math.abs(wrong - expected)).toBeLessThan(3 * sd + 0.03 * expected);
    expect(Math.abs(meanSquare - wrong)).toBeLessThan(1e-4);
    expect(worst).toBeLessThan(1 + 1e-4);
  }
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
    // Circuits that share a group are wrong together, so errors are counted in pairs.
    const sd = Math.sqrt((2 * expected * (1 - expected)) / (samples * z));
    expect(Math.abs(wrong - expected)).toBeLessThan(3 * sd + 0.03 * expected);
    expect(Math.abs(meanSquare - wrong)).toBeLessThan(1e-4);
    expect(worst).toBeLessThan(1 + 1e-4);
  }
});
