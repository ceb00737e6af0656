import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  halfSlackThreshold,
  activeAtShare,
  mostActiveAllRight,
  probabilityAllRight,
  sampleExtremeReadouts,
  sharpWidths,
  type StoredFeatures,
  type Threshold,
} from "../../src/theory/stored-features.js";
import { logNormalTail, normalQuantileOfTail } from "../../src/theory/normal-tail.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { spread, wilsonInterval } from "../../src/results/statistics.js";

interface Row {
  readonly n: number;
  readonly m: number;
  readonly l: number;
  readonly allRightHalf: number;
  readonly theta: number;
  readonly allRightHalfSlack: number;
  readonly separable: number;
  readonly meanLowestActive: number;
  readonly meanHighestInactive: number;
}
const { rows } = JSON.parse(
  readFileSync(new URL("../reference/stored-features-law.json", import.meta.url), "utf8"),
) as { rows: Row[] };

/** Four standard errors of a share among 100,000 draws with probability p. */
const four = (p: number): number => 4 * Math.sqrt((p * (1 - p)) / 1e5) + 1e-5;

test("the tail of a normal number, tabulated", () => {
  expect(Math.exp(logNormalTail(0))).toBeCloseTo(0.5, 14);
  expect(Math.exp(logNormalTail(1.959963984540054)) / 0.025).toBeCloseTo(1, 11);
  expect(Math.exp(logNormalTail(-1)) / 0.841344746068543).toBeCloseTo(1, 12);
  expect(logNormalTail(6)).toBeCloseTo(-20.736769, 5);
  expect(logNormalTail(37)).toBeCloseTo(-689.030585, 5);
  for (const log of [-1e-9, -0.1, -0.69, -0.7, -1, -20, -138, -1e4, -1e8])
    expect(logNormalTail(normalQuantileOfTail(log)) / log).toBeCloseTo(1, 6);
});

test.each(rows)("n = $n, m = $m, l = $l agrees with the reference", (row) => {
  expect(halfSlackThreshold(row)).toBeCloseTo(row.theta, 9);
  const half = probabilityAllRight(row);
  expect(Math.abs(half - row.allRightHalf)).toBeLessThan(four(half));
  const slack = probabilityAllRight(row, "half-slack");
  expect(Math.abs(slack - row.allRightHalfSlack)).toBeLessThan(four(slack));
});

test.each([rows[1], rows[20], rows[40], { n: 4096, m: 1e60, l: 3 }, { n: 1, m: 3, l: 2 }])(
  "sampler and quadrature agree at n = $n, m = $m, l = $l",
  (size) => {
    const samples = 20_000;
    for (const threshold of ["half", "half-slack", "best"] as const satisfies Threshold[]) {
      const theta = threshold === "half" ? 0.5 : probe(size, threshold);
      let right = 0;
      for (let sample = 0; sample < samples; sample++) {
        const { lowestActive, highestInactive } = sampleExtremeReadouts(size, 5, sample);
        if (lowestActive > theta && highestInactive <= theta) right++;
      }
      const p = probabilityAllRight(size, theta);
      expect(Math.abs(right / samples - p)).toBeLessThan(1e-3 + 3 * Math.sqrt((p * (1 - p)) / samples));
    }
  },
);

test("one active feature reads H, which is wrong below the threshold: against an adaptive integral in SciPy", () => {
  for (const [n, m, theta, right] of [
    [128, 2, 1, 0.483376],
    [4, 2, 0.5, 0.610224],
    [16, 100, 0.7, 0.535872],
    [128, 16384, 0.95, 0.642448],
  ])
    expect(Math.abs(probabilityAllRight({ n, m, l: 1 }, theta) - right)).toBeLessThan(1e-5);
});

test("many active features: shares of 120,000 draws in NumPy, and 1 where nothing can be wrong", () => {
  for (const l of [64, 122, 200, 256, 400])
    expect(probabilityAllRight({ n: 10 ** 6, m: 10 ** 9, l })).toBeCloseTo(1, 9);
  // With n so large that H = 1, this is the probability that the lowest of l values is less than x standard deviations
  // below the mean.
  for (const [l, x, share] of [
    [64, 2.2, 0.4072],
    [122, 2.5, 0.4677],
    [256, 2.7, 0.4138],
  ]) {
    const n = 1e9;
    const right = probabilityAllRight({ n, m: l + 1, l }, 1 - x * Math.sqrt(l / n));
    expect(Math.abs(right - share)).toBeLessThan(5e-3);
  }
});

function probe(size: StoredFeatures, threshold: "half-slack" | "best"): number {
  if (threshold === "half-slack") return halfSlackThreshold(size);
  // The best threshold is at least as good as its neighbours.
  const best = probabilityAllRight(size, "best");
  for (const other of [0.4, 0.5, 0.6, halfSlackThreshold(size)])
    expect(probabilityAllRight(size, other)).toBeLessThanOrEqual(best + 1e-6);
  return 0.6;
}

test.each([
  { n: 8, m: 24, l: 1 },
  { n: 24, m: 96, l: 2 },
  { n: 48, m: 128, l: 4 },
])("the law agrees with features drawn in full at n = $n, m = $m, l = $l", ({ n, m, l }) => {
  const random = new RandomSequence(3, "vectors", n);
  const samples = 3000;
  const [active, inactive]: number[][] = [[], []];
  let right = 0;
  // Draws one feature after another, with n numbers each.
  const features = new Float64Array(m * n);
  const readouts = new Float64Array(m);
  for (let sample = 0; sample < samples; sample++) {
    for (let k = 0; k < features.length; k += 2) {
      const [first, second] = normalPair(random);
      features[k] = first / Math.sqrt(n);
      features[k + 1] = second / Math.sqrt(n);
    }
    const sum = new Float64Array(n);
    for (let k = 0; k < l * n; k++) sum[k % n]! += features[k]!;
    for (let j = 0; j < m; j++) {
      let dot = 0;
      for (let i = 0; i < n; i++) dot += features[j * n + i]! * sum[i]!;
      readouts[j] = dot;
    }
    const [low, high] = [Math.min(...readouts.slice(0, l)), Math.max(...readouts.slice(l))];
    active.push(low);
    inactive.push(high);
    if (low > 0.5 && high <= 0.5) right++;
  }
  const p = probabilityAllRight({ n, m, l });
  expect(Math.abs(right / samples - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / samples));
  const drawn = Array.from({ length: samples }, (_, sample) => sampleExtremeReadouts({ n, m, l }, 9, sample));
  for (const [direct, law] of [
    [active, drawn.map(({ lowestActive }) => lowestActive)],
    [inactive, drawn.map(({ highestInactive }) => highestInactive)],
  ] as const) {
    const [a, b] = [spread(direct), spread(law)];
    expect(Math.abs(a.mean - b.mean)).toBeLessThan((4 * Math.hypot(a.sd!, b.sd!)) / Math.sqrt(samples));
    expect(Math.abs(a.sd! / b.sd! - 1)).toBeLessThan(0.1);
  }
});

test("s95 at m = n², threshold ½, is the published one within the interval of its 200 trials", () => {
  // According to "The Ball and the Box", n = 128, 256, 512 and 1024 dimensions allow 1, 2, 5 and 8 active features.
  for (const [n, published] of [
    [128, 1],
    [256, 2],
    [512, 5],
    [1024, 8],
  ]) {
    const m = n * n;
    const own = mostActiveAllRight({ n, m }, 0.95);
    const isWithin = (l: number): boolean => {
      const right = Math.round(200 * probabilityAllRight({ n, m, l }));
      const [low, high] = wilsonInterval(right, 200);
      return low <= 0.95 && 0.95 <= high;
    };
    expect(own === published || (Math.abs(own - published) === 1 && isWithin(Math.max(own, published)))).toBe(true);
  }
});

test("the l at a share of right samples lies between the adjacent whole numbers, and half-slack allows more", () => {
  for (const [n, m] of [
    [128, 4096],
    [512, 2048],
  ]) {
    for (const share of [0.5, 0.95]) {
      const l = activeAtShare({ n, m }, share)!;
      expect(Math.floor(l)).toBe(mostActiveAllRight({ n, m }, share));
      const [before, after] = [Math.floor(l), Math.floor(l) + 1].map((l) => probabilityAllRight({ n, m, l }));
      expect(before + (l - Math.floor(l)) * (after - before)).toBeCloseTo(share, 12);
      const [slack, best] = (["half-slack", "best"] as const).map((rule) => activeAtShare({ n, m }, share, rule)!);
      expect(slack).toBeGreaterThan(l);
      expect(best).toBeGreaterThanOrEqual(slack - 0.02);
    }
  }
  expect(activeAtShare({ n: 8, m: 1000 }, 0.95)).toBe(null);
});

test("s95 by bisection is that found by stepping", () => {
  for (const threshold of ["half", "half-slack", "best", 0.4] as const)
    for (const [n, m] of [
      [128, 257],
      [512, 2048],
      [1024, 1e10],
    ]) {
      let l = 0;
      while (probabilityAllRight({ n, m, l: l + 1 }, threshold) >= 0.95) l++;
      expect(mostActiveAllRight({ n, m }, 0.95, threshold)).toBe(l);
    }
});

test("sizes with millions of active features, and those of which all but one can be active", () => {
  const wide = { n: 1e9, m: 1e10 };
  const l = mostActiveAllRight(wide, 0.95);
  expect(probabilityAllRight({ ...wide, l })).toBeGreaterThanOrEqual(0.95);
  expect(probabilityAllRight({ ...wide, l: l + 1 })).toBeLessThan(0.95);
  expect(activeAtShare(wide, 0.95)).toBeGreaterThanOrEqual(l);
  for (const size of [{ m: 2 }, { m: 100 }, { lnM: Math.log(100) }, { lnM: Math.log(1000) }]) {
    const most = Math.round((size.m ?? Math.exp(size.lnM)) - 1);
    expect(mostActiveAllRight({ n: 1e9, ...size }, 0.95)).toBe(most);
    expect(activeAtShare({ n: 1e9, ...size }, 0.95)).toBe(null);
  }
  expect(() => sampleExtremeReadouts({ ...wide, l: 2e6 }, 1, 0)).toThrow(
    "l = 2000000: must be a whole number from 1 to 1000000.",
  );
});

test("a number of features beyond any array", () => {
  const wide = { n: 4096, l: 2 };
  const [byNumber, byLogarithm] = [
    { ...wide, m: 1e60 },
    { ...wide, lnM: 60 * Math.LN10 },
  ];
  for (const threshold of ["half", "best"] as const)
    expect(probabilityAllRight(byNumber, threshold)).toBeCloseTo(probabilityAllRight(byLogarithm, threshold), 9);
  const p = probabilityAllRight({ n: 4096, l: 2, lnM: 5000 });
  expect(p).toBe(0);
});

test("widths: first orders of the law", () => {
  const { midpoint, best } = sharpWidths({ l: 1, m: 1001 });
  expect(midpoint).toBeCloseTo(8 * Math.log(1000), 9);
  expect(best).toBeCloseTo(2 * Math.log(1000), 9);
  const gates = sharpWidths({ l: 8, m: 4096 }, { t: 2, r: 3 });
  const [a, b] = [Math.sqrt(2 * Math.log(8)), Math.sqrt(2 * Math.log(4088))];
  expect(gates.midpoint).toBeCloseTo(32 * (a + 2 * b) ** 2, 9);
  expect(gates.best).toBeCloseTo(8 * (3 * a + 3 * b) ** 2, 9);
  expect(gates.midpointExpected).toBeCloseTo(96 * (a ** 2 + 2 * b ** 2), 9);
});

test("widths of gates that need one inactive feature or more", () => {
  // An OR of two features with one active: 4·(2λ₀)² = 32·ln(m − 1).
  expect(sharpWidths({ l: 1, m: 1e6 }, { t: 1, r: 2 }).midpoint).toBeCloseTo(32 * Math.log(999_999), 6);
  expect(sharpWidths({ l: 3, lnM: 1000 }, { t: 2, r: 7 }).best).toBeGreaterThan(0);
  expect(sharpWidths({ l: 3, m: 6 }, { t: 1, r: 3 }).best).toBeGreaterThan(0);
  expect(() => sharpWidths({ l: 3, m: 4 }, { t: 1, r: 3 })).toThrow(
    "r = 3: must be at most 1 with t = 1 and m − l = 1",
  );
  expect(() => sharpWidths({ l: 3, m: 5 }, { t: 1, r: 3 })).toThrow("r = 3: must be at most 2");
  expect(() => sharpWidths({ l: 1, m: 1e6 }, { t: 2, r: 2 })).toThrow("t = 2: must be a whole number from 1 to 1.");
  expect(() => sharpWidths({ l: 3, m: 100 }, { t: 3, r: 2 })).toThrow("r = 2: must be a whole number of at least 3.");
});

test("impossible arguments are refused by name", () => {
  const size = { n: 64, m: 128, l: 2 };
  const refused = (change: object, message: RegExp, threshold: Threshold = "half"): void =>
    expect(() => probabilityAllRight({ ...size, ...change }, threshold)).toThrow(message);
  refused({ l: 128 }, /l = 128: must be less than m = 128/);
  refused({ l: 0 }, /l = 0/);
  refused({ n: 0 }, /n = 0: must be a whole number from 1/);
  refused({ n: 0.5 }, /n = 0\.5/);
  refused({ m: NaN }, /m = NaN/);
  refused({ m: 10.5 }, /m = 10\.5: must be a whole number/);
  refused({ lnM: 3 }, /m, lnM: give one of them/);
  refused({ m: undefined }, /m, lnM: give one of them/);
  refused({ m: undefined, lnM: 0.5 }, /lnM = 0\.5: must be more than ln l/);
  refused({ m: undefined, lnM: 1e300, l: 1 }, /lnM = 1e\+300: must be a finite number from 0 to 1000000/);
  refused({}, /threshold = NaN: must be a finite number/, NaN);
  refused({}, /threshold = Infinity/, Infinity);
});

test("Wilson's interval", () => {
  // The ends of the interval solve (p − 0.95)² = z²·p(1 − p)/200.
  for (const p of wilsonInterval(190, 200))
    expect((p - 0.95) ** 2).toBeCloseTo((1.959964 ** 2 * p * (1 - p)) / 200, 12);
  expect(wilsonInterval(0, 10)[0]).toBe(0);
  expect(wilsonInterval(10, 10)[1]).toBe(1);
});
