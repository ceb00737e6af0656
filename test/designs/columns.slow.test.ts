import { expect, test } from "vitest";
import { blockSize, cellWords, placeBlocks } from "../../src/designs/blocks.js";
import { RandomSequence } from "../../src/base/random.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { loadKernels } from "../../src/kernels/node.js";
import { activeSets } from "../../src/studies/stress/samples.js";
import { panel } from "../../src/studies/stress/perturbations.js";
import { LayerwiseRunner } from "../../src/studies/stress/runner.js";
import { WrittenNetwork } from "../../src/studies/stress/written.js";
import { widthOf } from "../../src/network/layer.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

test.each([
  [557, 109],
  [20, 20],
  [2000, 36],
])("T = %i takes %i blocks: every circuit has its own pair of cells within a block", (T, blocks) => {
  const size = blockSize({ D: 1000, perCell: 3, perBlock: 1 }, T);
  expect(size.blocks).toBe(blocks);
  const { columns, blockOf } = placeBlocks(size, T, new RandomSequence(1, "design"));
  const [a, b] = columns;
  const pairs = Array.from(a.neurons, (cell, t) => cell * size.q + b.neurons[t]!);
  expect(new Set(pairs).size).toBe(T);
  const counts = new Uint32Array(blocks);
  a.neurons.forEach((cell, t) => {
    expect(blockOf[0][cell]).toBe(blockOf[1][b.neurons[t]!]);
    counts[blockOf[0][cell]!]!++;
  });
  // Circuits are spread over the blocks as evenly as the cells allow.
  expect(Math.max(...counts)).toBeLessThanOrEqual(1.6 * Math.min(...counts));
});

test("words of 249 cells agree in at most one digit, and those of neighbours in none", () => {
  const { neurons, P } = cellWords({ q: 249, p: 16 });
  expect(Math.max(...neurons)).toBeLessThan(P);
  let [near, far] = [0, 0];
  for (let n = 0; n < 249; n++) {
    for (let m = 0; m < n; m++) {
      let same = 0;
      for (let digit = 0; digit < 3; digit++) if (neurons[3 * n + digit] === neurons[3 * m + digit]) same++;
      if (n - m <= 2) near = Math.max(near, same);
      else far = Math.max(far, same);
    }
  }
  expect([near, far]).toEqual([0, 1]);
});

test("is a ReLU network of at most D neurons", () => {
  expectReluNetwork({ design: "columns", D: 200, T: 90, z: [3], L: 12 });
  expect(widthOf(designNetwork({ design: "columns" }).network.parts)).toBeLessThanOrEqual(1000);
});

test("one active circuit is exact for 100 layers (1e-5), and so are two in different blocks", () => {
  const alone = measured({ design: "columns", D: 500, T: 280, z: [1], L: 100 }, 32);
  expect(errorOfX(alone, 100).worst).toBeLessThan(2e-5);
  const { meanSquare, wrong, worst } = errorOfX(measured({ design: "columns", z: [2], L: 10, seed: 2 }, 256), 10);
  expect(wrong).toBeLessThan(0.03);
  expect(Math.abs(meanSquare - wrong)).toBeLessThan(1e-6);
  expect(worst).toBeLessThan(1 + 1e-5);
});

test("noise on neurons, weights and inputs, and bfloat16, all at once: 30 steps at z = 3, with a mean square of at most 0.1", () => {
  const { network } = designNetwork({ design: "columns", z: [3], L: 30, seed: 5 });
  const samples = 48;
  const runner = new LayerwiseRunner(loadKernels(), new WrittenNetwork(network), { samples, z: 3 });
  const all = panel(network.circuits, 3).find(({ kind }) => kind === "all")!;
  const drawn = {
    z: 3,
    seed: 1,
    network: 0,
    ...runner.draw({ z: 3, sampling: "random", seed: 1, network: 0 }, samples),
  };
  const steps = runner.run(activeSets(network.circuits, drawn, all.inputs), all.conditions, drawn, () => false);
  expect(steps.length).toBe(30);
  expect(Math.max(...steps.map(({ squares }) => squares)) / (3 * samples)).toBeLessThan(0.1);
});

test.each([
  [{ T: 79_525 }, "T = 79525: at most 79524 circuits fit with D = 1000 (columns design)."],
  [{ D: 10, T: 1 }, "D = 10: no circuits of the columns design fit. Use D ≥ 13."],
  [{ circuits: "step" }, "circuits: the columns design runs only rotations; use circuits = rotation."],
])("refuses %j", (fields, message) => {
  expect(() => parseSpec({ design: "columns", z: [1], ...fields })).toThrow(message);
});
