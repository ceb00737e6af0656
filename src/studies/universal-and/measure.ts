import { InputError, wholeNumber } from "../../base/errors.js";
import { normalPair, RandomSequence } from "../../base/random.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { choose, drawUniversalNetwork, type UniversalNetwork, type UniversalNetworkOptions } from "./network.js";

/** The function of the inputs that is read from the layer. */
export const universalOutputs = ["and", "xor"] as const;

/** One network that computes ANDs of Boolean inputs, and the samples to run through it. */
export interface UniversalAndInput extends UniversalNetworkOptions {
  /** `xor` reads x_i + x_j − 2·AND and needs k = 2. */
  readonly output: (typeof universalOutputs)[number];
  /** Number of dimensions in which the inputs are superposed; null if they are not superposed. */
  readonly n: number | null;
  /** Number of inputs that are on in a sample. */
  readonly active: number;
  readonly samples: number;
}

/** One network, measured with several numbers of active inputs. */
export interface UniversalAndTask extends Omit<UniversalAndInput, "active">, Task<UniversalAndSums[]> {
  readonly kind: "universal-and";
  readonly actives: readonly number[];
}

/** The sums over the samples of one network. */
export interface UniversalAndSums {
  readonly samples: number;
  readonly gateCount: number;
  /** For gates with 0…k of their inputs on: the sum of squared errors, and the number of gates. */
  readonly squares: readonly number[];
  readonly counts: readonly number[];
  /** Number of gates with output 1. */
  readonly trueCount: number;
  /** Largest |error| of any gate in any sample. */
  readonly worst: number;
  /** Number of samples in which every gate is on the correct side of ½. */
  readonly allRight: number;
  /** Number of gates that are not read from any neuron; their output is always 0. */
  readonly unread: number;
  /** Number of neurons from which a gate is read: mean, standard deviation and minimum over gates. */
  readonly readers: { readonly mean: number; readonly sd: number; readonly least: number };
}

/**
 * Universal AND (Vaintrob, Mendel and Hänni, arXiv 2408.05451): h = ReLU(W x − (k−1)) with W ∈ {0, 1}^(d×m), and the
 * AND of k inputs is read as the mean of h over its neurons, or as 0 if it has no neurons. [L5]
 *
 * @param drawn the network of `input`, if it has already been drawn
 * @throws InputError naming an argument that is out of range
 */
export function measureUniversalAnd(input: UniversalAndInput, drawn?: UniversalNetwork): UniversalAndSums {
  const { m, n, output, active, samples, seed, repeat } = input;
  wholeNumber("active", active, 1, m);
  if (output === "xor" && input.k !== 2) throw new InputError(`k = ${input.k}: must be 2 for xor.`);
  const noise = n === null ? null : inputNoise({ m, n, seed, repeat });
  const network = drawn ?? drawUniversalNetwork(input);
  const { gates, readers } = network;
  const { k } = input;
  const gateCount = readers.length;
  const chosen = input.gates === null ? null : gates;

  const squares = new Float64Array(k + 1);
  const counts = new Float64Array(k + 1);
  let [worst, allRight, trueCount] = [0, 0, 0];
  const sums = new Float64Array(gateCount);
  const isOn = new Uint8Array(m);
  for (let sample = 0; sample < samples; sample++) {
    const on = chooseActive(new RandomSequence(seed, "samples", sample, repeat), input, chosen);
    isOn.fill(0);
    for (const i of on) isOn[i] = 1;
    const errors = noise?.(on) ?? null;
    sums.fill(0);
    drive(network, k, on, errors, (neuron, h) => network.addTo(sums, neuron, h));
    let isRight = true;
    for (let gate = 0; gate < gateCount; gate++) {
      let howMany = 0;
      for (let at = gate * k; at < (gate + 1) * k; at++) howMany += isOn[gates[at]];
      counts[howMany]++;
      let readout = sums[gate] === 0 ? 0 : sums[gate] / readers[gate];
      let truth = howMany === k ? 1 : 0;
      if (output === "xor") {
        readout = howMany - 2 * readout;
        if (errors !== null) readout += errors[gates[2 * gate]] + errors[gates[2 * gate + 1]];
        truth = howMany === 1 ? 1 : 0;
      }
      trueCount += truth;
      const error = readout - truth;
      if (error === 0) continue;
      squares[howMany] += error * error;
      worst = Math.max(worst, Math.abs(error));
      if (readout > 0.5 !== (truth === 1)) isRight = false;
    }
    if (isRight) allRight++;
  }
  const mean = readers.reduce((sum, count) => sum + count, 0) / gateCount;
  return {
    ...{ samples, gateCount, squares: [...squares], counts: [...counts], trueCount, worst, allRight },
    unread: readers.reduce((sum, count) => sum + Number(count === 0), 0),
    readers: {
      mean,
      sd: Math.sqrt(readers.reduce((sum, count) => sum + (count - mean) ** 2, 0) / gateCount),
      least: readers.reduce((least, count) => Math.min(least, count), Infinity),
    },
  };
}

/** Calls `use(neuron, h)` for every neuron that is on, where h is the neuron's value. */
export function drive(
  { inputsOf, neuronsOf }: Pick<UniversalNetwork, "inputsOf" | "neuronsOf">,
  k: number,
  on: Iterable<number>,
  errors: Float64Array | null,
  use: (neuron: number, h: number) => void,
): void {
  const counts = new Map<number, number>();
  for (const i of on) for (const neuron of neuronsOf[i]) counts.set(neuron, (counts.get(neuron) ?? 0) + 1);
  if (errors === null) {
    // A neuron is on only if at least k of its inputs are on; neurons with fewer are skipped.
    for (const [neuron, count] of counts) if (count >= k) use(neuron, count - k + 1);
    return;
  }
  inputsOf.forEach((inputs, neuron) => {
    let sum = (counts.get(neuron) ?? 0) - k + 1;
    for (const i of inputs) sum += errors[i];
    if (sum > 0) use(neuron, sum);
  });
}

/**
 * Draws the set of inputs that are on, uniformly at random; with chosen gates, it contains the inputs of one random
 * gate if at least k inputs are on.
 */
export function chooseActive(
  random: RandomSequence,
  { m, active, k }: Pick<UniversalAndInput, "m" | "active" | "k">,
  chosen: UniversalNetwork["gates"] | null,
): ReadonlySet<number> {
  const on = new Set<number>();
  if (chosen !== null && active >= k) {
    const first = random.below(chosen.length / k);
    for (const i of chosen.subarray(first * k, (first + 1) * k)) on.add(i);
  }
  while (on.size < active) on.add(random.below(m));
  return on;
}

/**
 * Superposes the inputs as random unit vectors f_i in n dimensions. An input is read as f_i·Σ_on f_j, and the layer's
 * weights are W·F, where F has rows f_i. Returns the errors of all inputs.
 */
function inputNoise(size: {
  readonly m: number;
  readonly n: number;
  readonly seed: number;
  readonly repeat: number;
}): (on: Iterable<number>) => Float64Array {
  const { m, n, seed, repeat } = size;
  wholeNumber("n", n, 2, 100_000);
  if (n * m > 20_000_000) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most 20,000,000.`);
  const vectors = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    const random = new RandomSequence(seed, "lengths", i, repeat);
    let square = 0;
    for (let c = i * n; c < (i + 1) * n; c += 2) {
      for (const [at, value] of normalPair(random).entries()) {
        if (c + at === (i + 1) * n) break;
        vectors[c + at] = value;
        square += value * value;
      }
    }
    for (let c = i * n; c < (i + 1) * n; c++) vectors[c] /= Math.sqrt(square);
  }
  return (on) => {
    const sum = new Float64Array(n);
    for (const j of on) for (let c = 0; c < n; c++) sum[c] += vectors[j * n + c];
    const errors = Float64Array.from({ length: m }, (_, i) => {
      let dot = 0;
      for (let c = 0; c < n; c++) dot += vectors[i * n + c] * sum[c];
      return dot;
    });
    for (const j of on) errors[j] -= 1;
    return errors;
  };
}

export const universalAndKind: TaskKind<UniversalAndTask> = {
  name: "universal-and",
  run(_core, { actives, ...task }) {
    const network = drawUniversalNetwork(task);
    return actives.map((active) => measureUniversalAnd({ ...task, active }, network));
  },
  cost: ({ m, d, k, gates, actives, samples }) => {
    const count = (gates ?? choose(m, k)) * actives.length;
    return { load: 0, run: (count * samples) / 1e5 + (m * d) / 5e4, resultBytes: 400 * actives.length };
  },
  describe: ({ m, d, k, gates, repeat }) =>
    `${gates ?? "all"} ANDs of ${k} of ${m} inputs from ${d} neurons, network ${repeat}`,
};
