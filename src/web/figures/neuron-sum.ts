import type { Incoming } from "../../runs/incoming.js";

/** The contribution of one neuron to another neuron's sum. */
export interface Contribution {
  /** The neuron's index in the previous layer. */
  readonly neuron: number;
  readonly weight: number;
  readonly activation: number;
  readonly product: number;
}

/** A neuron's incoming sum, split into its terms. */
export interface NeuronSum {
  /** The largest terms, in descending order. */
  readonly largest: readonly Contribution[];
  /** All other nonzero terms. */
  readonly others: { readonly count: number; readonly sum: number };
  readonly bias: number;
  /** The whole sum: the input of the gate. */
  readonly total: number;
}

/**
 * Splits a sum into its bias and one term (weight times activation) per neuron of the layer before; lists the `most`
 * largest terms.
 */
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
