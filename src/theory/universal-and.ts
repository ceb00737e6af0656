import { finiteNumber, InputError, wholeNumber } from "../base/errors.js";

/**
 * The exact law of universal AND with W ~ Bernoulli(p): h = ReLU(W x − (k−1)), and the AND of k inputs is read as the
 * mean of h over the N ~ Bin(d, p^k) neurons to which all k inputs are connected. Given which inputs are on, neurons
 * are independent. [L5b]
 */
export interface UniversalAnd {
  /** Number of Boolean inputs; it need not be a whole number. */
  readonly m: number;
  /** Neurons. */
  readonly d: number;
  readonly p: number;
  /** The number of inputs that are on. */
  readonly active: number;
  /** The number of inputs per gate. Default: 2. */
  readonly k?: number;
}

interface Checked extends UniversalAnd {
  readonly k: number;
}

function checked(given: UniversalAnd): Checked {
  const { m, d, p, active, k = 2 } = { ...given };
  wholeNumber("d", d, 1, 1e9);
  wholeNumber("active", active, 1, 1000);
  wholeNumber("k", k, 2, 8);
  finiteNumber("m", m, Math.max(active, k));
  finiteNumber("p", p, 0, 1);
  return { m, d, p, active, k };
}

/** Binomial coefficient of a number that need not be whole. */
function combinations(n: number, k: number): number {
  let value = 1;
  for (let i = 0; i < k; i++) value *= Math.max(0, n - i) / (i + 1);
  return value;
}

/** P(h = 0, 1, 2, …) for a neuron of a gate when `on` of the gate's inputs are on. */
function activationLaw({ p, active, k }: Checked, on: number): number[] {
  const others = active - on;
  const law: number[] = [];
  for (let j = 0; j <= others; j++) {
    const h = Math.max(0, on + j - k + 1);
    law[h] = (law[h] ?? 0) + combinations(others, j) * p ** j * (1 - p) ** (others - j);
  }
  return Array.from(law, (share) => share ?? 0);
}

/** The number of gates that have exactly `on` active inputs. */
function gatesWith({ m, active, k }: Checked, on: number): number {
  return combinations(active, on) * combinations(m - active, k - on);
}

/** The largest N whose probability under Bin(d, q) is not negligible. */
function mostShared(d: number, q: number): number {
  return q === 1 ? d : Math.min(d, Math.ceil(d * q + 12 * Math.sqrt(d * q * (1 - q)) + 12));
}

/** The largest number of neurons per gate for which the distribution of N is computed. */
const MOST_SHARED = 2e7;

/**
 * P(N = 0, 1, …) of N ~ Bin(d, q), truncated where the rest is negligible.
 *
 * @throws InputError if a gate has too many neurons
 */
function sharedLaw(d: number, q: number): number[] {
  const last = mostShared(d, q);
  if (last > MOST_SHARED)
    throw new InputError(
      `d = ${d}: a gate has up to ${last.toLocaleString("en")} neurons; the limit is ${MOST_SHARED.toLocaleString("en")}. Choose a smaller d or p.`,
      "range",
    );
  let logShare = d * Math.log1p(-q);
  return Array.from({ length: last + 1 }, (_, n) => {
    if (q === 1) return Number(n === d);
    if (n > 0) logShare += Math.log((((d - n + 1) / n) * q) / (1 - q));
    return Math.exp(logShare);
  });
}

/**
 * Mean squared error of a gate if 0…k of its inputs are on, over networks and samples; exact. [L5b]
 *
 * @throws InputError naming the argument that is out of range
 */
export function universalAndErrors(given: UniversalAnd): number[] {
  const size = checked(given);
  const { d, p, active, k } = size;
  const shared = sharedLaw(d, p ** k);
  const none = shared[0];
  const inverse = shared.reduce((sum, share, n) => (n === 0 ? 0 : sum + share / n), 0);
  return Array.from({ length: k + 1 }, (_, on) => {
    if (on > active) return 0;
    const law = activationLaw(size, on);
    const mean = law.reduce((sum, share, h) => sum + share * h, 0);
    const variance = law.reduce((sum, share, h) => sum + share * (h - mean) ** 2, 0);
    const truth = Number(on === k);
    return none * truth + (1 - none) * (mean - truth) ** 2 + variance * inverse;
  });
}

/**
 * The squared error summed over all gates, relative to the sum if every output were 0; NaN if no gate can be on. [L5b]
 *
 * @throws InputError naming the argument that is out of range
 */
export function universalAndOverZero(given: UniversalAnd): number {
  const size = checked(given);
  const errors = universalAndErrors(given);
  return errors.reduce((sum, error, on) => sum + error * gatesWith(size, on), 0) / gatesWith(size, size.k);
}

/** The maximum number of multiplications for computing the distributions of Σ h; more would take minutes. */
const MOST_PRODUCTS = 2e9;

/** @throws InputError if the distributions of Σ h over up to N neurons need too many multiplications */
function checkProducts({ d, p, k, active }: Checked): void {
  // For each number of active inputs per gate, a distribution with up to `active` values is convolved with
  // distributions of sums, which have up to N times as many values.
  const products = Math.min(k, active + 1) * 0.5 * mostShared(d, p ** k) ** 2 * Math.max(1, active - 1) * active;
  if (products > MOST_PRODUCTS)
    throw new InputError(
      `d = ${d}: with p = ${p}, k = ${k} and active = ${active}, evaluating the law takes about ${products.toPrecision(1)} multiplications; the limit is ${MOST_PRODUCTS.toPrecision(1)}. Choose a smaller d.`,
      "range",
    );
}

/**
 * P(a gate's readout is above ½) if 0…k−1 of its inputs are on, averaged over N, the number of neurons from which the
 * gate is read.
 */
function sharesWrong(size: Checked): number[] {
  const { d, p, k, active } = size;
  checkProducts(size);
  const shared = sharedLaw(d, p ** k);
  return Array.from({ length: Math.min(k, active + 1) }, (_, on) => {
    const law = activationLaw(size, on);
    if (law.length < 2) return 0;
    // P(Σ h = v) over n neurons.
    let sums = Float64Array.of(1);
    let wrong = 0;
    for (let n = 1; n < shared.length; n++) {
      const next = new Float64Array(sums.length + law.length - 1);
      for (let h = 0; h < law.length; h++) for (let v = 0; v < sums.length; v++) next[v + h] += law[h] * sums[v];
      sums = next;
      let above = 0;
      for (let v = Math.floor(n / 2) + 1; v < sums.length; v++) above += sums[v];
      wrong += shared[n] * above;
    }
    return wrong;
  });
}

/** Expected number of gates that are on but should be off, or that should be on but have no neurons. */
function wrongOf(size: Checked, shares: readonly number[]): number {
  const { d, p, k } = size;
  const unread = gatesWith(size, k) * (1 - p ** k) ** d;
  return shares.reduce((sum, share, on) => sum + share * gatesWith(size, on), unread);
}

/**
 * The expected number of wrong gates in a sample, over networks and samples; exact. It is an upper bound on the share
 * of samples with any wrong gate. A gate that should be on is never misread if it is read from at least one neuron,
 * because its readout is then at least 1. [L5b]
 *
 * @throws InputError naming the argument that is out of range
 */
export function expectedWrongGates(given: UniversalAnd): number {
  const size = checked(given);
  return wrongOf(size, sharesWrong(size));
}

/**
 * The largest m at which the expected number of wrong gates is at most `wrong`; 0 if even the smallest possible m,
 * max(k, active), gives more. Results beyond 10^100 are given as 10^100. [L5b]
 *
 * @throws InputError naming the argument that is out of range
 */
export function mostUniversalInputs(given: Omit<UniversalAnd, "m">, wrong: number): number {
  const { k = 2, active } = { ...given };
  const least = Math.max(k, active);
  const size = checked({ ...given, m: Number.isNaN(least) ? 2 : least });
  finiteNumber("wrong", wrong, 0);
  const shares = sharesWrong(size);
  const isAllowed = (m: number): boolean => wrongOf({ ...size, m }, shares) <= wrong;
  if (!isAllowed(least)) return 0;
  let [low, high] = [least, 2 * least];
  while (isAllowed(high) && high < 1e100) [low, high] = [high, high ** 1.5];
  for (let step = 0; step < 200 && high / low > 1 + 1e-9; step++) {
    const middle = Math.sqrt(low * high);
    if (isAllowed(middle)) low = middle;
    else high = middle;
  }
  return Math.min(1e100, Math.floor(low));
}

/**
 * The p that allows the most inputs, to within 1%. [L5b]
 *
 * @throws InputError naming the argument that is out of range
 */
export function bestProbability(given: Omit<UniversalAnd, "m" | "p">): number {
  // The logarithm of the expected number of wrong gates at m = 1e6.
  const wrong = (p: number): number => Math.log(expectedWrongGates({ ...given, p, m: 1e6 }));
  let [low, high] = [Math.log(0.005), Math.log(0.5)];
  const golden = (Math.sqrt(5) - 1) / 2;
  for (let step = 0; step < 20; step++) {
    const [a, b] = [high - golden * (high - low), low + golden * (high - low)];
    if (wrong(Math.exp(a)) <= wrong(Math.exp(b))) high = b;
    else low = a;
  }
  return Math.exp((low + high) / 2);
}
