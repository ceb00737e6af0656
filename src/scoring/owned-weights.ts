import { Matrix, SingularValueDecomposition } from "ml-matrix";
import { componentEntries, type Entries } from "../exchange/multi-part-tensors.js";
import type { Layer } from "../network/layer.js";
import type { MultiPartNetwork } from "../network/multi-part.js";

/**
 * A network of several parts. Its layers show which weights belong to which circuit. For a network read from a file,
 * `owned` gives these weights instead, from the file's tables.
 */
export interface OwningNetwork extends MultiPartNetwork {
  /** Factors U_t, V_t of the weights that each circuit t owns in layer n; null if no circuit owns weights there. */
  readonly owned?: (n: number) => Factors | null;
}

interface Factors {
  readonly U: Entries;
  readonly V: Entries;
}

/**
 * One circuit's weights, `W_t = Σ_k values[k]·left_k right_kᵀ`, which involve few neurons. The singular values are in
 * descending order.
 */
export interface OwnedWeight {
  /** The neurons that W_t writes and reads. */
  readonly written: readonly number[];
  readonly read: readonly number[];
  readonly values: readonly number[];
  /** [values][written] and [values][read], orthonormal. */
  readonly left: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
}

/** Singular values below this share of the largest are rounding noise, because factors are float32. */
const LEAST = 1e-6;

const known = new WeakMap<Layer, OwnedWeight[]>();

/** The weights of layer n that each circuit owns, [T], as singular values and vectors; empty if no circuit owns any. */
export function ownedWeights(network: OwningNetwork, n: number): OwnedWeight[] {
  const layer = network.layers[n - 1];
  const before = known.get(layer);
  if (before !== undefined) return before;
  const { T } = network.circuits;
  const factors = factorsOf(network, n);
  if (factors === null) return [];
  const [U, V] = [columnsOf(factors.U, T), columnsOf(factors.V, T)];
  const owned = U.map((own, t) => ownedWeight(own, V[t]));
  known.set(layer, owned);
  return owned;
}

function factorsOf(network: OwningNetwork, n: number): Factors | null {
  if (n === 1) return null;
  const factors = network.owned === undefined ? componentEntries(network, network.layers[n - 1]) : network.owned(n);
  return factors === null || factors.U.value.length === 0 ? null : factors;
}

/** Numbers of the layers in which circuits own weights. */
export function owningLayers(network: OwningNetwork): number[] {
  return network.layers.flatMap((_, k) => (factorsOf(network, k + 1) === null ? [] : [k + 1]));
}

/** The entries for each circuit and each k, keyed by neuron. */
function columnsOf({ index, value }: Entries, T: number): Map<number, Map<number, number>>[] {
  const all = Array.from({ length: T }, () => new Map<number, Map<number, number>>());
  value.forEach((entry, e) => {
    const [t, k, neuron] = [index[3 * e], index[3 * e + 1], index[3 * e + 2]];
    const column = all[t].get(k) ?? new Map<number, number>();
    all[t].set(k, column.set(neuron, (column.get(neuron) ?? 0) + entry));
  });
  return all;
}

function ownedWeight(U: Map<number, Map<number, number>>, V: Map<number, Map<number, number>>): OwnedWeight {
  const neurons = (columns: Map<number, Map<number, number>>): number[] =>
    [...new Set([...columns.values()].flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  const [written, read] = [neurons(U), neurons(V)];
  const none = { written: [], read: [], values: [], left: [], right: [] };
  if (written.length === 0 || read.length === 0) return none;
  const W = Matrix.zeros(written.length, read.length);
  for (const [k, column] of U) {
    const row = V.get(k) ?? new Map<number, number>();
    written.forEach((n, i) => {
      const value = column.get(n) ?? 0;
      if (value !== 0) read.forEach((m, j) => W.set(i, j, W.get(i, j) + value * (row.get(m) ?? 0)));
    });
  }
  const { diagonal, leftSingularVectors, rightSingularVectors } = new SingularValueDecomposition(W, {
    autoTranspose: true,
  });
  const kept = Array.from(diagonal.keys()).filter((k) => diagonal[k] > LEAST * diagonal[0]);
  return {
    ...{ written, read },
    values: kept.map((k) => diagonal[k]),
    left: kept.map((k) => leftSingularVectors.getColumn(k)),
    right: kept.map((k) => rightSingularVectors.getColumn(k)),
  };
}
