import { RandomSequence } from "../base/random.js";
import {
  laidOutBy,
  largestBy,
  LARGEST,
  type Assignment,
  type AssignmentSize,
  type BlockAndRedundancy,
} from "./assignment.js";
import { memoizeByBlock } from "./memoize-by-block.js";

/**
 * Limit on the number of neurons examined while circuits are placed; examining this many takes a few tenths of a
 * second.
 */
const BUDGET = 50_000_000;

/** Largest P and T·S for which tables of neurons and circuits are stored. */
const LARGEST_P = 65_536;
const MOST_ENTRIES = 4_000_000;

/** The number of attempts at one circuit before the search ends; after a failure, it starts from another neuron. */
const ATTEMPTS = 64;

/** Neurons sorted by load, in arbitrary order where loads are equal. Raising a neuron's load takes constant time. */
interface Queue {
  readonly order: Uint32Array;
  readonly placeOf: Uint32Array;
  readonly load: Uint32Array;
  /** For each load, the position after the last neuron with this load. */
  readonly ends: number[];
}

/** Raises a neuron's load by one: moves it to the end of its load's range and shortens that range by one. */
function grow({ order, placeOf, load, ends }: Queue, neuron: number): void {
  const end = --ends[load[neuron]];
  const other = order[end];
  order[placeOf[neuron]] = other;
  placeOf[other] = placeOf[neuron];
  order[end] = neuron;
  placeOf[neuron] = end;
  if (++load[neuron] === ends.length) ends.push(order.length);
}

/**
 * Places circuits one after another. A circuit takes the least loaded neuron, and then, repeatedly, the least loaded
 * neuron that does not yet share a circuit with any neuron it has taken. So no two neurons are in two circuits
 * together. Ties are broken at random. Ends when a circuit cannot be completed after several restarts, or when the
 * budget is spent.
 */
const layDown = /* @__PURE__ */ memoizeByBlock(({ P, S }: BlockAndRedundancy): Uint32Array => {
  const size = Math.min(P, LARGEST_P);
  if (S > size) return new Uint32Array();
  const random = new RandomSequence(0, "assignment", size, S);
  const order = random.permutation(size);
  const placeOf = new Uint32Array(size);
  order.forEach((neuron, place) => (placeOf[neuron] = place));
  const queue: Queue = { order, placeOf, load: new Uint32Array(size), ends: [size] };
  const circuitsOf: number[][] = Array.from({ length: size }, () => []);
  const neurons: number[] = [];
  const barredBy = new Int32Array(size);
  const circuit = new Uint32Array(S);
  let stamp = 0;
  let looked = 0;
  const add = (neuron: number, at: number): void => {
    circuit[at] = neuron;
    barredBy[neuron] = stamp;
    for (const t of circuitsOf[neuron]) {
      for (let s = 0; s < S; s++) barredBy[neurons[t * S + s]] = stamp;
    }
    looked += circuitsOf[neuron].length * S;
  };
  for (let failures = 0; failures < ATTEMPTS && looked < BUDGET && neurons.length < MOST_ENTRIES;) {
    stamp++;
    let found = 0;
    // After a failure, the circuit starts from another neuron.
    add(order[failures === 0 ? 0 : random.below(size)], found++);
    for (let place = 0; place < size && found < S; place++) {
      looked++;
      if (barredBy[order[place]] !== stamp) add(order[place], found++);
    }
    if (found < S) {
      failures++;
      continue;
    }
    failures = 0;
    for (const neuron of circuit) {
      circuitsOf[neuron].push(neurons.length / S);
      grow(queue, neuron);
    }
    neurons.push(...circuit);
    if (neurons.length / S === LARGEST) break;
  }
  return Uint32Array.from(neurons);
});

/**
 * The largest T that the greedy search reaches before it gets stuck or exhausts its budget; Infinity for S = 1, and 0
 * if P < S. Depends only on P and S.
 *
 * @throws InputError when P or S is not a whole number from 1 to 16,777,216
 */
export function maxGreedy(block: BlockAndRedundancy): number {
  return largestBy(block, () => layDown(block).length / block.S);
}

/**
 * Gives each of T circuits the least loaded neurons such that any two circuits share at most one neuron. Works for any
 * P and S; the largest T is a few tenths of the upper bound. For every T, the loads differ by only a few circuits, and
 * the rows for a larger T begin with the rows for a smaller T.
 *
 * @returns neurons [T][S]; any two circuits share at most one neuron
 * @throws InputError when T circuits do not fit
 */
export function greedy(size: AssignmentSize): Assignment {
  return laidOutBy(size, maxGreedy(size), "greedy", ({ T, P, S }) => {
    return { T, P, S, neurons: layDown({ P, S }).slice(0, T * S) };
  });
}
