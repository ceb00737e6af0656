import { InputError } from "../errors.js";
import type { Assignment } from "./assignment.js";
import type { BlockAndRedundancy } from "./prime-steps.js";

/** The largest q ≤ P/S without a prime factor below S: the differences of columns must have inverses modulo q. */
function modulus({ P, S }: BlockAndRedundancy): number {
  const factors = Array.from({ length: Math.max(0, S - 2) }, (_, k) => k + 2);
  for (let q = Math.floor(P / S); q >= 1; q--) {
    if (factors.every((factor) => q % factor !== 0)) return q;
  }
  return 0;
}

/** The largest T of the transversal design: q² for S ≥ 2, without bound for S = 1; 0 where P < S. */
export function maxTransversal({ P, S }: BlockAndRedundancy): number {
  if (S === 1) return Infinity;
  if (P < S) return 0;
  return modulus({ P, S }) ** 2;
}

/**
 * A transversal design: S columns of q neurons each; circuit (a, b) takes neuron `a + b·s mod q` of column s, for
 * s = 0…S−1. Two circuits that share two neurons would have `(b' − b)(s − s') = 0 mod q`, and so be the same.
 *
 * Circuits come in groups of q with one b, each of which loads every neuron of the S·q once: loads differ by at most one,
 * where those of prime steps differ threefold. The last P − S·q neurons stay unused.
 *
 * @throws InputError when T circuits do not fit
 */
export function transversal({ T, P, S }: Pick<Assignment, "T" | "P" | "S">): Assignment {
  const largest = maxTransversal({ P, S });
  if (T > largest) {
    throw new InputError(
      `T = ${T}: at most ${largest} circuits fit at P = ${P}, S = ${S} (transversal assignment). Use a smaller T or S, or a larger P = D/d.`,
    );
  }
  const q = S === 1 ? P : modulus({ P, S });
  const neurons = new Uint32Array(T * S);
  for (let t = 0; t < T; t++) {
    const a = t % q;
    const b = Math.floor(t / q);
    for (let s = 0; s < S; s++) neurons[t * S + s] = s * q + ((a + b * s) % q);
  }
  return { T, P, S, neurons };
}
