import { finiteNumber, given, InputError, wholeNumber } from "../base/errors.js";
import { checkDraw, chiSquared, normalPair, RandomSequence } from "../base/random.js";
import { logNormalTail, normalQuantileOfTail, normalTail } from "./normal-tail.js";

/**
 * The exact law for storing m features as random Gaussian vectors in n dimensions without computing on them: Li, Lin,
 * Shi, Jiang, Gao and Han, "The Ball and the Box" (2026), Theorems 3.1 and 6.1. [L1] [L2]
 */

/** Sizes: m features, l of them active, in n dimensions. */
export interface StoredFeatures {
  /** Number of dimensions, whole, 1 ≤ n ≤ 10^9. */
  readonly n: number;
  /** Number of features active at once: a whole number, 1 ≤ l ≤ 10^9 and l < m. */
  readonly l: number;
  /** Number of features; give this or `lnM`. Must be a whole number if it is at most 2^53. */
  readonly m?: number;
  /** The natural logarithm (at most 10^6) of the number of features, if that number is too large to write. */
  readonly lnM?: number;
}

/**
 * The threshold above which a readout counts as on: a number, or a rule. `half` is ½, `half-slack` is the threshold of
 * [L2], and `best` is the threshold at which all readouts are most often right.
 */
export type Threshold = number | "half" | "half-slack" | "best";

/** The maximum number of active features. The sampler allows fewer, because it draws a number for each. */
const MOST_ACTIVE = 1e9;
const MOST_DRAWN = 1e6;
/** The largest ln m allowed; the integral takes a number of points that grows with the square root of ln m. */
const MOST_LOGARITHM = 1e6;

interface Checked {
  readonly n: number;
  readonly l: number;
  /** ln(m − l), the logarithm of the number of inactive features. */
  readonly lnInactive: number;
}

function checked(stored: StoredFeatures, mostActive = MOST_ACTIVE): Checked {
  const { n, l, m, lnM } = { ...stored };
  wholeNumber("n", n, 1, 1e9);
  wholeNumber("l", l, 1, mostActive);
  if ((m === undefined) === (lnM === undefined))
    throw new InputError("m, lnM: give one of them, either m or its natural logarithm.", "missing", "m");
  if (m === undefined) {
    const logarithm = finiteNumber("lnM", lnM, 0, MOST_LOGARITHM);
    if (logarithm <= Math.log(l)) throw new InputError(`lnM = ${logarithm}: must be more than ln l = ${Math.log(l)}.`);
    // At least one feature is inactive, whatever the rounding.
    return { n, l, lnInactive: Math.max(0, logarithm + Math.log1p(-Math.exp(Math.log(l) - logarithm))) };
  }
  finiteNumber("m", m, 2);
  if (m <= 2 ** 53 && !Number.isInteger(m)) throw new InputError(`m = ${m}: must be a whole number.`);
  if (l >= m) throw new InputError(`l = ${l}: must be less than m = ${m}, because some feature must be inactive.`);
  return { n, l, lnInactive: Math.log(m - l) };
}

/** The largest l that these sizes allow. */
function mostActiveOf({ m, lnM = 0 }: Omit<StoredFeatures, "l" | "n">): number {
  const most = Math.min(MOST_ACTIVE, Math.ceil(m ?? Math.exp(lnM)) - 1);
  return m === undefined && Math.log(most) >= lnM ? most - 1 : most;
}

/** The upper normal quantile of 1/count, λ̂ of [L2]; 0 if the count is one. */
const quantileOfOneIn = (lnCount: number): number => (lnCount === 0 ? 0 : normalQuantileOfTail(-lnCount));

/**
 * The threshold "half-slack", `t − ½ + ½·sqrt(l/n)·(λ̂₀ − λ̂₁)`, for gates that are on if at least t features of a
 * tuple are. It is midway between the means for t−1 and for t features, moved up by half the difference between the
 * largest noise of inactive features and that of active features. [L2]
 *
 * @param t number of features that switch a gate on; if it is 1, single features are read
 * @returns the threshold, in units of an active feature's mean readout
 * @throws InputError naming the argument that is out of range
 */
export function halfSlackThreshold(stored: StoredFeatures, t = 1): number {
  const { n, l, lnInactive } = checked(stored);
  wholeNumber("t", t, 1, l);
  return t - 0.5 + 0.5 * Math.sqrt(l / n) * (quantileOfOneIn(lnInactive) - quantileOfOneIn(Math.log(l)));
}

/** The required widths n, to first order. */
export interface SharpWidths {
  /** The n above which all readouts are right with the threshold t − ½. */
  readonly midpoint: number;
  /** The n above which all readouts are right with the best threshold. */
  readonly best: number;
  /** The n above which, with the threshold t − ½, the expected number of wrong readouts tends to 0. */
  readonly midpointExpected: number;
  /** The n above which, with the best threshold, the expected number of wrong readouts tends to 0. */
  readonly bestExpected: number;
}

/**
 * Sharp first-order widths n for gates that are on if at least t of their r features are on, over all r-tuples of m
 * features with l active. All gates are right if n is above `4l((t−1)λ₁ + (r−t+1)λ₀)²` with the threshold t − ½, or
 * above `l((2t−1)λ₁ + (2r−2t+1)λ₀)²` with the best threshold. The expected number of errors tends to 0 if n is above
 * `4lr·ρ²_{t−1}` or `rl(ρ_t + ρ_{t−1})²`, respectively. Here λ₁ = √(2 ln l), λ₀ = √(2 ln(m−l)) and
 * ρ_j = √(jλ₁² + (r−j)λ₀²). For r = t = 1, the first of these widths is 8·l·ln(m − l), so the estimate n/(8 ln m) of
 * [E26] is the sharp law for the threshold ½. [L2]
 *
 * @param stored its `n` is not used
 * @param gate t ≤ l, t ≤ r, and r − t + 1 ≤ m − l, so that some gate has t features on, and another has t − 1
 * @throws InputError naming the argument that is out of range
 */
export function sharpWidths(
  stored: Omit<StoredFeatures, "n">,
  gate: { readonly t?: number; readonly r?: number } = {},
): SharpWidths {
  const { t = 1, r = 1 } = given("gate", gate, "an object { t, r }");
  const { l, lnInactive } = checked({ ...stored, n: 1 });
  wholeNumber("t", t, 1, l);
  wholeNumber("r", r, t);
  const most = Math.round(Math.exp(lnInactive)) + t - 1;
  if (r > most)
    throw new InputError(
      `r = ${r}: must be at most ${most} with t = ${t} and m − l = ${most - t + 1}, because a gate that is off needs r − t + 1 inactive features.`,
      "range",
    );
  const [active, inactive] = [Math.sqrt(2 * Math.log(l)), Math.sqrt(2 * lnInactive)];
  const rho = (j: number): number => Math.sqrt(j * active ** 2 + (r - j) * inactive ** 2);
  return {
    midpoint: 4 * l * ((t - 1) * active + (r - t + 1) * inactive) ** 2,
    best: l * ((2 * t - 1) * active + (2 * r - 2 * t + 1) * inactive) ** 2,
    midpointExpected: 4 * l * r * rho(t - 1) ** 2,
    bestExpected: r * l * (rho(t) + rho(t - 1)) ** 2,
  };
}

/** The two readouts that suffice to tell whether all readouts of a sample are right. */
export interface ExtremeReadouts {
  /** The lowest readout of the l active features. */
  readonly lowestActive: number;
  /** The highest readout of the m − l inactive features. */
  readonly highestInactive: number;
}

/**
 * Draws the lowest active and the highest inactive readout of a sample from their exact law; this takes about l + 2
 * random numbers, for any m. With H ~ χ²_n/n, σ = √(lH/n) and independent standard normal Z and W, the readouts are
 * A_i = H + σ(Z_i − Z̄) and B_j = σW_j; the largest of the m − l values W_j is the standard normal quantile of
 * u^(1/(m−l)), with u uniform in (0, 1). [L1]
 *
 * @param stored the sizes, with l at most 10^6
 * @param sample index of the sample; the result depends only on seed and sample
 * @throws InputError naming the argument that is out of range
 */
export function sampleExtremeReadouts(stored: StoredFeatures, seed: number, sample: number): ExtremeReadouts {
  const { n, l, lnInactive } = checked(stored, MOST_DRAWN);
  checkDraw(seed, sample, "sample");
  const random = new RandomSequence(seed, "samples", sample);
  // A chi-squared variable with one degree of freedom is the square of a standard normal variable.
  const H = (n === 1 ? normalPair(random)[0] ** 2 : chiSquared(random, n)) / n;
  const sigma = Math.sqrt((l * H) / n);
  let [sum, lowest] = [0, Infinity];
  for (let i = 0; i < l; i += 2) {
    for (const z of normalPair(random).slice(0, l - i)) {
      sum += z;
      lowest = Math.min(lowest, z);
    }
  }
  // 1 − u^(1/(m−l)), which tends to −ln u / (m − l) for large m; only its logarithm is needed.
  const logU = Math.log(1 - random.uniform() * (1 - 2 ** -33));
  const share = -logU * Math.exp(-lnInactive);
  const logTail = share > 1e-12 ? Math.log(-Math.expm1(-share)) : Math.log(-logU) - lnInactive;
  return {
    lowestActive: H + sigma * (lowest - sum / l),
    highestInactive: logU === 0 ? -Infinity : sigma * normalQuantileOfTail(logTail),
  };
}

/** The smallest allowed share of samples; a share of 0 would allow any number of features. */
const LEAST_SHARE = 1e-6;

/**
 * Above this l, the errors of the table would accumulate too much, so the deviations are treated as independent, with a
 * first-order correction for their correlation.
 */
const MOST_EXACT = 80;
const STEP = 0.01;
const END = 12;
const deviates: Float64Array[] = [new Float64Array(0), new Float64Array(END / STEP + 4).fill(1)];

/** The value at x, by cubic interpolation in a table with spacing STEP; 1 beyond its end. */
function lookUp(table: Float64Array, x: number): number {
  const place = x / STEP;
  const i = Math.min(Math.max(1, Math.floor(place)), table.length - 3);
  if (place >= table.length - 2) return 1;
  const f = place - i;
  const [a, b, c, d] = [table[i - 1], table[i], table[i + 1], table[i + 2]];
  return b + 0.5 * f * (c - a + f * (2 * a - 5 * b + 4 * c - d + f * (3 * (b - c) + d - a)));
}

/**
 * P(none of the l numbers Z_i lies more than x below their mean), by McKay's recursion on l (Biometrika 27, 1935). The
 * lowest number lies x below the mean, with density ∝ exp(−l x²/(2(l−1))), and each of the other l − 1 numbers then
 * lies less than l·x/(l−1) below the mean of these l − 1 numbers.
 */
function lowestDeviate(l: number, x: number): number {
  if (x <= 0) return l === 1 ? 1 : 0;
  if (l > MOST_EXACT) {
    // The derivative of P with respect to a pair's correlation is the pair's joint density at x (Plackett, 1954); the
    // correlation is −1/(l−1).
    const y = x / Math.sqrt(1 - 1 / l);
    const logRight = Math.log1p(-normalTail(y));
    const pair = (l * Math.exp(-y * y - 2 * logRight)) / (4 * Math.PI);
    return Math.exp(l * logRight) * Math.max(0, 1 - pair);
  }
  for (let k = deviates.length; k <= l; k++) {
    const before = deviates[k - 1];
    const scale = k * Math.sqrt(k / (2 * Math.PI * (k - 1)));
    const density = (u: number): number =>
      u <= 0
        ? k === 2
          ? scale
          : 0
        : scale * Math.exp((-k * u * u) / (2 * (k - 1))) * lookUp(before, (k * u) / (k - 1));
    const table = new Float64Array(before.length);
    for (let i = 1; i < table.length; i++) {
      const u = i * STEP;
      table[i] = table[i - 1] + (STEP / 6) * (density(u - STEP) + 4 * density(u - STEP / 2) + density(u));
    }
    const whole = table[table.length - 1];
    deviates.push(table.map((share) => share / whole));
  }
  return lookUp(deviates[l], x);
}

/** Number of points, and range in standard deviations, of the integral over ln H. */
const POINTS = 400;
const REACH = 9;

function probability({ n, l, lnInactive }: Checked, theta: number): number {
  // The density of ln H, up to a factor, is exp(n/2·(x − e^x)); it is largest at 0, where its logarithm has a curvature
  // of n/2.
  const density = (x: number): number => Math.exp((n / 2) * (x + 1 - Math.exp(x)));
  const right = (x: number): number => {
    const H = Math.exp(x);
    const sigma = Math.sqrt((l * H) / n);
    const logWrong = logNormalTail(theta / sigma);
    // (1 − tail)^(m − l)
    const inactive = Math.exp(-Math.exp(lnInactive + Math.log(-Math.log1p(-Math.exp(logWrong)))));
    return density(x) * (l === 1 ? 1 : lowestDeviate(l, (H - theta) / sigma)) * inactive;
  };
  const width = Math.sqrt(2 / n);
  const [low, high] = [-REACH * width * (1 + width), REACH * width];
  // With one active feature, the readout is H itself, which is wrong if H ≤ θ, so the integral begins at H = θ.
  const start = l === 1 && theta > 0 ? Math.min(high, Math.max(low, Math.log(theta))) : low;
  // The more features there are, the more abruptly the inactive features' readouts turn from right to wrong.
  const points = Math.max(l === 1 ? 5 * POINTS : POINTS, Math.ceil(15 * Math.sqrt(lnInactive)));
  return (
    (pointSum(right, start, high, points) / pointSum(density, low, high, points)) * ((high - start) / (high - low))
  );
}

/** The sum of a function's values at evenly spaced arguments, with the weights of the trapezoidal rule. */
function pointSum(f: (x: number) => number, low: number, high: number, points: number): number {
  let sum = (f(low) + f(high)) / 2;
  for (let k = 1; k < points; k++) sum += f(low + ((high - low) * k) / points);
  return sum;
}

/**
 * The probability that all m readouts of a sample are on the correct side of the threshold, from the exact law by
 * quadrature over H; absolute error below 1e-3 (checked against the sampler). [L1]
 *
 * @throws InputError naming the argument that is out of range
 */
export function probabilityAllRight(stored: StoredFeatures, threshold: Threshold = "half"): number {
  return probability(checked(stored), thresholdValue(stored, threshold));
}

/**
 * The threshold given by a rule, as a value of the readout.
 *
 * @throws InputError naming the argument that is out of range
 */
export function thresholdValue(stored: StoredFeatures, threshold: Threshold): number {
  const size = checked(stored);
  switch (threshold) {
    case "half":
      return 0.5;
    case "half-slack":
      return halfSlackThreshold(stored);
    case "best":
      return bestThreshold(size);
    default:
      if (typeof threshold !== "number" || !Number.isFinite(threshold))
        throw new InputError(
          `threshold = ${String(threshold)}: must be a finite number, "half", "half-slack" or "best".`,
        );
      return threshold;
  }
}

/**
 * The number of active features at which all readouts are right in the given share of samples, interpolated linearly
 * between whole numbers, as for measured shares. [L1]
 *
 * @param size `n`, and either `m` or `lnM`
 * @param share share of samples, from 1e-6 to 1
 * @returns null if one active feature is already too many, or if the largest number allowed is still too small
 * @throws InputError naming the argument that is out of range
 */
export function activeAtShare(
  size: Omit<StoredFeatures, "l">,
  share: number,
  threshold: Threshold = "half",
): number | null {
  finiteNumber("share", share, LEAST_SHARE, 1);
  checked({ ...size, l: 1 });
  const right = (l: number): number => probabilityAllRight({ ...size, l }, threshold);
  const low = lastRight((l) => right(l) >= share, mostActiveOf(size));
  if (low === 0 || low === mostActiveOf(size)) return null;
  const [before, after] = [right(low), right(low + 1)];
  return low + (before - share) / (before - after);
}

/**
 * The largest l, up to `most`, for which `isRight` holds, by doubling and bisection; 0 if there is none. `isRight` must
 * be true up to some l and false beyond it.
 */
function lastRight(isRight: (l: number) => boolean, most: number): number {
  let [low, high] = [0, 1];
  while (high <= most && isRight(high)) [low, high] = [high, 2 * high];
  high = Math.min(high, most + 1);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isRight(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * The θ that maximises P, the probability that all readouts are right. Golden-section search on −ln P finds it, because
 * P has a single maximum.
 */
function bestThreshold(size: Checked): number {
  const golden = (Math.sqrt(5) - 1) / 2;
  let [low, high] = [0, 1.5];
  for (let step = 0; step < 40; step++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (probability(size, a) >= probability(size, b)) high = b;
    else low = a;
  }
  return (low + high) / 2;
}

/**
 * Up to this number of features, every l is examined, because the probability that all readouts are right can rise
 * again as l approaches m.
 */
const FEW = 256;

/**
 * The largest l such that all readouts are right with at least the given probability at this and every smaller l; 0 if
 * this fails even for l = 1. s95 is the value for 0.95. With more than 256 features, the probability is assumed to
 * fall as l grows, and l is found by bisection. [L1]
 *
 * @param size n, and either m or lnM
 * @throws InputError naming the argument that is out of range
 */
export function mostActiveAllRight(
  size: Omit<StoredFeatures, "l">,
  probabilityWanted: number,
  threshold: Threshold = "half",
): number {
  finiteNumber("probabilityWanted", probabilityWanted, LEAST_SHARE, 1);
  checked({ ...size, l: 1 });
  const most = mostActiveOf(size);
  const isRight = (l: number): boolean => probabilityAllRight({ ...size, l }, threshold) >= probabilityWanted;
  if (most >= FEW) return lastRight(isRight, most);
  let l = 0;
  while (l < most && isRight(l + 1)) l++;
  return l;
}
