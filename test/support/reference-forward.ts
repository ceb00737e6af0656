import type { Assignment } from "../../src/assignment/assignment.js";
import type { Circuits } from "../../src/circuits/circuits.js";
import type { CaseExpected, CaseInput } from "../../src/network/case.js";
import {
  definedInput,
  definedReadout,
  definedStep,
  definedWeights,
  linked,
  type Definition,
} from "./defined-network.js";

/**
 * Computes what runCase must return for a case of custom circuits, from the definitions alone, in float64 with dense
 * matrices. Shares no code with src/network, src/engine or the kernels.
 */
export function referenceForward(input: CaseInput): CaseExpected {
  const { d, T, S, D, L, construction, gate } = input;
  if (input.circuits.kind !== "custom") throw new Error("The reference runs custom circuits.");
  const { weights, biases } = input.circuits;
  const embedding = input.assignments.map((rows): Assignment => {
    return { T, S, P: D / d, neurons: Uint32Array.from(rows.flat()) };
  });
  const chi = embedding.map((after, k) => {
    if (k === 0 || construction !== "capped") return 0;
    return input.chi?.[k] ?? input.chiFactor * noMeanOverlap(after, embedding[k - 1]!);
  });
  const kappa = construction === "capped" ? 0 : (input.kappa ?? correction(T, S, D / d));
  const definition: Definition = { circuits: split(weights, biases), embedding, construction, chi, kappa };
  const W = Array.from({ length: L }, (_, k) => definedWeights(definition, k + 1));

  const layers = Array.from({ length: L + 1 }, (_, l) => l);
  const truth: number[][][][] = layers.map(() => []);
  const activations: number[][][] = layers.map(() => []);
  const readout: number[][][][] = layers.map(() => []);
  for (const { active, inputs } of input.samples) {
    let a = inputs.map((vector) => [...vector]);
    let A = definedInput(definition, active, inputs);
    for (const l of layers) {
      if (l > 0) {
        a = active.map((t, slot) => alone(weights[l - 1]![t]!, biases[l - 1]!, a[slot]!));
        A = definedStep(definition, l, W[l - 1]!, A, gate, active);
      }
      truth[l]!.push(a);
      activations[l]!.push(A);
      const inactive = (): number[] => new Array<number>(d).fill(0);
      const all = Array.from({ length: T }, (_, t) => (active.includes(t) ? a[active.indexOf(t)]! : inactive()));
      readout[l]!.push(l === 0 ? all : definedReadout(definition, l, A));
    }
  }
  return { chi, truth, activations, readout };
}

/** ReLU(w a + b). */
function alone(w: readonly (readonly number[])[], b: readonly number[], a: readonly number[]): number[] {
  return w.map((row, i) =>
    Math.max(
      0,
      row.reduce((sum, weight, j) => sum + weight * a[j]!, b[i]!),
    ),
  );
}

/** w̄ is the mean over t, and Δw_t is the rest. */
function split(
  weights: readonly (readonly (readonly (readonly number[])[])[])[],
  biases: readonly (readonly number[])[],
): Circuits {
  const T = weights[0]!.length;
  const d = biases[0]!.length;
  const mean = weights.map((layer) => {
    const sums = new Float64Array(d * d);
    for (const w of layer) w.flat().forEach((value, at) => (sums[at]! += value));
    return sums.map((sum) => sum / T);
  });
  return {
    ...{ kind: "custom", d, T, L: weights.length, mean },
    delta: weights.map((layer, k) =>
      Float64Array.from(layer.flatMap((w) => w.flat().map((value, at) => value - mean[k]![at]!))),
    ),
    bias: biases.map((bias) => Float64Array.from(bias)),
    readouts: [],
    inputs: { kind: "choice", vectors: [] },
  };
}

/** The χ at which E_{t≠u} ⟨e_t|𝒲|e_u⟩ = 0, from counts of linked and unlinked neurons over all ordered pairs. [E12] */
function noMeanOverlap(after: Assignment, before: Assignment): number {
  const C = linked(after, before);
  const { T, S } = after;
  let [on, off] = [0, 0];
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < T; u++) {
      if (t === u) continue;
      for (const n of after.neurons.subarray(t * S, (t + 1) * S)) {
        for (const m of before.neurons.subarray(u * S, (u + 1) * S)) {
          if (C[n]![m] === 1) on++;
          else off++;
        }
      }
    }
  }
  return off === 0 ? 0 : on / S / off;
}

/** κ = p/((S − p)·S) with p = S·(T·S/P − 1)/(T − 1); 0 if circuits need not share neurons. [E13] */
function correction(T: number, S: number, P: number): number {
  const p = T * S > P && T > 1 ? (S * ((T * S) / P - 1)) / (T - 1) : 0;
  return p / ((S - p) * S);
}
