import type { Assignment } from "../../src/assignment/assignment.js";
import { weightOf, type Circuits } from "../../src/circuits/circuits.js";
import type { Construction, Gate } from "../../src/network/construction.js";

/** The components of W^l; lists over layers have index k for layer k+1. */
export interface Definition {
  readonly circuits: Circuits;
  readonly embedding: readonly Assignment[];
  readonly construction: Construction;
  readonly chi: readonly number[];
  readonly kappa: number;
}

/** e_t as zeros and ones, [T][P]. */
export function hotRows({ T, S, P, neurons }: Assignment): number[][] {
  return Array.from({ length: T }, (_, t) => {
    const row = new Array<number>(P).fill(0);
    for (const n of neurons.subarray(t * S, (t + 1) * S)) row[n] = 1;
    return row;
  });
}

/** C_nm = 1 if any circuit links neurons n and m, else 0, [P][P]. [E11] */
export function linked(after: Assignment, before: Assignment): number[][] {
  const [to, from] = [hotRows(after), hotRows(before)];
  return Array.from({ length: after.P }, (_, n) =>
    Array.from({ length: before.P }, (__, m) => (to.some((row, t) => row[n] === 1 && from[t]![m] === 1) ? 1 : 0)),
  );
}

/** 𝒲 = (1/S)·C − χ·(1 − C). [E11] */
export function embeddingMatrix(after: Assignment, before: Assignment, chi: number): number[][] {
  return linked(after, before).map((row) => row.map((C) => C / after.S - chi * (1 - C)));
}

/** The mean over circuits t ≠ u of ⟨e_t|M|e_u⟩. */
export function meanBetweenCircuits(M: readonly (readonly number[])[], after: Assignment, before: Assignment): number {
  const { T, S } = after;
  let sum = 0;
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < T; u++) {
      if (t === u) continue;
      for (const n of after.neurons.subarray(t * S, (t + 1) * S)) {
        for (const m of before.neurons.subarray(u * S, (u + 1) * S)) sum += M[n]![m]!;
      }
    }
  }
  return sum / (T * (T - 1));
}

/** W^l entry by entry from [E10], [E11], [E13] and [E14], [D][D]; shares no code with src/network. */
export function definedWeights(definition: Definition, l: number): number[][] {
  return weightsAndSizes(definition, l).weights;
}

/**
 * W^l, and for each entry the summed magnitudes of the circuits' contributions; float32 errors grow with these sums.
 */
export function weightsAndSizes(
  { circuits, embedding, construction, chi, kappa }: Definition,
  l: number,
): { weights: number[][]; sizes: number[][] } {
  const { d, T } = circuits;
  const { P, S } = embedding[0]!;
  const D = d * P;
  const W = Array.from({ length: D }, (_, row) =>
    Array.from({ length: D }, (__, column) => +(l === 1 && row === column)),
  );
  if (l === 1) return { weights: W, sizes: W };
  const sizes = W.map((row) => [...row]);
  const after = embedding[l - 1]!;
  const before = embedding[l - 2]!;
  const e = hotRows(after);
  const eBefore = hotRows(before);
  const u = e.map((row) => row.map((value) => value * (1 / S + kappa) - kappa));
  const mean = circuits.mean[l - 1]!;
  const matrix = embeddingMatrix(after, before, chi[l - 1]!);
  for (let n = 0; n < P; n++) {
    for (let m = 0; m < P; m++) {
      // The coefficient of w̄ for this pair of neurons, and the coefficients of the Δw_t that contribute to the entry.
      let shared = construction === "capped" ? matrix[n]![m]! : 0;
      let sharedSize = Math.abs(shared);
      const own: [t: number, share: number][] = [];
      for (let t = 0; t < T; t++) {
        if (eBefore[t]![m] === 0) continue;
        if (construction !== "capped") shared += u[t]![n]!;
        sharedSize += construction !== "capped" ? Math.abs(u[t]![n]!) : e[t]![n]! * (1 / S + Math.abs(chi[l - 1]!));
        const share = construction === "balanced" ? u[t]![n]! : e[t]![n]! / S;
        if (share !== 0) own.push([t, share]);
      }
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < d; j++) {
          let sum = shared * mean[i * d + j]!;
          let size = sharedSize * Math.abs(mean[i * d + j]!);
          for (const [t, share] of own) {
            const term = share * circuits.delta[l - 1]![(t * d + i) * d + j]!;
            sum += term;
            size += Math.abs(term);
          }
          W[i * P + n]![j * P + m] = sum;
          sizes[i * P + n]![j * P + m] = size;
        }
      }
    }
  }
  return { weights: W, sizes };
}

/** A^0 = Σ_{t active} (w_t^1 a_t^0) ⊗ e_t^1, [D]. [E10] */
export function definedInput(
  { circuits, embedding }: Definition,
  active: readonly number[],
  inputs: readonly (readonly number[])[],
): number[] {
  const { d } = circuits;
  const { P, S, neurons } = embedding[0]!;
  const A = new Array<number>(d * P).fill(0);
  active.forEach((t, slot) => {
    const w = weightOf(circuits, 1, t);
    for (let i = 0; i < d; i++) {
      const value = inputs[slot]!.reduce((sum, a, j) => sum + w[i * d + j]! * a, 0);
      for (const n of neurons.subarray(t * S, (t + 1) * S)) A[i * P + n]! += value;
    }
  });
  return A;
}

/** gate(W A + B). [E15] [E16] */
export function definedStep(
  { circuits, embedding }: Definition,
  l: number,
  W: readonly (readonly number[])[],
  A: ArrayLike<number>,
  gate: Gate,
  active: readonly number[],
): number[] {
  const { P, S, neurons } = embedding[l - 1]!;
  const used = new Set(active.flatMap((t) => Array.from(neurons.subarray(t * S, (t + 1) * S))));
  return W.map((row, at) => {
    const bias = circuits.bias[l - 1]![Math.floor(at / P)]!;
    const sum = row.reduce((total, weight, m) => total + weight * A[m]!, bias);
    return gate === "oracle" ? (used.has(at % P) ? sum : 0) : Math.max(sum, 0);
  });
}

/** Readout of every circuit, [T][d]: e_t/S for capped, u_t for balanced and split. [E17] */
export function definedReadout(
  { circuits, embedding, construction, kappa }: Definition,
  l: number,
  A: ArrayLike<number>,
): number[][] {
  const { P, S } = embedding[l - 1]!;
  return hotRows(embedding[l - 1]!).map((row) =>
    Array.from({ length: circuits.d }, (_, i) => {
      const weigh = (hot: number): number => (construction === "capped" ? hot / S : hot * (1 / S + kappa) - kappa);
      return row.reduce((sum, hot, n) => sum + weigh(hot) * A[i * P + n]!, 0);
    }),
  );
}
