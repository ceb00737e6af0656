import type { Assignment } from "../assignment/assignment.js";
import type { RandomSequence } from "../random.js";

/** Costs of two circuits in one cell: both cells the same, and cells shared with the layer before. */
const SAME_CIRCUIT = 1e6;
const AGAIN = 1e4;
/** Swaps that are tried per circuit and layer. */
const TRIES = 200;
/** A cell that costs less is left as it is. */
const ENOUGH = 0.5;

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
    search.remember();
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
    this.#before = previous === null ? Array.from({ length: T }, () => []) : cellMates(previous);
    const slots: number[] = [];
    while (slots.length < T * S) slots.push(...random.permutation(P));
    slots.length = T * S;
    const order = random.permutation(slots.length);
    this.cellsOf = Uint32Array.from(order, (slot) => slots[slot]!);
    this.#members = Array.from({ length: P }, () => []);
    this.cellsOf.forEach((cell, at) => this.#members[cell]!.push(Math.floor(at / S)));
    this.#costs = Float64Array.from(this.#members, (circuits) => this.#cost(circuits));
  }

  #cost(circuits: readonly number[]): number {
    let cost = 0;
    for (let i = 0; i < circuits.length; i++) {
      const u = circuits[i]!;
      for (let j = 0; j < circuits.length; j++) {
        if (i === j) continue;
        const t = circuits[j]!;
        if (u === t) {
          cost += SAME_CIRCUIT;
          continue;
        }
        cost += this.#met[u * this.#T + t]!;
        for (const v of this.#before[t]!) cost += v === u ? AGAIN : this.#met[u * this.#T + v]!;
      }
    }
    return cost;
  }

  /** Swaps two circuits' cells wherever that does not make the two cells cost more. */
  improve(): void {
    const random = this.#random;
    for (let left = TRIES * this.#T; left > 0; left--) {
      const at = random.below(this.cellsOf.length);
      const cell = this.cellsOf[at]!;
      if (this.#costs[cell]! < ENOUGH) continue;
      const other = random.below(this.cellsOf.length);
      const otherCell = this.cellsOf[other]!;
      if (cell === otherCell) continue;
      const [u, v] = [Math.floor(at / this.#S), Math.floor(other / this.#S)];
      const changed = replaced(this.#members[cell]!, u, v);
      const otherChanged = replaced(this.#members[otherCell]!, v, u);
      const [cost, otherCost] = [this.#cost(changed), this.#cost(otherChanged)];
      if (cost + otherCost > this.#costs[cell]! + this.#costs[otherCell]!) continue;
      this.cellsOf[at] = otherCell;
      this.cellsOf[other] = cell;
      this.#members[cell] = changed;
      this.#members[otherCell] = otherChanged;
      this.#costs[cell] = cost;
      this.#costs[otherCell] = otherCost;
    }
  }

  /** Counts who met whom, for the layers to come. */
  remember(): void {
    const meet = (u: number, t: number): void => void this.#met[u * this.#T + t]!++;
    for (const circuits of this.#members) {
      for (const u of circuits) {
        for (const t of circuits) {
          if (u === t) continue;
          meet(u, t);
          for (const v of this.#before[t]!) if (v !== u) meet(u, v);
        }
      }
    }
  }
}

function replaced(circuits: readonly number[], from: number, to: number): number[] {
  const changed = [...circuits];
  changed[circuits.indexOf(from)] = to;
  return changed;
}

/** For every circuit the others in its cells. */
function cellMates({ T, S, P, neurons }: Assignment): number[][] {
  const members: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((cell, at) => members[cell]!.push(Math.floor(at / S)));
  return Array.from({ length: T }, (_, t) =>
    Array.from(neurons.subarray(t * S, (t + 1) * S)).flatMap((cell) => members[cell]!.filter((u) => u !== t)),
  );
}
