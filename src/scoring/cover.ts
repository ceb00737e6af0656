import type { Components } from "./result-file.js";
import type { ComponentTruth } from "./truth.js";

/** The largest number of passes over all components. */
const PASSES = 20;

interface Cover {
  /** The circuit to which each component is assigned; −1 if it is assigned to no circuit. */
  readonly circuits: Int32Array;
  /** The coverage of every circuit; 0 if nothing is assigned to it. */
  readonly coverages: Float64Array;
}

/**
 * Assigns each component to at most one circuit so that the sum of coverages is large: components are assigned
 * greedily, then moved one at a time while that increases the sum. Exact when components of different circuits do not
 * overlap.
 *
 * @param energies ‖M_c‖²
 * @param candidates for each component, the circuits whose coverage would rise if only this component were assigned to
 * them, with ⟨W_t, M_c⟩ as `inner`
 */
export function assignToCircuits(
  given: Components,
  energies: Float64Array,
  candidates: readonly (readonly { circuit: number; inner: number }[])[],
  truth: ComponentTruth,
): Cover {
  const { C, r, U, V } = given;
  const { T, D } = truth;
  const circuits = new Int32Array(C).fill(-1);
  const members: number[][] = Array.from({ length: T }, () => []);
  const known = new Map<number, number>();
  /** ⟨M_a, M_b⟩ */
  const between = (a: number, b: number): number => {
    const key = Math.min(a, b) * C + Math.max(a, b);
    const before = known.get(key);
    if (before !== undefined) return before;
    let sum = 0;
    for (let j = 0; j < r; j++) {
      for (let k = 0; k < r; k++) {
        let [left, right] = [0, 0];
        for (let n = 0; n < D; n++) {
          left += U[(a * D + n) * r + j] * U[(b * D + n) * r + k];
          right += V[(a * r + j) * D + n] * V[(b * r + k) * D + n];
        }
        sum += left * right;
      }
    }
    known.set(key, sum);
    return sum;
  };
  /** How much component c adds to the coverage of a circuit that already has the other components assigned to it. */
  const gain = (c: number, circuit: number, inner: number): number => {
    let sum = 2 * inner - energies[c];
    for (const other of members[circuit]) if (other !== c) sum -= 2 * between(c, other);
    return sum / truth.energies[circuit];
  };
  const order = candidates
    .map((list, c) => ({ c, first: list[0] === undefined ? 0 : gain(c, list[0].circuit, list[0].inner) }))
    .filter(({ first }) => first > 0)
    .sort((a, b) => b.first - a.first || a.c - b.c)
    .map(({ c }) => c);
  for (let pass = 0; pass < PASSES; pass++) {
    let moved = false;
    for (const c of order) {
      let [best, most] = [-1, 1e-12];
      for (const { circuit, inner } of candidates[c]) {
        const value = gain(c, circuit, inner);
        // A component stays with its circuit unless another circuit would gain more from it.
        if (value > most + (circuit === circuits[c] ? -1e-12 : 0)) [best, most] = [circuit, value];
      }
      if (best === circuits[c]) continue;
      moved = true;
      if (circuits[c] !== -1) members[circuits[c]].splice(members[circuits[c]].indexOf(c), 1);
      if (best !== -1) members[best].push(c);
      circuits[c] = best;
    }
    if (!moved) break;
  }
  const coverages = Float64Array.from(members, (own, circuit) => {
    let sum = 0;
    for (const [at, c] of own.entries()) {
      const inner = candidates[c].find((candidate) => candidate.circuit === circuit)?.inner ?? 0;
      sum += 2 * inner - energies[c];
      for (const other of own.slice(at + 1)) sum -= 2 * between(c, other);
    }
    return own.length === 0 ? 0 : sum / truth.energies[circuit];
  });
  return { circuits, coverages };
}
