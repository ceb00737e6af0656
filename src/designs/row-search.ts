import { circuitsByNeuron, rowsInOrder, type Assignment } from "../assignment/assignment.js";
import { logOfFraction, type RandomSequence } from "../base/random.js";

/** The largest number of swaps tried per layer. */
const SWAPS = 60_000;
/** The initial temperature, the factor applied to it after each stage, and the number of stages. */
const FIRST_TEMPERATURE = 0.004;
const COOLING = 0.8;
const STAGES = 20;
/** Cost of a return, in which another circuit's weights move the x of circuit t back to a cell of t. */
const RETURN = 0.02;
/** Smaller differences in cost may be due to rounding. */
const ROUNDING = 1e-9;

/**
 * Bits per digit of a packed number: digit k is the number of circuits whose count moves between k and k + 1. Packing
 * all digits into one number is faster than counting in an array. When circuit t joins or leaves a cell, only the
 * circuits in t's S current cells can be affected: at most 366 circuits if T is at most 10,000.
 */
const DIGIT = 10;

/**
 * Chooses each circuit's row in the next layer by simulated annealing: two circuits swap their rows, and a swap
 * that raises the cost is kept with probability `exp(−increase/temperature)`.
 *
 * Let N(n) be the set of cells now used by the circuits that will use cell n in the next layer; these are the cells
 * that n reads. If a circuit that will not use n has k of its three cells in N(n), it drives n's gate to k/3. The
 * search avoids:
 *
 * - Gates that open for the wrong circuits. If c_k circuits drive n's gate to k/3, the probability that z active
 *   circuits open it is
 *     `z·c_3/T + C(z,2)·(2·c_1·c_2 + c_2²)/T² + C(z,3)·c_1³/T³`.
 *   The first term is for single circuits, the second for pairs, and the third for triples in which no pair opens the
 *   gate.
 * - Returns of x. If the x vectors of circuits t and u are in the same cell at present, u's weights also move t's x,
 *   possibly to a cell that belongs to t in the next layer.
 *
 * If every c_3 is 0 and there are no returns, a single active circuit is computed exactly: no other gate opens, and
 * shut gates remove everything that this circuit's x leaves in other cells. For z = 1, the cost has no other terms, and
 * the search ends as soon as the cost is 0.
 *
 * @param rows the rows to deal out; S = 3
 * @param before each circuit's current row, with the same T, S and P; a circuit's x is in the first cell of its row
 * @param z number of circuits active at once, 1 or more
 */
export function annealedRows(rows: Assignment, before: Assignment, z: number, random: RandomSequence): Assignment {
  const { T, P, S } = rows;
  /** Circuit t gets row order[t]. */
  const order = random.permutation(T);
  // Signed, like all indices here: JavaScript engines compute sums of unsigned numbers in float64.
  const rowCells = Int32Array.from(rows.neurons);
  const cellsNow = Int32Array.from(before.neurons);
  /** The circuits that use each cell at present. */
  const byCell = circuitsByNeuron(before);
  const starts = Int32Array.from(byCell.starts);
  const circuits = Int32Array.from(byCell.circuits);
  const sharing = sharingFirstCell(before);
  /** How many of cell n's circuits use cell m at present, [P][P]. */
  const linked = new Uint8Array(P * P);
  /** The number of circuit v's cells that are in N(n), [P][T]. */
  const driven = new Uint8Array(P * T);
  /**
   * For k = 0…S, the number of circuits with k cells in N(n), including n's own circuits, which have all S cells there,
   * [P][S+1].
   */
  const counts = new Int32Array(P * (S + 1));
  /** The number of circuits that use cell n; it never changes. */
  const load = new Uint32Array(P);
  const [single, pair, triple] = [z / T, (z * (z - 1)) / (2 * T ** 2), (z * (z - 1) * (z - 2)) / (6 * T ** 3)];
  for (let n = 0; n < P; n++) counts[n * (S + 1)] = T;
  for (let t = 0; t < T; t++) {
    for (let s = 0; s < S; s++) {
      const n = cell(t, s);
      load[n]++;
      move(n, t, 1);
    }
  }
  const costs = Float64Array.from({ length: P }, (_, n) => cost(n));

  let temperature = FIRST_TEMPERATURE;
  let total = costs.reduce((sum, own) => sum + own, 0) + allReturns();
  for (let stage = 0; stage < STAGES; stage++) {
    for (let left = SWAPS / STAGES; left > 0; left--) {
      if (total < ROUNDING) return rowsInOrder(rows, order);
      total += trySwap(temperature);
    }
    temperature *= COOLING;
  }
  return rowsInOrder(rows, order);

  function cell(t: number, s: number): number {
    return rowCells[order[t] * S + s];
  }

  /** Swaps the rows of two circuits, and undoes the swap if it costs too much; returns the change in cost. */
  function trySwap(temperature: number): number {
    const t = random.below(T);
    const u = random.below(T);
    if (t === u) return 0;
    let change = -returns(t) - returns(u, t);
    swapOrder(t, u);
    change += returns(t) + returns(u, t);
    // Costs are never negative, so the total change will be at least `change − rest`, where `rest` is the old cost of
    // the cells still to be counted. Most swaps can therefore be rejected before all of their cells have been
    // recounted.
    let rest = 0;
    for (let s = 0; s < S; s++) rest += costs[cell(t, s)] + costs[cell(u, s)];
    let allowed = NaN;
    for (let k = 0; k < 2 * S; k++) {
      if (change - rest > ROUNDING) {
        if (Number.isNaN(allowed)) allowed = drawAllowed(temperature);
        if (change - rest > allowed + ROUNDING) return leave(t, u, k);
      }
      const n = recount(t, u, k);
      change += cost(n) - costs[n];
      rest -= costs[n];
    }
    if (change > 0 && change > (Number.isNaN(allowed) ? drawAllowed(temperature) : allowed)) return leave(t, u, 2 * S);
    for (let s = 0; s < S; s++) {
      for (const n of [cell(t, s), cell(u, s)]) costs[n] = cost(n);
    }
    return change;
  }

  /** Draws a random limit; a swap is kept if it raises the cost by no more than this limit. */
  function drawAllowed(temperature: number): number {
    return -temperature * logOfFraction(random.word() + 1);
  }

  function swapOrder(t: number, u: number): void {
    [order[t], order[u]] = [order[u], order[t]];
  }

  /** Undoes a swap after only its first `counted` cells have been recounted. Returns the change in cost, which is 0. */
  function leave(t: number, u: number, counted: number): 0 {
    swapOrder(t, u);
    for (let k = counted - 1; k >= 0; k--) recount(u, t, k);
    return 0;
  }

  /**
   * After a swap of the rows of t and u, updates the counts for one cell and returns it: cell k/2 of t's row if k is
   * even, cell (k − 1)/2 of u's row if k is odd. A cell in both rows needs no change.
   */
  function recount(t: number, u: number, k: number): number {
    const [joins, leaves] = k % 2 === 0 ? [t, u] : [u, t];
    const n = cell(joins, k >> 1);
    if (!isInRow(n, order[leaves] * S)) {
      move(n, joins, 1);
      move(n, leaves, -1);
    }
    return n;
  }

  function isInRow(cell: number, row: number): boolean {
    for (let s = 0; s < S; s++) if (rowCells[row + s] === cell) return true;
    return false;
  }

  /** Puts circuit t on cell n (direction 1) or takes it off (−1): adds t's current cells to N(n) or removes them. */
  function move(n: number, t: number, direction: 1 | -1): void {
    const drive = n * T;
    const links = n * P;
    // A link is new if its count was 0 before, and gone if it is 0 afterwards; in both cases, the smaller of the two
    // counts is 0.
    const lower = direction === 1 ? 0 : -1;
    let steps = 0;
    for (let s = t * S; s < (t + 1) * S; s++) {
      const m = cellsNow[s];
      const linkCount = linked[links + m];
      linked[links + m] = linkCount + direction;
      if (linkCount + lower > 0) continue;
      const end = starts[m + 1];
      for (let at = starts[m]; at < end; at++) {
        const index = drive + circuits[at];
        const own = driven[index];
        driven[index] = own + direction;
        steps += 1 << (DIGIT * (own + lower));
      }
    }
    countSteps(n, steps, direction);
  }

  /**
   * Updates the counts of cell n: digit k of `steps` says how many circuits move from count k to count k + 1, or back
   * if `sign` is −1.
   */
  function countSteps(n: number, steps: number, sign: 1 | -1): void {
    for (let k = n * (S + 1); steps > 0; k++, steps >>= DIGIT) {
      const moved = sign * (steps & ((1 << DIGIT) - 1));
      counts[k] -= moved;
      counts[k + 1] += moved;
    }
  }

  /** The expected rate at which cell n is opened by active circuits that do not use it. */
  function cost(n: number): number {
    const at = n * (S + 1);
    const one = counts[at + 1];
    const two = counts[at + 2];
    const three = counts[at + 3] - load[n];
    return single * three + pair * (2 * one + two) * two + triple * one * one * one;
  }

  /**
   * Cost of the returns between circuit t and the circuits whose x is now in the same cell as t's, without those
   * between t and the circuit `except`.
   */
  function returns(t: number, except = t): number {
    let count = 0;
    for (const u of sharing[t]) {
      if (u === except) continue;
      if (isInRow(cell(u, 0), order[t] * S)) count++;
      if (isInRow(cell(t, 0), order[u] * S)) count++;
    }
    return RETURN * count;
  }

  function allReturns(): number {
    let sum = 0;
    for (let t = 0; t < T; t++) sum += returns(t);
    return sum / 2;
  }
}

/**
 * Deals out rows at random, then swaps some until no two circuits whose x vectors share a cell in the current layer
 * also share one in the next. Gives up after many rounds.
 */
export function separatedRows(rows: Assignment, before: Assignment, random: RandomSequence): Assignment {
  const { T, S } = rows;
  const order = random.permutation(T);
  const sharing = sharingFirstCell(before);
  const cell = (t: number): number => rows.neurons[order[t] * S];
  for (let round = 0; round < 200; round++) {
    let isSeparated = true;
    for (let t = 0; t < T; t++) {
      if (!sharing[t].some((u) => cell(u) === cell(t))) continue;
      isSeparated = false;
      const other = random.below(T);
      [order[t], order[other]] = [order[other], order[t]];
    }
    if (isSeparated) break;
  }
  return rowsInOrder(rows, order);
}

/** For every circuit, the other circuits with x in the same cell, which is the first cell of their rows. */
function sharingFirstCell({ T, S, P, neurons }: Assignment): number[][] {
  const inCell: number[][] = Array.from({ length: P }, () => []);
  for (let t = 0; t < T; t++) inCell[neurons[t * S]].push(t);
  return Array.from({ length: T }, (_, t) => inCell[neurons[t * S]].filter((u) => u !== t));
}
