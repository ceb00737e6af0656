import { expect, test } from "vitest";
import { bitsConstant, fromBits, snapLines, toBits } from "../../src/designs/snap.js";
import { switchedSize } from "../../src/designs/switched-places.js";
import { threeDirections } from "../../src/circuits/rotation.js";
import { widthOf } from "../../src/network/layer.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

const spec = { design: "switched", T: 557, z: [2] } as const;

test("has 576 circuits in 24 groups, within D = 1000", () => {
  expect(switchedSize(1000)).toMatchObject({ groups: 24, T: 576 });
  expect(widthOf(designNetwork({ ...spec, L: 1 }).network.parts)).toBeLessThanOrEqual(1000);
});

test("no two circuits share a group in both copies", () => {
  const { network } = designNetwork({ ...spec, T: 576, L: 1 });
  const [first, second] = network.reads[0]!.slice(0, 2).map((read) => {
    if (read.kind !== "circuit") throw new Error("x is read from cells");
    return read.assignment.neurons.map((cell) => Math.floor(cell / 5));
  });
  const met = new Set<number>();
  for (let t = 0; t < 576; t++) met.add(first![t]! * 24 + second![t]!);
  expect(met.size).toBe(576);
});

test("is a ReLU network of at most D neurons, including the layers that clean", () => {
  expectReluNetwork({ design: "switched", D: 420, T: 60, z: [2], L: 5, seed: 2 });
});

test("snapping returns each of 16 angles exactly, and removes an error of 5° (1e-12)", () => {
  const snap = snapLines(16);
  const cells = [0, 1, 2];
  for (let j = 0; j < 16; j++) {
    for (const off of [0, 5, -5]) {
      const at = (2 * Math.PI * j) / 16;
      const x = at + (off * Math.PI) / 180;
      const cell = threeDirections.map(([u, v]) => Math.max(0, 1.3 + u * Math.cos(x) + v * Math.sin(x)));
      const times = (matrix: Float64Array, vector: readonly number[]): number[] =>
        [0, 1, 2].map((i) => vector.reduce((sum, value, k) => sum + matrix[3 * i + k]! * value, 0));
      const bits = cells.map((c) =>
        times(toBits(snap, c, 6), cell).map((value) => Math.max(0, 1 - Math.max(0, 0.5 + value))),
      );
      const restored = bitsConstant(snap).map(
        (constant, k) => constant + cells.reduce((sum, c) => sum + times(fromBits(snap, c), bits[c]!)[k]!, 0),
      );
      threeDirections.forEach(([u, v], k) => {
        expect(restored[k]).toBeCloseTo(u * Math.cos(at) + v * Math.sin(at), off === 0 ? 12 : 9);
      });
    }
  }
});

test("two active circuits are exact without noise (|δx| < 1e-4) up to layer 30", () => {
  expect(errorOfX(measured({ ...spec, L: 30, seed: 3 }, 300), 30).worst).toBeLessThan(1e-4);
});

test.each(["activation", "pre-activation"])(
  "tolerates noise of 0.01 on every neuron, %s: at most 1% of readouts off by more than 0.25 at layer 40",
  (noiseAt) => {
    const sums = measured({ ...spec, L: 40, noise: 0.01, noiseAt, seed: 4 }, 250);
    for (const layer of [1, 20, 40]) expect(errorOfX(sums, layer).wrong).toBeLessThanOrEqual(0.01);
    // The design removes errors: at layer 40 the error is no larger than at 20, within its spread.
    expect(errorOfX(sums, 40).meanSquare).toBeLessThan(1.5 * errorOfX(sums, 20).meanSquare + 1e-4);
  },
);
