import type { OwnedWeight } from "./owned-weights.js";
import type { ComponentTruth } from "./truth.js";

/** The reference for components: Q_t and R_t project onto the column space and the row space of W_t. */
export function ownedTruth(owned: readonly OwnedWeight[], D: number): ComponentTruth {
  return {
    ...{ T: owned.length, D },
    energies: Float64Array.from(owned, ({ values }) => values.reduce((sum, value) => sum + value * value, 0)),
    chanceShare: owned.reduce((sum, { values }) => sum + values.length ** 2, 0) / owned.length / (D * D),
    compare:
      ({ r, U, V }) =>
      (c, squares, inner) => {
        owned.forEach(({ written, read, values, left, right }, t) => {
          const lefts = left.map((column) => sums(r, (k) => dot(column, written, (n) => U[(c * D + n) * r + k])));
          const rights = right.map((row) => sums(r, (k) => dot(row, read, (m) => V[(c * r + k) * D + m])));
          let [square, product] = [0, 0];
          lefts.forEach((a, i) => {
            rights.forEach((b, j) => {
              const core = a.reduce((sum, value, k) => sum + value * b[k], 0);
              square += core * core;
              if (i === j) product += values[i] * core;
            });
          });
          squares[t] = square;
          inner[t] = product;
        });
      },
  };
}

function sums(r: number, of: (k: number) => number): number[] {
  return Array.from({ length: r }, (_, k) => of(k));
}

function dot(weights: readonly number[], neurons: readonly number[], of: (neuron: number) => number): number {
  let sum = 0;
  for (let k = 0; k < neurons.length; k++) sum += weights[k] * of(neurons[k]);
  return sum;
}
