import { describe, expect, test } from "vitest";
import { designOf } from "../../src/designs/designs.js";
import { drawWords, linesOrder, lineSizes } from "../../src/designs/lines.js";
import { frame } from "../../src/designs/simplex.js";
import { widthOf } from "../../src/network/layer.js";
import { readoutMatrix, type Read } from "../../src/network/multi-part.js";
import { RandomSequence } from "../../src/base/random.js";
import { designSize } from "../../src/config/run-spec.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { collisionError, planesOverlap } from "../../src/theory/collisions.js";
import { designNetwork, errorOfX, expectReluNetwork, measured } from "../support/multi-part-network.js";

/** Half the sum of squared dot products over rows, which is |⟨u|u'⟩|² for two complex lines. */
function overlap(K: number, a: number, b: number, count: number): number {
  const [one, other] = [frame(K, a, count), frame(K, b, count)];
  const squares = one.flatMap((row) => other.map((column) => row.reduce((sum, x, j) => sum + x * column[j]!, 0) ** 2));
  return squares.reduce((sum, x) => sum + x, 0) / 2;
}

describe("planes in cells of more than five neurons", () => {
  test.each([7, 9, 13, 25])("have orthonormal rows, %i neurons (1e-12)", (K) => {
    for (const count of [1, 3, 8, 40]) {
      for (let index = 0; index < count; index += 3) {
        expect(overlap(K, index, index, count)).toBeCloseTo(1, 12);
        const [a, b] = frame(K, index, count);
        expect(a.reduce((sum, x, j) => sum + x * b[j]!, 0)).toBeCloseTo(0, 12);
        expect(a).toHaveLength(K - 1);
      }
    }
  });

  test.each([
    [7, 3],
    [7, 20],
    [9, 12],
    [9, 72],
    [13, 60],
  ])("overlap as little as lines can on average, %i neurons and %i circuits (1e-9)", (K, count) => {
    let sum = 0;
    for (let b = 1; b < count; b++) sum += overlap(K, 0, b, count);
    expect(sum / (count - 1)).toBeCloseTo(planesOverlap(count, K), 9);
  });
});

describe("lines", () => {
  const { network, spec } = designNetwork({ design: "lines", D: 300, T: 500, z: [2], L: 4 });

  test("two circuits share a cell in at most one layer, and cells hold equal numbers of circuits to within one", () => {
    const cells = network.reads.map((reads) => {
      const read = reads.find((each) => each.kind === "circuit")!;
      if (read.kind !== "circuit") throw new Error("x is read from cells");
      return read.assignment;
    });
    expect(cells).toHaveLength(4);
    for (const { P, neurons } of cells) {
      const loads = new Uint32Array(P);
      for (const cell of neurons) loads[cell]!++;
      expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
    }
    for (let t = 0; t < spec.T; t++) {
      for (let u = 0; u < t; u++) {
        expect(cells.filter(({ neurons }) => neurons[t] === neurons[u]).length).toBeLessThan(2);
      }
    }
  });

  test("are read the same by shared matrices and weights as by one for each circuit", () => {
    const T = spec.T;
    const rows = 3;
    const each = (values: Float64Array, size: number, of: Uint32Array): Float64Array => {
      const all = new Float64Array(T * size);
      for (let t = 0; t < T; t++) all.set(values.subarray(of[t]! * size, (of[t]! + 1) * size), t * size);
      return all;
    };
    for (const reads of network.reads) {
      const written = reads.map(({ of, ...read }): Read => {
        const { d, P } = network.parts[read.part]!;
        expect(of).toHaveLength(T);
        return read.kind === "circuit"
          ? { ...read, matrix: each(read.matrix, rows * d, of!) }
          : { ...read, weights: each(read.weights, P, of!) };
      });
      expect(readoutMatrix(network, reads)).toEqual(readoutMatrix(network, written));
    }
  });

  test("have at most D neurons, and one more prime would not fit", () => {
    for (const z of [1, 2, 3]) {
      for (const L of [1, 2, 5, 9]) {
        const sizes = lineSizes({ D: 1000, z });
        const p = linesOrder({ D: 1000, L, ...sizes });
        const { network: own } = designNetwork({ design: "lines", T: 10, z: [z], L });
        expect(widthOf(own.parts)).toBeLessThanOrEqual(1000);
        expect(own.parts[0]!.P).toBe(p);
      }
    }
    expect(linesOrder({ D: 1000, L: 5, ...lineSizes({ D: 1000, z: 1 }) })).toBe(317);
  });

  test("words of a column all differ", () => {
    const { T, S, neurons } = drawWords(300, 11, 5, new RandomSequence(1, "user"), 1);
    const words = Array.from({ length: T }, (_, k) => [...neurons.subarray(k * S, (k + 1) * S)].sort().join());
    expect(new Set(words).size).toBe(300);
  });

  test.each([1, 2, 5])("one active circuit is exact for %i layers of many circuits (1e-9)", (L) => {
    const sums = measured({ design: "lines", T: 20_000, z: [1], L }, 200);
    for (let l = 1; l <= L; l++) expect(errorOfX(sums, l).meanSquare).toBeLessThan(1e-9);
    // A circuit that runs alone reads its own word in every column.
    expect(sums.layers[L]!.errors[0]!.active.sum / sums.activeCount).toBeLessThan(1e-9);
  });

  test("p² circuits fit, and no more", () => {
    expect(designOf("lines")!.largest(designSize(parseSpec({ design: "lines", L: 5, z: [1] })))).toBe(317 ** 2);
    expect(() => parseSpec({ design: "lines", T: 317 ** 2 + 1, z: [1], L: 5 })).toThrow(
      "T = 100490: at most 100489 circuits fit with D = 1000 (lines design): L = 5 takes 4 × 11 code neurons, " +
        "which leaves room for 317 cells (a prime number) with 3 neurons each.",
    );
  });

  test("only collisions remain: 8 networks of 3000 samples, within 3 standard deviations + 3%", () => {
    const [z, L, codeNeurons] = [2, 3, 42];
    const p = linesOrder({ D: 1000, L, cellNeurons: 9, codeNeurons, codeSize: 5 });
    const size = { T: 10 * p, P: p, cellNeurons: 9, z };
    const values = Array.from({ length: 8 }, (_, network) => {
      const sums = measured({ design: "lines", T: size.T, z: [z], L, codeNeurons, seed: 3 }, 3000, network);
      return [1, 2, 3].map((l) => errorOfX(sums, l).meanSquare);
    });
    for (const l of [1, 2, 3]) {
      const own = values.map((value) => value[l - 1]!);
      const mean = own.reduce((sum, x) => sum + x, 0) / own.length;
      const sd = Math.sqrt(own.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (own.length - 1) / own.length);
      const theory = collisionError(size, l);
      expect(Math.abs(mean - theory), `layer ${l}: ${mean} for ${theory}`).toBeLessThan(3 * sd + 0.03 * theory);
    }
  });

  test("is a ReLU network of its dense weights", () => {
    for (const z of [1, 2, 3]) expectReluNetwork({ design: "lines", D: 260, T: 120, z: [z], L: 3 });
  });

  test.each([
    [{ cellNeurons: 6 }, "cellNeurons = 6: must be an odd whole number from 3 to 25"],
    [{ L: 400, T: 4, z: [2] }, "D = 1000: no circuits of the lines design fit: L = 400 takes 399 × 28 code neurons"],
    [{ codeSize: 1, codeNeurons: 12, T: 122, z: [2] }, "at most 121 circuits fit"],
  ])("reports what does not fit: %j", (fields, message) => {
    expect(() => parseSpec({ design: "lines", ...fields })).toThrow(message);
  });
});
