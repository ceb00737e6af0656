import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  chiSquared,
  cosSinTurn,
  deriveSeed,
  normalPair,
  philox,
  RandomSequence,
  seedKey,
  streams,
  type Words,
} from "../../src/base/random.js";
import { chiSquare } from "../support/chi-square.js";
import { philoxVectors } from "../support/philox-vectors.js";

describe("Philox4x32-10", () => {
  test.each(philoxVectors)("known answer for counter $counter, key $key", ({ counter, key, words }) => {
    expect(philox(counter, key)).toEqual(words);
  });

  test("equals the published rounds in 64-bit arithmetic", () => {
    const word = fc.nat(0xffffffff);
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), (counter, key) => {
        expect(philox(counter, key)).toEqual(philoxOf64Bits(counter, key));
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});

/** philox4x32_R(10, …) of Random123's philox.h with BigInt. */
function philoxOf64Bits(counter: Words, key: readonly [number, number]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const product0 = 0xd2511f53n * c0;
    const product1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [
      (product1 >> 32n) ^ c1 ^ k0,
      product1 & 0xffffffffn,
      (product0 >> 32n) ^ c3 ^ k1,
      product0 & 0xffffffffn,
    ];
    k0 = (k0 + 0x9e3779b9n) & 0xffffffffn;
    k1 = (k1 + 0xbb67ae85n) & 0xffffffffn;
  }
  return [c0, c1, c2, c3].map(Number);
}

describe("a sequence", () => {
  test("consists of the blocks of its counter [block, item, sub, stream] under its seed", () => {
    const seed = 2 ** 53 - 2;
    const random = new RandomSequence(seed, "samples", 0xfffffffe, 77);
    for (let block = 0; block < 3; block++) {
      const words = philox([block, 0xfffffffe, 77, streams.samples], [0xfffffffe, 0x1fffff]);
      expect([random.word(), random.word(), random.word(), random.word()]).toEqual(words);
    }
  });

  test("a seed is one 64-bit key", () => {
    expect(seedKey(0)).toEqual([0, 0]);
    expect(seedKey(2 ** 32)).toEqual([0, 1]);
    expect(seedKey(2 ** 53 - 1)).toEqual([0xffffffff, 0x1fffff]);
  });

  test("differs by seed, stream, item and sub", () => {
    const first = (...[seed, stream, item, sub]: ConstructorParameters<typeof RandomSequence>): number =>
      new RandomSequence(seed, stream, item, sub).word();
    const words = [
      first(1, "samples"),
      first(2, "samples"),
      first(1 + 2 ** 32, "samples"),
      first(1, "circuits"),
      first(1, "samples", 1),
      first(1, "samples", 0, 1),
    ];
    expect(new Set(words).size).toBe(words.length);
    expect(new Set(Object.values(streams)).size).toBe(Object.keys(streams).length);
  });

  test("uniform is word·2^−32", () => {
    const [random, words] = [new RandomSequence(3, "user"), new RandomSequence(3, "user")];
    for (let k = 0; k < 100; k++) expect(random.uniform()).toBe(words.word() / 4294967296);
  });

  test.each([2, 3, 7, 40, 4000])(
    "chi-squared, %i degrees: mean, variance and third moment (40,000 draws, 5 standard errors)",
    (k) => {
      const random = new RandomSequence(8, "lengths", k);
      const draws = Array.from({ length: 40_000 }, () => chiSquared(random, k));
      // In units of the standard deviation, the mean is 0, the variance 1 and the skewness sqrt(8/k). The kurtosis
      // is 3 + 12/k, which bounds the standard errors.
      const scaled = draws.map((value) => (value - k) / Math.sqrt(2 * k));
      const moment = (power: number): number => scaled.reduce((sum, value) => sum + value ** power, 0) / scaled.length;
      const error = (power: number): number => 5 * Math.sqrt(moment(2 * power) / scaled.length);
      expect(Math.min(...draws)).toBeGreaterThan(0);
      expect(Math.abs(moment(1))).toBeLessThan(error(1));
      expect(Math.abs(moment(2) - 1)).toBeLessThan(error(2));
      expect(Math.abs(moment(3) - Math.sqrt(8 / k))).toBeLessThan(error(3));
    },
  );

  test("normal pairs: mean 0, variance 1, no correlation, fourth moment 3 (200,000 draws, 5 standard errors)", () => {
    const random = new RandomSequence(5, "user");
    const draws = 200_000;
    const sums = [0, 0, 0, 0];
    for (let k = 0; k < draws; k++) {
      const [a, b] = normalPair(random);
      [a, a * a, a * b, a ** 4].forEach((value, moment) => (sums[moment]! += value / draws));
    }
    // The variances of a, a², ab and a⁴ are 1, 2, 1 and 96.
    [0, 1, 0, 3].forEach((wanted, moment) => {
      const standardError = Math.sqrt([1, 2, 1, 96][moment]! / draws);
      expect(Math.abs(sums[moment]! - wanted)).toBeLessThan(5 * standardError);
    });
  });
});

describe("below", () => {
  test("is below its bound, and 0 for bound 1", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), fc.nat(), (bound, seed) => {
        const value = new RandomSequence(seed, "user").below(bound);
        expect(Number.isInteger(value) && value >= 0 && value < bound).toBe(true);
      }),
      { numRuns: 500, seed: 2 },
    );
    expect(new RandomSequence(1, "user").below(1)).toBe(0);
  });

  test("takes ⌊2^32/bound⌋ words for every result: multiply-shift with rejection, in 64-bit arithmetic", () => {
    const rejected = { yes: 0, no: 0 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 0xffffffff }), fc.nat(), (bound, seed) => {
        const [random, words] = [new RandomSequence(seed, "user"), new RandomSequence(seed, "user")];
        const wanted = random.below(bound);
        for (;;) {
          const product = BigInt(words.word()) * BigInt(bound);
          if ((product & 0xffffffffn) < 2n ** 32n % BigInt(bound)) {
            rejected.yes++;
            continue;
          }
          rejected.no++;
          expect(wanted).toBe(Number(product >> 32n));
          return;
        }
      }),
      { numRuns: 1000, seed: 3 },
    );
    expect(rejected.yes).toBeGreaterThan(20);
  });

  test.each([2, 3, 5, 7, 10, 16])(
    "bound %i: all results equally often (40,000 draws, χ² within 5 standard deviations)",
    (bound) => {
      const random = new RandomSequence(11, "user", bound);
      const counts = new Array<number>(bound).fill(0);
      for (let k = 0; k < 40_000; k++) counts[random.below(bound)]!++;
      expect(chiSquare(counts)).toBeLessThan(bound - 1 + 5 * Math.sqrt(2 * (bound - 1)));
    },
  );

  // Without rejection, every third result would occur twice as often.
  test("bound 3·2^30: remainders by 3 equally often (30,000 draws, χ² below 12)", () => {
    const random = new RandomSequence(12, "user");
    const counts = [0, 0, 0];
    for (let k = 0; k < 30_000; k++) counts[random.below(3 * 2 ** 30) % 3]!++;
    expect(chiSquare(counts)).toBeLessThan(12);
  });
});

describe("permutation", () => {
  test("contains every number once", () => {
    for (const length of [0, 1, 2, 17, 557]) {
      const order = new RandomSequence(1, "embedding", 0, length).permutation(length);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length }, (_, i) => i));
    }
  });

  test("of 4: all 24 equally often (48,000 draws, χ² within 5 standard deviations)", () => {
    const random = new RandomSequence(13, "user");
    const counts = new Map<string, number>();
    for (let k = 0; k < 48_000; k++) {
      const order = random.permutation(4).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(23 + 5 * Math.sqrt(46));
  });
});

describe("sine and cosine", () => {
  /**
   * Cosine and sine computed with the engine's functions. The nearest quarter turn is first subtracted exactly, so that
   * Math.cos gets a small angle.
   */
  function engine(u: number): [number, number] {
    const quarter = Math.round(4 * u);
    const angle = 2 * Math.PI * (u - quarter / 4);
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    return [
      [c, s],
      [-s, c],
      [-c, -s],
      [s, -c],
    ][quarter % 4] as [number, number];
  }

  test("of a fraction of a turn equal the engine's within 4e-16", () => {
    let most = 0;
    const random = new RandomSequence(14, "user");
    for (let k = 0; k < 100_000; k++) {
      const u = k < 4096 ? k / 4096 : random.uniform();
      const [cos, sin] = cosSinTurn(u);
      const [wantedCos, wantedSin] = engine(u);
      most = Math.max(most, Math.abs(cos - wantedCos), Math.abs(sin - wantedSin));
    }
    expect(most).toBeLessThan(4e-16);
  });

  test("equal Math.cos and Math.sin of 2πu within 2e-15, the rounding of 2πu included", () => {
    for (let k = 0; k < 1000; k++) {
      const [cos, sin] = cosSinTurn(k / 1000);
      expect(Math.abs(cos - Math.cos(2 * Math.PI * (k / 1000)))).toBeLessThan(2e-15);
      expect(Math.abs(sin - Math.sin(2 * Math.PI * (k / 1000)))).toBeLessThan(2e-15);
    }
  });

  test("are exact at quarter turns", () => {
    const exact = [0, 0.25, 0.5, 0.75].map((u) => cosSinTurn(u).map((value) => value + 0));
    expect(exact).toEqual([
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ]);
  });
});

describe("a derived seed", () => {
  test("is a whole number up to 2^53 − 1, a function of seed and labels", () => {
    fc.assert(
      fc.property(
        fc.nat(Number.MAX_SAFE_INTEGER),
        fc.array(fc.oneof(fc.nat(99), fc.string({ unit: "grapheme" }))),
        (seed, labels) => {
          const derived = deriveSeed(seed, ...labels);
          expect(Number.isSafeInteger(derived) && derived >= 0).toBe(true);
          expect(deriveSeed(seed, ...labels)).toBe(derived);
        },
      ),
      { numRuns: 200, seed: 4 },
    );
  });

  test("differs by seed, labels and their order", () => {
    const seeds = [
      deriveSeed(1, "R5"),
      deriveSeed(2, "R5"),
      deriveSeed(1 + 2 ** 32, "R5"),
      deriveSeed(1, "R6"),
      deriveSeed(1, "R5", 1),
      deriveSeed(1, 1, "R5"),
    ];
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
