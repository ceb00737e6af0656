import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SharedInputs } from "../../src/circuits/circuits.js";
import { writeDescriptor, type Fields } from "../../src/kernels/descriptors.js";
import * as fields from "../../src/kernels/fields.js";
import type { Kernels } from "../../src/kernels/kernels.js";
import { Arena } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { cosSinTurn, RandomSequence, seedKey, streams } from "../../src/base/random.js";
import { chiSquare } from "../support/chi-square.js";
import { KernelPair } from "../support/kernel-pair.js";
import { philoxVectors } from "../support/philox-vectors.js";

const pair = new KernelPair();

describe("Philox4x32-10 of the core and its twin", () => {
  test.each(philoxVectors)("known answer for counter $counter, key $key", ({ counter, key, words }) => {
    pair.reset();
    const out = pair.bytes(16);
    pair.run((kernels) => kernels.philox(out, ...counter, ...key));
    expect([...pair.sameU32(out, 4)]).toEqual(words);
  });
});

interface Draw {
  readonly seed: number;
  readonly sub: number;
  readonly first: number;
  readonly count: number;
  readonly z: number;
  readonly T: number;
  readonly mode: 0 | 1;
  readonly d: number;
  readonly inputs: SharedInputs["kind"];
  readonly choices: number;
}

const kindNumber = { angle: 0, uniform: 1, choice: 2 } as const;

function tableOf({ d, inputs, choices }: Draw): number[] {
  const rows = inputs === "choice" ? choices : 3;
  return Array.from({ length: rows * d }, (_, k) => (inputs === "uniform" ? (k < d ? k - 3 : k) : 0.25 + k / 7));
}

/**
 * Addresses of the output of a draw (ids u32 [count][z], marks u8 [T], inputs f64 [count][z][d]) and of sampleActive's
 * descriptor.
 */
interface Places {
  readonly ids: number;
  readonly marks: number;
  readonly inputs: number;
  readonly descriptor: number;
}

/** @param describe writes sampleActive's descriptor */
function placesOf(
  memory: Pick<Arena, "bytes" | "f64">,
  draw: Draw,
  describe: (values: Fields<typeof fields.sampleActive>) => number,
): Places {
  const { T, d, choices } = draw;
  const places = {
    ids: memory.bytes(4 * draw.count * draw.z),
    marks: memory.bytes(T),
    inputs: memory.bytes(8 * draw.count * draw.z * d),
  };
  const how = { stream: streams.samples, T, d, kind: kindNumber[draw.inputs], choices };
  const descriptor = describe({ ...places, ...how, table: memory.f64(tableOf(draw)) });
  return { ...places, descriptor };
}

function sample(kernels: Kernels, { descriptor }: Places, draw: Draw): void {
  const [low, high] = seedKey(draw.seed);
  const { sub, first, count, z, mode } = draw;
  kernels.sampleActive(descriptor, low, high, sub, first, count, z, mode);
}

const kernels = loadKernels();

/** Draws on the core alone. */
function drawn(draw: Draw): { ids: number[][]; inputs: number[][][] } {
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const places = placesOf(arena, draw, (values) => writeDescriptor(arena, fields.sampleActive, values));
  sample(kernels, places, draw);
  const { count, z, d } = draw;
  expect(new Uint8Array(kernels.memory.buffer, places.marks, draw.T).every((mark) => mark === 0)).toBe(true);
  const ids = arena.viewU32(places.ids, count * z);
  const inputs = arena.viewF64(places.inputs, count * z * d);
  const range = (length: number): number[] => Array.from({ length }, (_, k) => k);
  return {
    ids: range(count).map((b) => Array.from(ids.subarray(b * z, (b + 1) * z))),
    inputs: range(count).map((b) =>
      range(z).map((k) => Array.from(inputs.subarray((b * z + k) * d, (b * z + k + 1) * d))),
    ),
  };
}

const plain: Draw = { seed: 7, sub: 0, first: 0, count: 1, z: 1, T: 1, mode: 0, d: 1, inputs: "angle", choices: 1 };

const draws: fc.Arbitrary<Draw> = fc
  .record({
    seed: fc.nat(Number.MAX_SAFE_INTEGER),
    sub: fc.nat(0xffffffff),
    first: fc.oneof(fc.nat(1000), fc.integer({ min: 0xfffff000, max: 0xffffff00 })),
    count: fc.integer({ min: 1, max: 20 }),
    z: fc.integer({ min: 1, max: 12 }),
    T: fc.integer({ min: 1, max: 40 }),
    mode: fc.constantFrom<0 | 1>(0, 1),
    d: fc.integer({ min: 1, max: 5 }),
    inputs: fc.constantFrom<SharedInputs["kind"]>("angle", "uniform", "choice"),
    choices: fc.integer({ min: 1, max: 5 }),
  })
  .map((draw) => ({ ...draw, z: draw.mode === 1 ? 1 : Math.min(draw.z, draw.T) }));

describe("sampleActive", () => {
  test("the core equals its twin bit for bit", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        pair.reset();
        const places = placesOf(pair, draw, (fields) => pair.descriptor("sampleActive", fields));
        pair.run((each) => sample(each, places, draw));
        pair.same(places.ids, 4 * draw.count * draw.z);
        pair.same(places.inputs, 8 * draw.count * draw.z * draw.d);
        pair.same(places.marks, draw.T);
      }),
      { numRuns: 500, seed: 1 },
    );
  });

  // 2^32 mod T is a third of T, so about ten of the random words drawn here are rejected.
  test("the core equals its twin where numbers are rejected: T = 3·2^22, 10,000 samples", () => {
    const draw = { ...plain, T: 3 * 2 ** 22, count: 10_000 };
    pair.reset();
    const places = placesOf(pair, draw, (fields) => pair.descriptor("sampleActive", fields));
    pair.run((each) => sample(each, places, draw));
    const ids = pair.sameU32(places.ids, draw.count);
    const threshold = 2n ** 32n % BigInt(draw.T);
    const rejected = Array.from(ids, (id, k) => {
      const word = new RandomSequence(draw.seed, "samples", k).word();
      const isRejected = ((BigInt(word) * BigInt(draw.T)) & 0xffffffffn) < threshold;
      if (!isRejected) expect(id).toBe(Number((BigInt(word) * BigInt(draw.T)) >> 32n));
      return isRejected;
    });
    expect(rejected.filter(Boolean).length).toBeGreaterThan(2);
  });

  test("circuits of a sample are distinct, in 0…T−1; z = T takes all of them", () => {
    fc.assert(
      fc.property(draws, (draw) => {
        for (const ids of drawn(draw).ids) {
          expect(new Set(ids).size).toBe(draw.z);
          expect(ids.every((id) => id < draw.T)).toBe(true);
        }
      }),
      { numRuns: 200, seed: 2 },
    );
    const all = drawn({ ...plain, T: 9, z: 9, count: 50 }).ids;
    for (const ids of all) expect([...ids].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  test.each([
    [5, 1],
    [5, 2],
    [6, 3],
    [7, 4],
    [6, 5],
  ])("T = %i, z = %i: all sets equally often (40,000 samples, χ² within 5 standard deviations)", (T, z) => {
    const counts = new Map<string, number>();
    for (const ids of drawn({ ...plain, T, z, count: 40_000 }).ids) {
      const set = ids.sort((a, b) => a - b).join();
      counts.set(set, (counts.get(set) ?? 0) + 1);
    }
    const sets = [1, 2, 3, 4, 5].slice(0, z).reduce((product, k) => (product * (T - k + 1)) / k, 1);
    expect(counts.size).toBe(sets);
    expect(chiSquare([...counts.values()])).toBeLessThan(sets - 1 + 5 * Math.sqrt(2 * (sets - 1)));
  });

  test("sample k is a function of (seed, sub, k): any split into tiles draws the same", () => {
    fc.assert(
      fc.property(draws, fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 20 }), (draw, tiles) => {
        const whole = drawn(draw);
        for (let at = 0, tile = 0; at < draw.count; tile++) {
          const count = Math.min(tiles[tile % tiles.length]!, draw.count - at);
          const part = drawn({ ...draw, first: draw.first + at, count });
          expect(part.ids).toEqual(whole.ids.slice(at, at + count));
          expect(part.inputs).toEqual(whole.inputs.slice(at, at + count));
          at += count;
        }
      }),
      { numRuns: 100, seed: 3 },
    );
  });

  test("seed and sub both matter", () => {
    const ids = [{}, { seed: 8 }, { seed: 7 + 2 ** 32 }, { sub: 1 }].map((change) =>
      drawn({ ...plain, T: 1_000_000, ...change }).ids.join(),
    );
    expect(new Set(ids).size).toBe(4);
  });

  test('"each": sample k runs circuit k mod T', () => {
    const { ids } = drawn({ ...plain, T: 7, mode: 1, first: 5, count: 20 });
    expect(ids).toEqual(Array.from({ length: 20 }, (_, b) => [(5 + b) % 7]));
  });
});

describe("inputs of active circuits", () => {
  test("angle: center + cos φ·cos + sin φ·sin, the next number of the sample's sequence as φ", () => {
    const draw: Draw = { ...plain, T: 9, z: 2, d: 3, count: 5, first: 3 };
    const table = tableOf(draw);
    drawn(draw).inputs.forEach((circuits, b) => {
      const random = new RandomSequence(7, "samples", 3 + b);
      random.below(8);
      random.below(9);
      for (const a of circuits) {
        const [cos, sin] = cosSinTurn(random.uniform());
        expect(a).toEqual([0, 1, 2].map((i) => table[i]! + cos * table[3 + i]! + sin * table[6 + i]!));
      }
    });
  });

  test("uniform: in low…high, mean in the middle (4,000 draws, 5 standard errors)", () => {
    const draw: Draw = { ...plain, d: 2, inputs: "uniform", count: 4000 };
    const table = tableOf(draw);
    const values = drawn(draw).inputs.flat();
    for (const i of [0, 1]) {
      const [low, high] = [table[i]!, table[2 + i]!];
      expect(values.every((a) => a[i]! >= low && a[i]! < high)).toBe(true);
      const mean = values.reduce((sum, a) => sum + a[i]!, 0) / values.length;
      expect(Math.abs(mean - (low + high) / 2)).toBeLessThan((5 * (high - low)) / Math.sqrt(12 * values.length));
    }
  });

  test("choice: every vector equally often (4,000 draws, χ² below 20)", () => {
    const draw: Draw = { ...plain, d: 2, inputs: "choice", choices: 4, count: 4000 };
    const table = tableOf(draw);
    const counts = [0, 0, 0, 0];
    for (const a of drawn(draw).inputs.flat()) {
      const vector = table.indexOf(a[0]!) / 2;
      expect(a[1]).toBe(table[2 * vector + 1]);
      counts[vector]!++;
    }
    expect(chiSquare(counts)).toBeLessThan(20);
  });
});
