import { cosSinTurn, type RandomSequence } from "../base/random.js";
import type { InputDistribution, SharedInputs } from "./circuits.js";

/** The two ways to choose the active circuits of a sample: z at random, or circuit k mod T in sample k. */
export const samplings = ["random", "each"] as const;
/** How the active circuits of a sample are chosen. */
export type Sampling = (typeof samplings)[number];

/** The distribution from which a circuit's inputs are drawn. */
export function inputsOf(inputs: InputDistribution, circuit: number): SharedInputs {
  return inputs.kind === "byCircuit" ? inputs.distributions[inputs.of[circuit]] : inputs;
}

/** Draws an input a^0 of an active circuit. */
export function drawInput(inputs: SharedInputs, random: RandomSequence): number[] {
  switch (inputs.kind) {
    case "angle": {
      const [cos, sin] = cosSinTurn(random.uniform());
      return inputs.center.map((center, i) => center + cos * inputs.cos[i] + sin * inputs.sin[i]);
    }
    case "uniform":
      return inputs.low.map((low, i) => low + (inputs.high[i] - low) * random.uniform());
    case "choice":
      return [...inputs.vectors[random.below(inputs.vectors.length)]];
  }
}

/** The source of an input's component: an old component, or a constant. */
export type InputSource = { readonly component: number } | { readonly constant: number };

/** Copies, moves, omits or replaces components in all vectors of a distribution of inputs. */
export function rearrangeInputs<Inputs extends InputDistribution>(
  inputs: Inputs,
  sources: readonly InputSource[],
): Inputs;
export function rearrangeInputs(inputs: InputDistribution, sources: readonly InputSource[]): InputDistribution {
  const values = (vector: readonly number[]): number[] => rearrange(vector, sources);
  const amplitudes = (vector: readonly number[]): number[] =>
    sources.map((source) => ("component" in source ? vector[source.component] : 0));
  switch (inputs.kind) {
    case "angle":
      return {
        kind: "angle",
        center: values(inputs.center),
        cos: amplitudes(inputs.cos),
        sin: amplitudes(inputs.sin),
      };
    case "uniform":
      return { kind: "uniform", low: values(inputs.low), high: values(inputs.high) };
    case "choice":
      return { kind: "choice", vectors: inputs.vectors.map(values) };
    case "byCircuit":
      return { ...inputs, distributions: inputs.distributions.map((shared) => rearrangeInputs(shared, sources)) };
  }
}

/** Copies, moves, omits or replaces components of one vector. */
export function rearrange(vector: ArrayLike<number>, sources: readonly InputSource[]): number[] {
  return sources.map((source) => ("component" in source ? vector[source.component] : source.constant));
}
