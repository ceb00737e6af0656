import type { Incoming } from "../../runs/incoming.js";

/** What one neuron adds to the sum of another. */
export interface Contribution {
  /** Of the layer before. */
  readonly neuron: number;
  readonly weight: number;
  readonly activation: number;
  readonly product: number;
}

/** A neuron's incoming sum, taken apart. */
export interface NeuronSum {
  /** The largest, first. */
  readonly largest: readonly Contribution[];
  /** All others that add something. */
  readonly others: { readonly count: number; readonly sum: number };
  readonly bias: number;
  /** What the gate gets. */
  readonly total: number;
}

/** Takes a sum apart: bias and weights times what the layer before holds; the `most` largest parts are named. */
export function neuronSum({ weights, bias }: Incoming, before: Float32Array, most: number): NeuronSum {
  const all: Contribution[] = [];
  before.forEach((activation, neuron) => {
    const weight = weights[neuron];
    if (weight !== 0 && activation !== 0) all.push({ neuron, weight, activation, product: weight * activation });
  });
  all.sort((a, b) => Math.abs(b.product) - Math.abs(a.product));
  const rest = all.slice(most);
  const sumOf = (parts: readonly Contribution[]): number => parts.reduce((sum, { product }) => sum + product, 0);
  return {
    largest: all.slice(0, most),
    others: { count: rest.length, sum: sumOf(rest) },
    bias,
    total: bias + sumOf(all),
  };
}
