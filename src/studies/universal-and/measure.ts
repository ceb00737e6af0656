import { primeSteps } from "../../assignment/prime-steps.js";
import { finiteNumber, InputError, wholeNumber } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";

/** How inputs are spread over neurons: each on each with probability p, or on S each such that two share at most one. */
export const universalCodes = ["bernoulli", "assignment"] as const;
export type UniversalCode = (typeof universalCodes)[number];

/** One network that computes the AND of all pairs of Boolean inputs, and samples through it. */
export interface UniversalAndTask extends Task<UniversalAndSums> {
  readonly kind: "universal-and";
  /** Boolean inputs. */
  readonly m: number;
  /** Neurons. */
  readonly d: number;
  readonly code: UniversalCode;
  /** Probability that an input is on a neuron (bernoulli). */
  readonly p: number;
  /** Neurons of an input (assignment). */
  readonly S: number;
  /** Inputs that are on in a sample. */
  readonly active: number;
  readonly samples: number;
  readonly seed: number;
  /** Which network; another one has other weights and other samples. */
  readonly repeat: number;
}

/** Pairs by how many of their inputs are on. */
export const pairClasses = ["none", "one", "on"] as const;
export type PairClass = (typeof pairClasses)[number];

/** Sums over samples of one network. */
export interface UniversalAndSums {
  readonly samples: number;
  /** Squared errors, and how many pairs, by class. */
  readonly squares: Readonly<Record<PairClass, number>>;
  readonly counts: Readonly<Record<PairClass, number>>;
  /** Largest |error| of any pair in any sample. */
  readonly worst: number;
  /** Samples in which every pair is on its side of ½. */
  readonly allRight: number;
  /** Pairs that no neuron reads: always answered 0. */
  readonly unread: number;
}

/**
 * Universal AND (Vaintrob, Mendel and Hänni, arXiv 2408.05451): h = ReLU(W x − 1) with W ∈ {0, 1}^(d×m), and i ∧ j is read as
 * the mean of h over the neurons that both are on, 0 where there are none.
 *
 * A neuron is positive only if two of its inputs are on: what a sample costs is the pairs of inputs on those.
 *
 * @throws InputError naming the argument out of range
 */
export function measureUniversalAnd(input: Omit<UniversalAndTask, "kind">): UniversalAndSums {
  const { m, d, active, samples, seed, repeat } = input;
  wholeNumber("m", m, 2, 4096);
  wholeNumber("d", d, 1, 1_000_000);
  wholeNumber("active", active, 1, m);
  const inputsOf = inputsByNeuron(input);
  const neuronsOf = Array.from({ length: m }, (): number[] => []);
  inputsOf.forEach((inputs, neuron) => inputs.forEach((i) => neuronsOf[i].push(neuron)));
  // The pair i < j is at j(j−1)/2 + i.
  const pairs = (m * (m - 1)) / 2;
  const shared = new Uint32Array(pairs);
  for (const inputs of inputsOf) eachPair(inputs, (pair) => shared[pair]++);

  const squares = { none: 0, one: 0, on: 0 };
  const on = (active * (active - 1)) / 2;
  const counts = { on: on * samples, one: active * (m - active) * samples, none: 0 };
  counts.none = pairs * samples - counts.on - counts.one;
  let [worst, allRight] = [0, 0];
  const sums = new Float64Array(pairs);
  const isOn = new Uint8Array(m);
  for (let sample = 0; sample < samples; sample++) {
    const chosen = chooseActive(new RandomSequence(seed, "samples", sample, repeat), m, active);
    isOn.fill(0);
    for (const i of chosen) isOn[i] = 1;
    const drive = new Map<number, number>();
    for (const i of chosen) for (const neuron of neuronsOf[i]) drive.set(neuron, (drive.get(neuron) ?? 0) + 1);
    sums.fill(0);
    for (const [neuron, count] of drive) if (count > 1) eachPair(inputsOf[neuron], (pair) => (sums[pair] += count - 1));
    let isRight = true;
    for (let j = 1, pair = 0; j < m; j++) {
      for (let i = 0; i < j; i++, pair++) {
        const active = isOn[i] + isOn[j];
        const readout = shared[pair] === 0 ? 0 : sums[pair] / shared[pair];
        const error = readout - Number(active === 2);
        if (error === 0) continue;
        squares[pairClasses[active]] += error * error;
        worst = Math.max(worst, Math.abs(error));
        if (readout > 0.5 !== (active === 2)) isRight = false;
      }
    }
    if (isRight) allRight++;
  }
  return {
    samples,
    squares,
    counts,
    worst,
    allRight,
    unread: shared.reduce((sum, count) => sum + Number(count === 0), 0),
  };
}

function eachPair(inputs: readonly number[], use: (pair: number) => void): void {
  for (let b = 1; b < inputs.length; b++) {
    const base = (inputs[b] * (inputs[b] - 1)) / 2;
    for (let a = 0; a < b; a++) use(base + inputs[a]);
  }
}

function chooseActive(random: RandomSequence, m: number, active: number): ReadonlySet<number> {
  const chosen = new Set<number>();
  while (chosen.size < active) chosen.add(random.below(m));
  return chosen;
}

/** The inputs of each neuron, ascending: the rows of W. */
function inputsByNeuron({ m, d, code, p, S, seed, repeat }: Omit<UniversalAndTask, "kind">): number[][] {
  const inputs = Array.from({ length: d }, (): number[] => []);
  if (code === "assignment") {
    if (S > d) throw new InputError(`S = ${S}: must be at most d = ${d}.`);
    const { neurons } = primeSteps({ T: m, P: d, S });
    neurons.forEach((neuron, at) => inputs[neuron].push(Math.floor(at / S)));
    return inputs;
  }
  finiteNumber("p", p, 0, 1);
  const random = new RandomSequence(seed, "vectors", repeat);
  for (const row of inputs) for (let i = 0; i < m; i++) if (random.uniform() < p) row.push(i);
  return inputs;
}

export const universalAndKind: TaskKind<UniversalAndTask> = {
  name: "universal-and",
  run: (_core, task) => measureUniversalAnd(task),
  cost: ({ m, d, samples }) => ({ load: 0, run: (m * m * samples) / 2e5 + (m * d) / 5e4, resultBytes: 400 }),
  describe: ({ m, d, repeat }) => `the AND of all pairs of ${m} inputs from ${d} neurons, network ${repeat}`,
};
