import { balancedSubset } from "../../assignment/balanced-subset.js";
import { assignmentConstructions, assignmentKinds, type AssignmentKind } from "../../assignment/constructions.js";
import { maxCircuits, primeSteps } from "../../assignment/prime-steps.js";
import { InputError, wholeNumber } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";

/**
 * How the neurons of a set are chosen: each with probability p; S neurons at random; or S neurons by an assignment in
 * which two sets share at most one neuron. `balanced` picks rows of prime steps that load all neurons almost equally.
 */
export const universalCodes = ["bernoulli", "uniform", ...assignmentKinds, "balanced"] as const;
export type UniversalCode = (typeof universalCodes)[number];

/** The settings of a network that computes ANDs in one layer. */
export interface UniversalNetworkOptions {
  /** Number of Boolean inputs. */
  readonly m: number;
  /** Neurons. */
  readonly d: number;
  /** k, the number of inputs per gate. */
  readonly k: number;
  /**
   * Number of gates drawn from all possible ones; each of them has a set of neurons. If null, all gates are computed,
   * and sets of neurons belong to inputs, not to gates.
   */
  readonly gates: number | null;
  readonly code: UniversalCode;
  /** Probability that a neuron is in a set (`bernoulli`). */
  readonly p: number;
  /** Number of neurons per set in each copy (all codes but `bernoulli`). */
  readonly S: number;
  /** Number of codes side by side, each on d/copies neurons; used by all codes except `bernoulli`. */
  readonly copies: number;
  readonly seed: number;
  /** Index of the network; each has its own weights and samples. */
  readonly repeat: number;
}

/** Which inputs drive each neuron, and from which neurons each gate is read. */
export interface UniversalNetwork {
  /** The inputs of each gate, ascending, [G][k]. */
  readonly gates: Uint32Array;
  /** Inputs of each neuron, ascending: the rows of W. */
  readonly inputsOf: readonly Uint32Array[];
  /** Neurons that each input drives. */
  readonly neuronsOf: readonly (readonly number[])[];
  /** The number of neurons from which each gate is read. */
  readonly readers: Float64Array;
  /** Adds h to the sum of every gate whose readout includes the neuron. */
  readonly addTo: (sums: Float64Array, neuron: number, h: number) => void;
}

/** The largest number of gates per network. */
export const MOST_GATES = 4_000_000;

/** Binomial coefficient; exact below 2^53. */
export function choose(n: number, k: number): number {
  let value = 1;
  for (let i = 1; i <= k; i++) value = (value * (n - k + i)) / i;
  return n < k ? 0 : Math.round(value);
}

/**
 * Draws a network. [L5]
 *
 * If all gates are computed, each input has a set of neurons, and a gate is read from the neurons common to all of its
 * inputs. If only some gates are computed, each of them has a set of neurons from which it is read, and an input drives
 * the neurons of all gates to which it belongs.
 *
 * @throws InputError naming an argument that is out of range
 */
export function drawUniversalNetwork(options: UniversalNetworkOptions): UniversalNetwork {
  const { m, d, k, gates } = options;
  wholeNumber("m", m, 2, 1_000_000);
  wholeNumber("d", d, 1, 1_000_000);
  wholeNumber("k", k, 2, Math.min(m, 8));
  const all = choose(m, k);
  const gateCount = gates ?? all;
  if (gateCount > MOST_GATES)
    throw new InputError(`m = ${m}: there are ${gateCount} gates; the limit is ${MOST_GATES}.`);
  const readers = new Float64Array(gateCount);
  if (gates === null) {
    const neuronsOf = drawSets(options, m);
    const inputsOf = transposed(neuronsOf, d);
    const addTo = (sums: Float64Array, neuron: number, h: number): void => addToSubsets(sums, inputsOf[neuron], k, h);
    for (let neuron = 0; neuron < d; neuron++) addTo(readers, neuron, 1);
    return { gates: allGates(k, gateCount), inputsOf, neuronsOf, readers, addTo };
  }
  wholeNumber("gates", gates, 1, all);
  const chosen = dealGates(options, gates);
  const sets = drawSets(options, gates);
  const gatesOf = transposed(sets, d);
  const unions = Array.from({ length: m }, () => new Set<number>());
  chosen.forEach((inputs, gate) => inputs.forEach((i) => sets[gate].forEach((neuron) => unions[i].add(neuron))));
  const neuronsOf = unions.map((union) => [...union]);
  const addTo = (sums: Float64Array, neuron: number, h: number): void => {
    for (const gate of gatesOf[neuron]) sums[gate] += h;
  };
  sets.forEach((set, gate) => (readers[gate] = set.length));
  return { gates: Uint32Array.from(chosen.flat()), inputsOf: transposed(neuronsOf, d), neuronsOf, readers, addTo };
}

/** All sets of k inputs, ordered by their largest input: the pair i < j is at index j(j−1)/2 + i. */
function allGates(k: number, count: number): Uint32Array {
  const gates = new Uint32Array(count * k);
  const inputs = Uint32Array.from({ length: k }, (_, at) => at);
  for (let gate = 0; gate < count; gate++) {
    gates.set(inputs, gate * k);
    // Moves on to the next set: raises the first input that can be raised, and resets those before it.
    let at = 0;
    while (at < k - 1 && inputs[at] + 1 === inputs[at + 1]) at++;
    inputs[at]++;
    for (let below = 0; below < at; below++) inputs[below] = below;
  }
  return gates;
}

/** For every set of `size` inputs from a list, adds h to the sum at the set's index, Σ_i C(input_i, i + 1). */
function addToSubsets(sums: Float64Array, inputs: Uint32Array, size: number, h: number): void {
  if (size === 2) {
    for (let b = 1; b < inputs.length; b++) {
      const base = (inputs[b] * (inputs[b] - 1)) / 2;
      for (let a = 0; a < b; a++) sums[base + inputs[a]] += h;
    }
    return;
  }
  const largestFirst = (below: number, left: number, place: number): void => {
    if (left === 0) sums[place] += h;
    else for (let at = left - 1; at < below; at++) largestFirst(at, left - 1, place + choose(inputs[at], left));
  };
  largestFirst(inputs.length, size, 0);
}

/** The lists transposed: for each column the rows that contain it, ascending. */
function transposed(rows: readonly (readonly number[])[], columns: number): Uint32Array[] {
  const lists = Array.from({ length: columns }, (): number[] => []);
  rows.forEach((row, at) => row.forEach((column) => lists[column].push(at)));
  return lists.map((list) => Uint32Array.from(list));
}

/**
 * Draws distinct gates. Their inputs are taken from random permutations of all inputs, one permutation after another,
 * so that every input belongs to nearly the same number of gates.
 */
function dealGates({ m, k, seed, repeat }: UniversalNetworkOptions, count: number): number[][] {
  const random = new RandomSequence(seed, "circuits", repeat);
  const known = new Set<string>();
  const gates: number[][] = [];
  let pack: number[] = [];
  while (gates.length < count) {
    const inputs = new Set<number>();
    while (inputs.size < k) {
      if (pack.length === 0) pack = [...random.permutation(m)];
      inputs.add(pack.pop() ?? 0);
    }
    const gate = [...inputs].sort((a, b) => a - b);
    const name = gate.join();
    if (known.has(name)) continue;
    known.add(name);
    gates.push(gate);
  }
  return gates;
}

/** Draws `count` sets of neurons, in the way that `code` specifies. */
function drawSets(options: UniversalNetworkOptions, count: number): number[][] {
  const { d, code, p, S, copies, seed, repeat } = options;
  const random = new RandomSequence(seed, "vectors", repeat);
  if (code === "bernoulli") {
    if (!(p >= 0 && p <= 1)) throw new InputError(`p = ${p}: must be a number from 0 to 1.`);
    // The sets are drawn neuron by neuron.
    const sets = Array.from({ length: count }, (): number[] => []);
    for (let neuron = 0; neuron < d; neuron++) for (const set of sets) if (random.uniform() < p) set.push(neuron);
    return sets;
  }
  const P = Math.floor(d / wholeNumber("copies", copies, 1, d));
  if (S > P) throw new InputError(`S = ${S}: must be at most d/copies = ${P}.`);
  if (code === "uniform") {
    return Array.from({ length: count }, () => {
      const set = new Set<number>();
      while (set.size < S * copies) set.add(random.below(d));
      return [...set];
    });
  }
  const { T, neurons } = assignedSets(code, { T: count, P, S });
  const sets = Array.from({ length: count }, (): number[] => []);
  for (let copy = 0; copy < copies; copy++) {
    const order = random.permutation(T);
    sets.forEach((set, at) => {
      for (let s = 0; s < S; s++) set.push(copy * P + neurons[order[at] * S + s]);
    });
  }
  return sets;
}

/** Number of rows from which the balanced ones are picked; more would take seconds. */
const MOST_ROWS = 100_000;

/** The largest number of sets that a code can have on P neurons; Infinity if there is no bound. */
export function largestCode(code: UniversalCode, { P, S }: { readonly P: number; readonly S: number }): number {
  if (code === "bernoulli") return Infinity;
  if (S > P) return 0;
  if (code === "uniform") return Infinity;
  return code === "balanced" ? maxCircuits({ P, S }) : assignmentConstructions[code].largest({ P, S });
}

function assignedSets(code: AssignmentKind | "balanced", size: { T: number; P: number; S: number }) {
  if (code !== "balanced") return assignmentConstructions[code].build(size);
  const all = primeSteps({ ...size, T: Math.max(size.T, Math.min(MOST_ROWS, maxCircuits(size))) });
  return balancedSubset(all, size.T, { seed: 0 });
}
