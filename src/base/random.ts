import { finiteNumber, given, oneOf, wholeNumber } from "./errors.js";

/**
 * Random numbers that depend only on (seed, stream, item): Philox4x32-10 of Salmon, Moraes, Dror and Shaw,
 * "Parallel random numbers: as easy as 1, 2, 3" (SC11). The Wasm twin is assembly/random.ts.
 *
 * A counter is four 32-bit words [block, item, sub, stream]; the key is the 64-bit seed.
 */

const M0 = 0xd2511f53;
const M1 = 0xcd9e8d57;
const W0 = 0x9e3779b9;
const W1 = 0xbb67ae85;

/**
 * The purposes for which random numbers are drawn. Each purpose has its own sequence, so adding a purpose never changes
 * existing sequences.
 */
export const streams = {
  circuits: 1,
  embedding: 2,
  samples: 3,
  vectors: 4,
  signs: 5,
  user: 6,
  noise: 7,
  design: 8,
  assignment: 9,
  lengths: 16,
} as const;

/** The name of a purpose for which random numbers are drawn. */
export type StreamName = keyof typeof streams;

export type Words = readonly [number, number, number, number];

function multiplyHigh(a: number, b: number): number {
  const aLow = a & 0xffff;
  const aHigh = a >>> 16;
  const bLow = b & 0xffff;
  const bHigh = b >>> 16;
  const low = aLow * bLow;
  const middle = aHigh * bLow + (low >>> 16);
  const middle2 = aLow * bHigh + (middle & 0xffff);
  return (aHigh * bHigh + Math.floor(middle / 65536) + Math.floor(middle2 / 65536)) >>> 0;
}

/** Ten rounds of Philox4x32: four uniform 32-bit words for a counter and a key. */
export function philox(counter: Words, key: readonly [number, number]): Words {
  const words = Uint32Array.from(counter);
  mixWords(words, key[0], key[1]);
  return [words[0], words[1], words[2], words[3]];
}

/** Does the same as {@link philox}, but in place. A plain array would store numbers this large as separate objects. */
function mixWords(words: Uint32Array, k0: number, k1: number): void {
  let c0 = words[0];
  let c1 = words[1];
  let c2 = words[2];
  let c3 = words[3];
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(M0, c0);
    const low0 = Math.imul(M0, c0) >>> 0;
    const high1 = multiplyHigh(M1, c2);
    const low1 = Math.imul(M1, c2) >>> 0;
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0;
    k0 = (k0 + W0) >>> 0;
    k1 = (k1 + W1) >>> 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
}

const LARGEST_WORD = 4_294_967_295;

/** @throws InputError unless the seed and the item (for example, a network's number) are valid */
export function checkDraw(seed: number, item: number, name = "network"): void {
  wholeNumber("seed", seed, 0);
  wholeNumber(name, item, 0, LARGEST_WORD);
}

/** The 64-bit key for a seed, which is a whole number up to 2^53 − 1. */
export function seedKey(seed: number): readonly [number, number] {
  return [seed >>> 0, Math.floor(seed / 4294967296) >>> 0];
}

/** A sequence of random numbers, determined by (seed, stream, item, sub). */
export class RandomSequence {
  readonly #key: readonly [number, number];
  readonly #counter: Uint32Array;
  readonly #words = new Uint32Array(4);
  #left = 0;

  /**
   * @param item the stream's item, for example a sample or network, 0 ≤ item < 2^32
   * @param sub a second index, 0 ≤ sub < 2^32
   * @throws InputError naming the argument, its value and its bound
   */
  constructor(seed: number, stream: StreamName, item = 0, sub = 0) {
    oneOf("stream", stream, Object.keys(streams));
    checkDraw(seed, item, "item");
    this.#key = seedKey(seed);
    this.#counter = Uint32Array.of(0, item, wholeNumber("sub", sub, 0, LARGEST_WORD), streams[stream]);
  }

  /** The next uniform 32-bit word. */
  word(): number {
    if (this.#left === 0) {
      this.#words.set(this.#counter);
      mixWords(this.#words, this.#key[0], this.#key[1]);
      this.#counter[0]++;
      this.#left = 4;
    }
    return this.#words[4 - this.#left--];
  }

  /** Uniform in [0, 1), with a resolution of 32 bits. */
  uniform(): number {
    return this.word() * 2 ** -32;
  }

  /**
   * A uniform whole number in 0…bound−1 without bias (multiply-shift with rejection).
   *
   * @param bound 1 to 2^32 − 1
   * @throws InputError when the bound is outside this range
   */
  below(bound: number): number {
    wholeNumber("bound", bound, 1, LARGEST_WORD);
    const threshold = (4294967296 - bound) % bound;
    for (;;) {
      const word = this.word();
      if (Math.imul(word, bound) >>> 0 >= threshold) return multiplyHigh(word, bound);
    }
  }

  /**
   * A uniform random permutation of 0…length−1 (Fisher–Yates).
   *
   * @param length 0 to 2^24
   * @throws InputError when the length is outside this range
   */
  permutation(length: number): Uint32Array {
    wholeNumber("length", length, 0, 16_777_216);
    const order = new Uint32Array(length).map((_, i) => i);
    for (let i = length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const swapped = order[i];
      order[i] = order[j];
      order[j] = swapped;
    }
    return order;
  }
}

/**
 * Two independent standard normal numbers (Box–Muller).
 *
 * @throws InputError unless the source is a RandomSequence
 */
export function normalPair(random: RandomSequence): readonly [number, number] {
  given("random", random, "a RandomSequence", "uniform");
  const radius = Math.sqrt(-2 * Math.log(1 - random.uniform()));
  const [cos, sin] = cosSinTurn(random.uniform());
  return [radius * cos, radius * sin];
}

/**
 * A random number with the chi-squared distribution with `degrees` degrees of freedom (Marsaglia and Tsang, "A simple
 * method for generating gamma variables", 2000).
 *
 * @param degrees ≥ 2
 * @throws InputError when `degrees` is below 2
 */
export function chiSquared(random: RandomSequence, degrees: number): number {
  given("random", random, "a RandomSequence", "uniform");
  finiteNumber("degrees", degrees, 2);
  const d = degrees / 2 - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const radius = Math.sqrt(-2 * logOfFraction(4294967296 - random.word()));
    const x = radius * cosSinTurn(random.uniform())[0];
    const root = 1 + c * x;
    const v = root * root * root;
    if (v <= 0) continue;
    const u = 1 - random.uniform();
    if (naturalLog(u) < 0.5 * x * x + d * (1 - v + naturalLog(v))) return 2 * d * v;
  }
}

/**
 * A seed for one part of a job; it depends only on the job's seed and the labels.
 *
 * @throws InputError for an invalid seed, or a label that is neither text nor a number
 */
export function deriveSeed(seed: number, ...labels: readonly (string | number)[]): number {
  wholeNumber("seed", seed, 0);
  labels.forEach((label, k) => {
    if (typeof label !== "string") finiteNumber(`labels[${k}]`, label);
  });
  let [a, b] = seedKey(seed);
  for (const character of labels.join("|")) {
    const mixed = philox([character.codePointAt(0)!, 0, 0, 0], [a, b]);
    a = mixed[0];
    b = mixed[1];
  }
  return (b & 0x1fffff) * 4294967296 + a;
}

/**
 * The natural logarithm of word/2^32, exact up to rounding. Uses only additions, multiplications and divisions, because
 * Math.log may differ between engines.
 *
 * @param word a whole number, 1 ≤ word ≤ 2^32
 */
export function logOfFraction(word: number): number {
  let exponent = word === 4294967296 ? 32 : 31 - Math.clz32(word);
  let mantissa = word / (exponent === 32 ? 4294967296 : (1 << exponent) >>> 0);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  return (exponent - 32) * LN2 + logNearOne(mantissa);
}

/** The natural logarithm of a positive number, computed by the same method as {@link logOfFraction}. */
function naturalLog(value: number): number {
  let exponent = 0;
  for (; value > Math.SQRT2; exponent++) value *= 0.5;
  for (; value < Math.SQRT1_2; exponent--) value *= 2;
  return exponent * LN2 + logNearOne(value);
}

const LN2 = 0.6931471805599453;

/** The natural logarithm of a number from √½ to √2. */
function logNearOne(value: number): number {
  const s = (value - 1) / (value + 1);
  const square = s * s;
  let sum = 1 / 21;
  for (let k = 19; k > 0; k -= 2) sum = sum * square + 1 / k;
  return 2 * s * sum;
}

/** Taylor coefficients of [sin x]/x and cos x as polynomials in x²; exact up to rounding for |x| ≤ π/4. */
const SIN = [1, -1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800, -1 / 1307674368000];
const COS = [1, -1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600, -1 / 87178291200, 1 / 20922789888000];

/**
 * [cos 2πu, sin 2πu], computed using only additions and multiplications, so that all engines and the Wasm core agree
 * bit for bit.
 *
 * @param u a fraction of a full turn, 0 ≤ u < 1
 */
export function cosSinTurn(u: number): readonly [number, number] {
  const quarter = Math.floor(4 * u + 0.5);
  const x = (u - 0.25 * quarter) * 6.283185307179586;
  const square = x * x;
  let sin = SIN[7];
  for (let k = 6; k >= 0; k--) sin = sin * square + SIN[k];
  sin *= x;
  let cos = COS[8];
  for (let k = 7; k >= 0; k--) cos = cos * square + COS[k];
  if (quarter & 2) [cos, sin] = [-cos, -sin];
  return quarter & 1 ? [-sin, cos] : [cos, sin];
}

/**
 * A rational approximation of the standard normal quantile (Wichura's AS 241, PPND16); one set of coefficients per
 * region.
 */
const CENTRE = [
  [3.387132872796366608, 133.14166789178437745, 1971.5909503065514427, 13731.693765509461125, 45921.953931549871457, 67265.770927008700853, 33430.575583588128105, 2509.0809287301226727],
  [1, 42.313330701600911252, 687.1870074920579083, 5394.1960214247511077, 21213.794301586595867, 39307.89580009271061, 28729.085735721942674, 5226.495278852545925],
] as const; // prettier-ignore
const TAIL = [
  [1.42343711074968357734, 4.6303378461565452959, 5.7694972214606914055, 3.64784832476320460504, 1.27045825245236838258, 0.24178072517745061177, 0.0227238449892691845833, 7.7454501427834140764e-4],
  [1, 2.05319162663775882187, 1.6763848301838038494, 0.68976733498510000455, 0.14810397642748007459, 0.0151986665636164571966, 5.475938084995344946e-4, 1.05075007164441684324e-9],
] as const; // prettier-ignore

function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

/**
 * Quantiles of the standard normal distribution at (k + ½)/65536, f32 [65536]. Sixteen random bits select a quantile;
 * numbers drawn in this way are normal, with a variance of 1 (within 1e-4) and magnitudes of at most 4.33. Like
 * everything that samples depend on, the quantiles are computed using only additions, multiplications, divisions and
 * square roots.
 */
export function normalQuantiles(): Float32Array {
  const table = new Float32Array(65536);
  for (let k = 0; k < 32768; k++) {
    const p = (2 * k + 1) / 131072;
    const q = p - 0.5;
    let value: number;
    if (q >= -0.425) {
      const r = 0.180625 - q * q;
      value = (q * polynomial(CENTRE[0], r)) / polynomial(CENTRE[1], r);
    } else {
      // The tail, down to p = 1/131072, where r = sqrt(−ln p) stays below 5.
      const r = Math.sqrt(-logOfFraction((2 * k + 1) * 32768)) - 1.6;
      value = -polynomial(TAIL[0], r) / polynomial(TAIL[1], r);
    }
    table[k] = value;
    table[65535 - k] = -value;
  }
  return table;
}
