import { given, InputError, wholeNumber } from "../base/errors.js";
import { checkDraw, RandomSequence } from "../base/random.js";
import {
  checkAssignment,
  checkBlock,
  circuitsByNeuron,
  LARGEST,
  type Assignment,
  type AssignmentSize,
} from "./assignment.js";

/** Seed of a random assignment, and the conditions on the assignment besides even loads. */
export interface FreshDraw {
  readonly seed: number;
  readonly network?: number;
  /** The layer's index; the assignments of different layers are drawn independently. */
  readonly layer?: number;
  /** The previous layer. Circuits that share a neuron in that layer share none in this one. */
  readonly partFrom?: Assignment;
  /** If true, any two circuits share at most one neuron. */
  readonly sharesAtMostOne?: boolean;
}

/** The number of passes over misplaced neurons, and the number of exchanges tried for each neuron. */
const PASSES = 300;
const EXCHANGES = 40;

/** Limit on the number of circuits examined for one assignment; examining this many takes a few seconds. */
const BUDGET = 1_000_000_000;

/** The number of forbidden pairs that a neuron occurring twice in a circuit counts as. */
const REPEATED = 1000;

/** Deals the neurons like cards: permutations of all P neurons, one after another, cut into T hands of S. */
function deal({ T, P, S }: AssignmentSize, random: RandomSequence): Uint32Array {
  const neurons = new Uint32Array(T * S);
  for (let filled = 0; filled < neurons.length; filled += P) {
    neurons.set(random.permutation(P).subarray(0, neurons.length - filled), filled);
  }
  return neurons;
}

/**
 * A random assignment whose loads differ by at most one, drawn independently for every layer.
 *
 * Neurons are dealt from shuffled packs of all P neurons, so each is dealt ⌊T·S/P⌋ or ⌈T·S/P⌉ times. Conflicts are
 * then resolved by exchanging two neurons between two circuits, which leaves every load unchanged. A conflict is a
 * neuron that occurs twice in a circuit, or a pair of circuits that share a neuron both in this layer and in the
 * previous layer. On request, a pair that shares two neurons in this layer is also a conflict. Each exchange is the
 * best of a few random candidates.
 *
 * @returns neurons [T][S], which depend only on the sizes, the previous layer, the seed, the network and the layer
 * @throws InputError when the sizes are out of bounds, or conflicts remain after a bounded number of exchanges
 */
export function freshBalanced(size: AssignmentSize, draw: FreshDraw): Assignment {
  checkBlock(size);
  const { T, P, S } = size;
  wholeNumber("S", S, 1, P);
  wholeNumber("T", T, 1, Math.floor(LARGEST / S));
  const {
    seed,
    network = 0,
    layer = 0,
    partFrom,
    sharesAtMostOne = false,
  } = given("draw", draw, "an object { seed, … }");
  checkDraw(seed, network);
  checkDraw(seed, layer, "layer");
  if (partFrom !== undefined) checkAssignment("partFrom", partFrom);
  if (partFrom !== undefined && partFrom.T !== T) {
    throw new InputError(`T = ${T}: must be ${partFrom.T}, the number of circuits in the previous layer.`, "conflict");
  }
  const random = new RandomSequence(seed, "embedding", network, layer);
  const neurons = deal({ T, P, S }, random);
  const before = partFrom && circuitsByNeuron(partFrom);

  const users: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((neuron, slot) => users[neuron].push(Math.floor(slot / S)));

  // `wrong[k][u]` is 1 if circuit u must not share any more neurons with circuit k (0 or 1) of an exchange.
  const wrong = [new Uint8Array(T), new Uint8Array(T)];
  let looked = 0;
  const marked: [number[], number[]] = [[], []];
  /** Marks the circuits with which the slot's circuit must not share the neuron in this slot. */
  const mark = (which: 0 | 1, slot: number): void => {
    const list = marked[which];
    for (const u of list) wrong[which][u] = 0;
    looked += list.length;
    list.length = 0;
    const t = Math.floor(slot / S);
    const bar = (u: number): void => {
      wrong[which][u] = 1;
      list.push(u);
    };
    if (partFrom && before) {
      for (let s = 0; s < partFrom.S; s++) {
        const n = partFrom.neurons[t * partFrom.S + s];
        for (let at = before.starts[n]; at < before.starts[n + 1]; at++) bar(before.circuits[at]);
      }
    }
    if (!sharesAtMostOne) return;
    for (let other = t * S; other < (t + 1) * S; other++) {
      if (other !== slot) for (const u of users[neurons[other]]) bar(u);
    }
  };
  /**
   * The conflicts that neuron n would cause for the slot's circuit, not counting those between the two circuits of the
   * exchange.
   */
  const cost = (which: 0 | 1, slot: number, n: number, u: number): number => {
    const t = Math.floor(slot / S);
    let sum = 0;
    looked += users[n].length;
    for (const other of users[n]) if (other !== t && other !== u) sum += wrong[which][other];
    for (let other = t * S; other < (t + 1) * S; other++) if (other !== slot && neurons[other] === n) sum += REPEATED;
    return sum;
  };
  const move = (slot: number, from: number, to: number): void => {
    const t = Math.floor(slot / S);
    const list = users[from];
    list[list.indexOf(t)] = list[list.length - 1];
    list.pop();
    users[to].push(t);
    neurons[slot] = to;
  };

  /** Exchanges the slot's neuron for the best of a few others, unless this adds conflicts. */
  const mend = (slot: number): void => {
    const t = Math.floor(slot / S);
    mark(0, slot);
    const mine = neurons[slot];
    const own = cost(0, slot, mine, t);
    if (own === 0) return;
    let best = -1;
    let least = 1;
    for (let k = 0; k < EXCHANGES; k++) {
      const other = random.below(T * S);
      const u = Math.floor(other / S);
      const theirs = neurons[other];
      if (u === t || mine === theirs) continue;
      const gained = cost(0, slot, theirs, u) - own;
      if (gained >= least) continue;
      mark(1, other);
      const growth = gained + cost(1, other, mine, t) - cost(1, other, theirs, u);
      if (growth < least) [best, least] = [other, growth];
    }
    if (best < 0) return;
    const theirs = neurons[best];
    move(slot, mine, theirs);
    move(best, theirs, mine);
  };
  const wrongSlots = (): Uint32Array =>
    random.permutation(T * S).filter((slot) => {
      mark(0, slot);
      return cost(0, slot, neurons[slot], Math.floor(slot / S)) > 0;
    });

  const cannotBeWrong = S === 1 && partFrom === undefined;
  let left = cannotBeWrong ? new Uint32Array() : wrongSlots();
  for (let pass = 0; left.length > 0 && pass < PASSES && looked < BUDGET; pass++) {
    for (const slot of left) mend(slot);
    left = wrongSlots();
  }
  if (left.length > 0) {
    throw new InputError(
      `T = ${T}, P = ${P}, S = ${S}: no balanced draw without conflicts was found; ` +
        `${left.length} of ${T * S} neurons still conflict. Use a smaller T or S, or a larger P.`,
    );
  }
  return { T, P, S, neurons };
}
