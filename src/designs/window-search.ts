import type { Assignment } from "../assignment/assignment.js";
import type { RandomSequence } from "../base/random.js";

/** Costs within a cell: one circuit that is in it twice, and two circuits that shared a cell in the layer before. */
const ONE_CIRCUIT_TWICE = 1e6;
const SHARED_BEFORE = 1e4;
/** Swaps tried per circuit and layer. */
const SWAPS_PER_CIRCUIT = 200;
/** Cells that cost less are left unchanged. */
const LOW_COST = 0.5;

/**
 * Windows: the cells of the circuits, layer by layer, all cells equally full (to one circuit), drawn at random and then
 * improved by swaps.
 *
 * A window should avoid, for circuits u and t in one cell:
 * - sharing a cell in two layers in a row (parting): anything that reached the other's cell would come straight back;
 * - meeting again, or a meeting of u with one of the circuits that t shared a cell with in the layer before, since t
 * carries what u left there into this cell. `met` counts both: an error that arrives twice in one pair adds up in
 * amplitude,
 *   1 and then 4, while in two pairs it adds up in squares.
 *
 * @param T circuits, each on S different cells of P
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
 * One layer's cells, drawn and improved, [T][S].
 *
 * @param met how often each pair met; this layer's meetings are added for later layers
 */
function improvedCells(
  { T, S, P }: Pick<Assignment, "T" | "S" | "P">,
  previous: Assignment | null,
  met: Uint16Array,
  random: RandomSequence,
): Uint32Array {
  /** For each circuit, those that shared a cell with it in the layer before. */
  const before: readonly (readonly number[])[] =
    previous === null ? Array.from({ length: T }, () => []) : circuitsSharingCells(previous);
  const slots: number[] = [];
  while (slots.length < T * S) slots.push(...random.permutation(P));
  slots.length = T * S;
  const order = random.permutation(slots.length);
  const cellsOf = Uint32Array.from(order, (slot) => slots[slot]);
  /** Circuits of every cell. */
  const members: number[][] = Array.from({ length: P }, () => []);
  cellsOf.forEach((cell, at) => members[cell].push(Math.floor(at / S)));
  const pairs = pairCosts(T, before, met);
  /** The cost of u with all circuits of a list except the one at `skip`, in both directions. */
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

  // Circuits swap cells if the two cells then cost no more than before.
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
 * The cost of two circuits in one cell, both ways, [T][T]: u reaches t here, and through the circuits that t met in the
 * layer before. A circuit paired with itself costs most.
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

/** For every circuit, the others in its cells. */
function circuitsSharingCells({ T, S, P, neurons }: Assignment): number[][] {
  const members: number[][] = Array.from({ length: P }, () => []);
  neurons.forEach((cell, at) => members[cell].push(Math.floor(at / S)));
  return Array.from({ length: T }, (_, t) =>
    Array.from(neurons.subarray(t * S, (t + 1) * S)).flatMap((cell) => members[cell].filter((u) => u !== t)),
  );
}
