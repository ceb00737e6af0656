import type { Assignment } from "../assignment/assignment.js";
import type { RandomSequence } from "../base/random.js";

/** Costs of two circuits in one cell: both cells the same, and cells shared with the layer before. */
const ONE_CIRCUIT_TWICE = 1e6;
const SHARED_BEFORE = 1e4;
/** Swaps that are tried per circuit and layer. */
const SWAPS_PER_CIRCUIT = 200;
/** A cell that costs less is left as it is. */
const LOW_COST = 0.5;

/**
 * Windows: which cells the circuits have, layer by layer, all cells as full as all others (to one circuit), drawn at
 * random and then improved by swaps.
 *
 * What a window should avoid, for circuits u and t in one cell:
 * - that they shared a cell in the layer before (parting): what reaches the other's cell would come straight back;
 * - that they met before, or that u met one of those that t shared a cell with in the layer before, since what u leaves
 *   there t carries into this cell. `met` counts both: an error that arrives twice in one pair adds up in amplitude, 1 and
 *   then 4, while in two pairs it adds up in squares.
 *
 * @param T circuits, each on S different cells of P
 * @returns neurons [T][S] for each of L layers
 */
export function drawWindows(size: Pick<Assignment, "T" | "S" | "P">, L: number, random: RandomSequence): Assignment[] {
  const met = new Uint16Array(size.T * size.T);
  const windows: Assignment[] = [];
  for (let l = 0; l < L; l++) {
    const search = new WindowSearch(size, windows.at(-1) ?? null, met, random);
    search.improve();
    search.countMeetings();
    windows.push({ ...size, neurons: search.cellsOf });
  }
  return windows;
}

/** One layer's window while it is being improved. */
class WindowSearch {
  /** [T][S] */
  readonly cellsOf: Uint32Array;
  readonly #T: number;
  readonly #S: number;
  readonly #met: Uint16Array;
  readonly #random: RandomSequence;
  /** Circuits of every cell. */
  readonly #members: number[][];
  /** Circuits that each circuit shared a cell with in the layer before. */
  readonly #before: readonly (readonly number[])[];
  readonly #pairs: Int32Array;
  readonly #costs: Float64Array;

  constructor(
    { T, S, P }: Pick<Assignment, "T" | "S" | "P">,
    previous: Assignment | null,
    met: Uint16Array,
    random: RandomSequence,
  ) {
    this.#T = T;
    this.#S = S;
    this.#met = met;
    this.#random = random;
    this.#before = previous === null ? Array.from({ length: T }, () => []) : circuitsSharingCells(previous);
    const slots: number[] = [];
    while (slots.length < T * S) slots.push(...random.permutation(P));
    slots.length = T * S;
    const order = random.permutation(slots.length);
    this.cellsOf = Uint32Array.from(order, (slot) => slots[slot]);
    this.#members = Array.from({ length: P }, () => []);
    this.cellsOf.forEach((cell, at) => this.#members[cell].push(Math.floor(at / S)));
    this.#pairs = this.#pairCosts();
    this.#costs = Float64Array.from(this.#members, (circuits) => this.#cost(circuits));
  }

  #cost(circuits: readonly number[]): number {
    return circuits.reduce((sum, u, at) => sum + this.#costOf(u, circuits, at), 0) / 2;
  }

  /** What u costs in both directions with all circuits of a list but the one at `skip`. */
  #costOf(u: number, circuits: readonly number[], skip: number): number {
    const row = u * this.#T;
    let cost = 0;
    for (let k = 0; k < circuits.length; k++) if (k !== skip) cost += this.#pairs[row + circuits[k]];
    return cost;
  }

  /**
   * What two circuits in one cell cost, both ways, [T][T]: u reaches t here, and by way of those that t met in the layer
   * before. A circuit with itself costs most.
   */
  #pairCosts(): Int32Array {
    const T = this.#T;
    const costs = new Int32Array(T * T);
    for (let t = 0; t < T; t++) {
      const before = this.#before[t];
      for (let u = 0; u < T; u++) {
        const row = u * T;
        let cost = this.#met[row + t];
        for (let k = 0; k < before.length; k++) {
          const v = before[k];
          cost += v === u ? SHARED_BEFORE : this.#met[row + v];
        }
        costs[row + t] += cost;
        costs[t * T + u] += cost;
      }
    }
    for (let t = 0; t < T; t++) costs[t * T + t] = 2 * ONE_CIRCUIT_TWICE;
    return costs;
  }

  /** Swaps two circuits' cells wherever that does not make the two cells cost more. */
  improve(): void {
    const random = this.#random;
    for (let left = SWAPS_PER_CIRCUIT * this.#T; left > 0; left--) {
      const at = random.below(this.cellsOf.length);
      const cell = this.cellsOf[at];
      if (this.#costs[cell] < LOW_COST) continue;
      const other = random.below(this.cellsOf.length);
      const otherCell = this.cellsOf[other];
      if (cell === otherCell) continue;
      const [u, v] = [Math.floor(at / this.#S), Math.floor(other / this.#S)];
      const [circuits, others] = [this.#members[cell], this.#members[otherCell]];
      const [i, j] = [circuits.indexOf(u), others.indexOf(v)];
      const change = this.#costOf(v, circuits, i) - this.#costOf(u, circuits, i);
      const otherChange = this.#costOf(u, others, j) - this.#costOf(v, others, j);
      if (change + otherChange > 0) continue;
      this.cellsOf[at] = otherCell;
      this.cellsOf[other] = cell;
      circuits[i] = v;
      others[j] = u;
      this.#costs[cell] += change;
      this.#costs[otherCell] += otherChange;
    }
  }

  /** Counts who met whom, for the layers to come. */
  countMeetings(): void {
    const meet = (u: number, t: number): void => void this.#met[u * this.#T + t]++;
    for (const circuits of this.#members) {
      for (const u of circuits) {
        for (const t of circuits) {
          if (u === t) continue;
          meet(u, t);
          for (const v of this.#before[t]) if (v !== u) meet(u, v);
        }
      }
    }
  }
}

/** For every circuit the others in its cells. */
function circuitsSharingCells({ T, S, P, neurons }: Assignment): number[][] {
  const members: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((cell, at) => members[cell].push(Math.floor(at / S)));
  return Array.from({ length: T }, (_, t) =>
    Array.from(neurons.subarray(t * S, (t + 1) * S)).flatMap((cell) => members[cell].filter((u) => u !== t)),
  );
}
