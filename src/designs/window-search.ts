import type { Assignment } from "../assignment/assignment.js";
import type { RandomSequence } from "../base/random.js";

/**
 * Costs within a cell: for a circuit that has two places in the cell, and for two circuits that shared a cell in the
 * previous layer.
 */
const ONE_CIRCUIT_TWICE = 1e6;
const SHARED_BEFORE = 1e4;
/** Number of swaps tried per circuit and layer. */
const SWAPS_PER_CIRCUIT = 200;
/** Cells with a lower cost are left unchanged. */
const LOW_COST = 0.5;

/**
 * Draws the cells of the circuits in every layer at random and improves them by swaps. All cells have the same number
 * of circuits, to within one.
 *
 * Two circuits u and t in one cell should not:
 * - have shared a cell in the previous layer: any error that one passed to the other would come straight back;
 * - have met in any earlier layer. If t shared a cell with v in the previous layer, t brings an error from v into this
 *   cell, so `met` counts this as a meeting of u and v, too. If an error arrives twice in the same pair, its amplitudes
 *   add up, so its square is four times as large; if it arrives in two different pairs, only the squares add up.
 *
 * @param size T circuits, each on S different cells out of P
 * @returns neurons [T][S] for each of L layers
 */
export function drawWindows(size: Pick<Assignment, "T" | "S" | "P">, L: number, random: RandomSequence): Assignment[] {
  const met = new Uint16Array(size.T * size.T);
  const windows: Assignment[] = [];
  for (let l = 0; l < L; l++) {
    windows.push({ ...size, neurons: improvedCells(size, windows.at(-1) ?? null, met, random) });
  }
  return windows;
}

/**
 * The cells of one layer, drawn at random and then improved, [T][S].
 *
 * @param met how many times each pair has met; the meetings of this layer are added
 */
function improvedCells(
  { T, S, P }: Pick<Assignment, "T" | "S" | "P">,
  previous: Assignment | null,
  met: Uint16Array,
  random: RandomSequence,
): Uint32Array {
  /** For each circuit, the circuits that shared a cell with it in the previous layer. */
  const before: readonly (readonly number[])[] =
    previous === null ? Array.from({ length: T }, () => []) : circuitsSharingCells(previous);
  const slots: number[] = [];
  while (slots.length < T * S) slots.push(...random.permutation(P));
  slots.length = T * S;
  const order = random.permutation(slots.length);
  const cellsOf = Uint32Array.from(order, (slot) => slots[slot]);
  /** The circuits in each cell. */
  const members: number[][] = Array.from({ length: P }, () => []);
  cellsOf.forEach((cell, at) => members[cell].push(Math.floor(at / S)));
  const pairs = pairCosts(T, before, met);
  /** The cost of putting u in the same cell as all circuits of a list except the one at index `skip`. */
  const costOf = (u: number, circuits: readonly number[], skip: number): number => {
    const row = u * T;
    let cost = 0;
    for (let k = 0; k < circuits.length; k++) if (k !== skip) cost += pairs[row + circuits[k]];
    return cost;
  };
  const costs = Float64Array.from(
    members,
    (circuits) => circuits.reduce((sum, u, at) => sum + costOf(u, circuits, at), 0) / 2,
  );

  // Two circuits swap cells if this does not raise the total cost of the two cells.
  for (let left = SWAPS_PER_CIRCUIT * T; left > 0; left--) {
    const at = random.below(cellsOf.length);
    const cell = cellsOf[at];
    if (costs[cell] < LOW_COST) continue;
    const other = random.below(cellsOf.length);
    const otherCell = cellsOf[other];
    if (cell === otherCell) continue;
    const [u, v] = [Math.floor(at / S), Math.floor(other / S)];
    const [circuits, others] = [members[cell], members[otherCell]];
    const [i, j] = [circuits.indexOf(u), others.indexOf(v)];
    const change = costOf(v, circuits, i) - costOf(u, circuits, i);
    const otherChange = costOf(u, others, j) - costOf(v, others, j);
    if (change + otherChange > 0) continue;
    cellsOf[at] = otherCell;
    cellsOf[other] = cell;
    circuits[i] = v;
    others[j] = u;
    costs[cell] += change;
    costs[otherCell] += otherChange;
  }

  const meet = (u: number, t: number): void => void met[u * T + t]++;
  for (const circuits of members) {
    for (const u of circuits) {
      for (const t of circuits) {
        if (u === t) continue;
        meet(u, t);
        for (const v of before[t]) if (v !== u) meet(u, v);
      }
    }
  }
  return cellsOf;
}

/**
 * The cost of having two circuits in one cell, in both directions, [T][T]: u reaches t directly, and also through t's
 * neighbours in the previous layer. Pairing a circuit with itself costs the most.
 */
function pairCosts(T: number, previous: readonly (readonly number[])[], met: Uint16Array): Int32Array {
  const costs = new Int32Array(T * T);
  for (let t = 0; t < T; t++) {
    const before = previous[t];
    for (let u = 0; u < T; u++) {
      const row = u * T;
      let cost = met[row + t];
      for (let k = 0; k < before.length; k++) {
        const v = before[k];
        cost += v === u ? SHARED_BEFORE : met[row + v];
      }
      costs[row + t] += cost;
      costs[t * T + u] += cost;
    }
  }
  for (let t = 0; t < T; t++) costs[t * T + t] = 2 * ONE_CIRCUIT_TWICE;
  return costs;
}

/** For every circuit, the other circuits in its cells. */
function circuitsSharingCells({ T, S, P, neurons }: Assignment): number[][] {
  const members: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((cell, at) => members[cell].push(Math.floor(at / S)));
  return Array.from({ length: T }, (_, t) =>
    Array.from(neurons.subarray(t * S, (t + 1) * S)).flatMap((cell) => members[cell].filter((u) => u !== t)),
  );
}
