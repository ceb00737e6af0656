import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { drawCode, readingOf } from "../../src/designs/code.js";
import { frame, simplexDirections } from "../../src/designs/simplex.js";
import { drawWindows } from "../../src/designs/window-search.js";
import { denseBias, denseWeights } from "../../src/network/dense.js";
import { widthOf } from "../../src/network/layer.js";
import { RandomSequence } from "../../src/base/random.js";
import { collisionError } from "../../src/theory/collisions.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

const dot = (a: readonly number[], b: readonly number[]): number => a.reduce((sum, x, k) => sum + x * b[k]!, 0);

describe("simplex cells", () => {
  test.each([3, 5])("the %i directions have length 1, sum to 0, and K/(K−1) times the identity (1e-12)", (K) => {
    const directions = simplexDirections(K);
    for (let j = 0; j < K - 1; j++) {
      expect(directions.reduce((sum, d) => sum + d[j]!, 0)).toBeCloseTo(0, 12);
      for (let k = 0; k < K - 1; k++) {
        const sum = directions.reduce((total, d) => total + d[j]! * d[k]!, 0);
        expect(sum).toBeCloseTo(j === k ? K / (K - 1) : 0, 12);
      }
    }
    for (const d of directions) expect(dot(d, d)).toBeCloseTo(1, 12);
  });

  test("the planes of circuits have orthonormal rows; three in a cell overlap by 1/4 (1e-12)", () => {
    for (let count = 1; count <= 12; count++) {
      for (let index = 0; index < count; index++) {
        const [a, b] = frame(5, index, count);
        expect(dot(a, a)).toBeCloseTo(1, 12);
        expect(dot(b, b)).toBeCloseTo(1, 12);
        expect(dot(a, b)).toBeCloseTo(0, 12);
      }
    }
    const [one, other] = [frame(5, 0, 3), frame(5, 2, 3)];
    const overlap = one.flatMap((row) => other.map((column) => dot(row, column) ** 2)).reduce((a, b) => a + b, 0) / 2;
    expect(overlap).toBeCloseTo(1 / 4, 12);
  });
});

describe("windows of cells", () => {
  const size = { T: 150, S: 1, P: 50 };
  const windows = drawWindows(size, 6, new RandomSequence(3, "user"));

  test.each([1, 2])("fill all cells evenly, to one circuit, S = %i", (S) => {
    for (const { neurons } of drawWindows({ T: 157, S, P: 50 }, 3, new RandomSequence(4, "user"))) {
      const loads = new Uint32Array(50);
      for (const cell of neurons) loads[cell]!++;
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    }
  });

  test("part: circuits that share a cell in one layer share none in the next", () => {
    for (let l = 1; l < windows.length; l++) {
      const [before, now] = [windows[l - 1]!.neurons, windows[l]!.neurons];
      for (let t = 0; t < size.T; t++) {
        for (let u = 0; u < t; u++) expect(before[t] === before[u] && now[t] === now[u]).toBe(false);
      }
    }
  });

  test("give a circuit S = 2 different cells", () => {
    for (const { neurons } of drawWindows({ T: 100, S: 2, P: 60 }, 3, new RandomSequence(5, "user"))) {
      for (let t = 0; t < 100; t++) expect(neurons[2 * t]).not.toBe(neurons[2 * t + 1]);
    }
  });
});

test("a reading of the code is 1 for each of its circuits, and is additive for any number of active circuits (1e-9)", () => {
  const code = drawCode({ T: 120, S: 4, P: 40 }, new RandomSequence(7, "user"));
  const { S, neurons } = code.assignment;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(119), { minLength: 1, maxLength: 4 }),
      fc.uniqueArray(fc.nat(119), { minLength: 1, maxLength: 5 }),
      (members, active) => {
        const { weights, responses } = readingOf(code, members);
        for (const t of members) expect(responses[t]).toBeCloseTo(1, 9);
        let read = 0;
        for (const t of active) for (const n of neurons.subarray(t * S, (t + 1) * S)) read += weights[n]!;
        expect(read).toBeCloseTo(
          active.reduce((sum, t) => sum + responses[t]!, 0),
          9,
        );
      },
    ),
    { numRuns: 60, seed: 1 },
  );
});

test.each([
  { S: 1, z: [2] },
  { S: 2, z: [3] },
])("is a ReLU network of at most D neurons: %o", ({ S, z }) => {
  expectReluNetwork({ design: "windows", D: 320, T: 120, S, z, L: 3, codeNeurons: 60, seed: 5 });
});

test("S = 1: no gate of an active circuit shuts, for any other active circuit", () => {
  const { network } = designNetwork({
    design: "windows",
    D: 320,
    T: 120,
    S: 1,
    z: [2],
    L: 2,
    codeNeurons: 60,
    seed: 6,
  });
  const D = widthOf(network.parts);
  const [cells, codes] = network.parts as [(typeof network.parts)[0], (typeof network.parts)[0]];
  const W = denseWeights(network, 2);
  const bias = denseBias(network.parts, network.layers[1]!);
  const cellOf = network.reads[1]!.find((read) => read.kind === "circuit")!;
  const code = network.writes.find(({ part }) => part === 1)!.assignment;
  if (cellOf.kind !== "circuit") throw new Error("x is read from cells");
  for (let t = 0; t < 120; t++) {
    // The first neuron of the cell suffices, because all neurons of a cell have the same gate.
    const n = cells.offset + cellOf.assignment.neurons[t]!;
    const read = (u: number): number =>
      code.neurons.subarray(u * code.S, (u + 1) * code.S).reduce((sum, at) => sum + W[n * D + codes.offset + at]!, 0);
    const own = bias[n]! + read(t);
    // The gate opens for every x of length 1, no matter which second circuit is active.
    for (let u = 0; u < 120; u++) if (u !== t) expect(own + read(u)).toBeGreaterThan(1);
  }
});

test("one active circuit is exact; errors of two are 0.5 to 2 times those of collisions at layers 4 and 8", () => {
  const alone = measured({ design: "windows", S: 1, z: [1], L: 4, seed: 8 }, 200);
  expect(errorOfX(alone, 4).worst).toBeLessThan(1e-3);
  const two = measured({ design: "windows", S: 1, z: [2], L: 8, seed: 8 }, 1500);
  for (const layer of [4, 8]) {
    const { meanSquare, wrong } = errorOfX(two, layer);
    const expected = collisionError({ T: 557, P: 186, cellNeurons: 5, z: 2 }, layer);
    expect(meanSquare / expected).toBeGreaterThan(0.5);
    expect(meanSquare / expected).toBeLessThan(2);
    expect(wrong).toBeLessThan(0.1);
  }
});
