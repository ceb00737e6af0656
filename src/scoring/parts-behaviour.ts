import { memoize } from "../base/memoize.js";
import { denseBias, denseWeights } from "../network/dense.js";
import type { Layer } from "../network/layer.js";
import { addComponent, type AssignedComponents, type ComponentRunner } from "./behaviour.js";
import { readRow } from "./directions.js";
import { ownedWeights, type OwnedWeight, type OwningNetwork } from "./owned-weights.js";
import { readoutRows } from "./samples.js";
import { layersOf } from "./scored-network.js";

/** The rows of a matrix, stored as their nonzero entries. */
interface SparseRows {
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly values: Float64Array;
}

/**
 * Runs a network of several parts with components in place of the weights that circuits own; all other weights stay
 * unchanged.
 */
export function partsRunner(network: OwningNetwork, layers: ReadonlyMap<number, AssignedComponents>): ComponentRunner {
  const { circuits, parts, constants } = network;
  const { D } = layersOf(network);
  const { L, d } = circuits;
  const last = network.steps[L - 1];
  const whole = memoize((layer: Layer) => sparseRows(denseWeights(network, network.layers.indexOf(layer) + 1), D));
  const biases = memoize((layer: Layer) => denseBias(parts, layer));
  const weights = network.layers.slice(0, last).map((layer, k) => {
    if (k === 0) return null;
    return layers.has(k + 1) ? restOf(network, k + 1, D) : whole(layer);
  });
  const rows = readoutRows(circuits.readouts);
  const readsOf = memoize((key: { readonly t: number }) => rows.map((_, r) => readRow(network, L, key.t, r)));
  const keys = Array.from({ length: circuits.T }, (_, t) => ({ t }));
  return {
    ...{ D, circuits, from: 0 },
    forward(kept, first) {
      let before = first;
      weights.forEach((own, k) => {
        const sum = Float64Array.from(biases(network.layers[k]));
        if (own === null) before.forEach((value, n) => (sum[n] += value));
        else addSparse(sum, own, before);
        const components = layers.get(k + 1)?.components;
        if (components !== undefined) {
          for (const c of kept.get(k + 1) ?? []) addComponent(sum, components, c, before);
        }
        before = Float32Array.from(sum, (value) => Math.max(0, value));
      });
      return before;
    },
    readError(A, active, truth) {
      let [size, error] = [0, 0];
      active.forEach((t, slot) => {
        const reads = readsOf(keys[t]);
        rows.forEach(({ row }, r) => {
          let y = 0;
          for (let j = 0; j < d; j++) y += row[j] * truth[slot * d + j];
          let read = constants[L - 1][r];
          for (const [neuron, weight] of reads[r]) read += weight * A[neuron];
          size += y * y;
          error += (read - y) ** 2;
        });
      });
      return [size, error];
    },
  };
}

/** The part of a layer's weights that no circuit owns: W − Σ_t W_t. */
function restOf(network: OwningNetwork, n: number, D: number): SparseRows {
  const rest = Float64Array.from(denseWeights(network, n));
  for (const own of ownedWeights(network, n) ?? []) subtract(rest, own, D);
  return sparseRows(rest, D);
}

function subtract(rest: Float64Array, { written, read, values, left, right }: OwnedWeight, D: number): void {
  written.forEach((n, i) => {
    read.forEach((m, j) => {
      values.forEach((value, k) => (rest[n * D + m] -= value * left[k][i] * right[k][j]));
    });
  });
}

function sparseRows(W: ArrayLike<number>, D: number): SparseRows {
  const starts = new Uint32Array(D + 1);
  const [columns, values]: [number[], number[]] = [[], []];
  for (let n = 0; n < D; n++) {
    for (let m = 0; m < D; m++) {
      const value = W[n * D + m];
      if (value === 0) continue;
      columns.push(m);
      values.push(value);
    }
    starts[n + 1] = columns.length;
  }
  return { starts, columns: Uint32Array.from(columns), values: Float64Array.from(values) };
}

function addSparse(sum: Float64Array, { starts, columns, values }: SparseRows, A: Float32Array): void {
  for (let n = 0; n < sum.length; n++) {
    let value = 0;
    for (let e = starts[n]; e < starts[n + 1]; e++) value += values[e] * A[columns[e]];
    sum[n] += value;
  }
}
