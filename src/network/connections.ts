import { circuitsByNeuron, loads, type Assignment } from "../assignment/assignment.js";

/** How the circuits link the neurons of two layers: what of C [E11] is not simply `Σ_t e_t^l e_t^{l−1ᵀ}`. */
export interface Links {
  /** Pairs (n, m) linked by more than one circuit, in compressed rows over n: the entry counts the circuits beyond one. */
  readonly starts: Uint32Array;
  readonly columns: Uint32Array;
  readonly excess: Uint32Array;
  /** `U = ⟨k^l|C|k^{l−1}⟩ − T·S²`: unwanted links between different circuits. [E12] */
  readonly unwanted: number;
}

/**
 * Finds the multiply linked pairs in time T·S² and memory T·S + P: for each neuron n, the neurons of its circuits in
 * the layer before are counted against a row of stamps.
 */
export function findLinks(after: Assignment, before: Assignment): Links {
  const { T, S, P } = after;
  const { starts: circuitStarts, circuits } = circuitsByNeuron(after);
  const loadBefore = loads(before);
  const stamp = new Int32Array(before.P).fill(-1);
  const count = new Uint32Array(before.P);
  const starts = new Uint32Array(P + 1);
  let columns = new Uint32Array(1024);
  let excess = new Uint32Array(1024);
  let entries = 0;
  let linked = 0;
  for (let n = 0; n < P; n++) {
    const begin = circuitStarts[n];
    const end = circuitStarts[n + 1];
    const repeated: number[] = [];
    let reach = 0;
    for (let c = begin; c < end; c++) {
      const row = circuits[c] * S;
      for (let s = 0; s < S; s++) {
        const m = before.neurons[row + s];
        if (stamp[m] !== n) {
          stamp[m] = n;
          count[m] = 1;
          reach += loadBefore[m];
        } else if (count[m]++ === 1) repeated.push(m);
      }
    }
    linked += (end - begin) * reach;
    if (entries + repeated.length > columns.length) {
      const length = 2 * (entries + repeated.length);
      columns = grown(columns, length);
      excess = grown(excess, length);
    }
    for (const m of repeated) {
      columns[entries] = m;
      excess[entries++] = count[m] - 1;
    }
    starts[n + 1] = entries;
  }
  return { starts, columns: columns.slice(0, entries), excess: excess.slice(0, entries), unwanted: linked - T * S * S };
}

function grown(values: Uint32Array<ArrayBuffer>, length: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(length);
  larger.set(values);
  return larger;
}

/**
 * χ in closed form: `S·χ = U/(N − U)`, `N = T(T−1)S²`, so that circuits do not disturb one another on average. [E12]
 *
 * 0 where every pair is linked or there is one circuit: there χ multiplies nothing.
 */
export function suppression(links: Pick<Links, "unwanted">, { T, S }: Pick<Assignment, "T" | "S">): number {
  const possible = T * (T - 1) * S * S;
  return possible > links.unwanted ? links.unwanted / (possible - links.unwanted) / S : 0;
}
