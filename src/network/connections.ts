import { circuitsByNeuron, loads, type Assignment } from "../assignment/assignment.js";

/** How the circuits link the neurons of two layers: the part of C [E11] that is not simply `Σ_t e_t^l e_t^{l−1ᵀ}`. */
export interface Links {
  /**
   * Pairs (n, m) linked by several circuits, in compressed rows over n; an entry is the number of these circuits minus
   * 1.
   */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly excess: Uint32Array;
  /** `U = ⟨k^l|C|k^{l−1}⟩ − T·S²`: unwanted links between different circuits. [E12] */
  readonly unwanted: number;
}

/**
 * Finds the pairs linked by several circuits, in time T·S² and memory T·S + P. For each neuron n, counts how many of
 * n's circuits use each neuron of the previous layer; an array of stamps marks the neurons already seen.
 */
export function findLinks(after: Assignment, before: Assignment): Links {
  const { T, S, P } = after;
  const { starts: circuitStarts, circuits } = circuitsByNeuron(after);
  const loadBefore = loads(before);
  const stamp = new Int32Array(before.P).fill(-1);
  const count = new Uint32Array(before.P);
  const starts = new Uint32Array(P + 1);
  const columns: number[] = [];
  const excess: number[] = [];
  let linked = 0;
  for (let n = 0; n < P; n++) {
    const begin = circuitStarts[n];
    const end = circuitStarts[n + 1];
    let reach = 0;
    for (let c = begin; c < end; c++) {
      const row = circuits[c] * S;
      for (let s = 0; s < S; s++) {
        const m = before.neurons[row + s];
        if (stamp[m] !== n) {
          stamp[m] = n;
          count[m] = 1;
          reach += loadBefore[m];
        } else if (count[m]++ === 1) columns.push(m);
      }
    }
    linked += (end - begin) * reach;
    for (let e = excess.length; e < columns.length; e++) excess.push(count[columns[e]] - 1);
    starts[n + 1] = columns.length;
  }
  const unwanted = linked - T * S * S;
  return { starts, columns: new Uint32Array(columns), excess: new Uint32Array(excess), unwanted };
}

/**
 * χ in closed form, so that on average circuits do not disturb each other: `S·χ = U/(N − U)`, `N = T(T−1)S²`. [E12]
 *
 * χ is 0 if every pair of neurons is linked or there is only one circuit, because it then has no effect on any circuit.
 */
export function suppression(links: Pick<Links, "unwanted">, { T, S }: Pick<Assignment, "T" | "S">): number {
  const possible = T * (T - 1) * S * S;
  return possible > links.unwanted ? links.unwanted / (possible - links.unwanted) / S : 0;
}
