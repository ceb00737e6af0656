import { powerModulo } from "../assignment/galois.js";

/**
 * A Reed–Solomon code over GF(p), p prime. The first DIGITS places of a word hold its digits, which are the values of a
 * polynomial of degree below DIGITS at the points 0, 1, …; its values at further points extend the word to LENGTH. Two
 * different words agree in at most DIGITS − 1 places, because a nonzero polynomial of degree below DIGITS has at most
 * DIGITS − 1 zeros.
 */
export const LENGTH = 10;
export const DIGITS = 5;

/** Weight of digit k in place n ≥ DIGITS, modulo p: Lagrange's `Π_{i≠k} (n − i)/(k − i)`. */
function weights(p: number): number[][] {
  // Fermat: a^(p−2) is the inverse of a.
  const inverse = (value: number): number => powerModulo(value, p - 2, p);
  const modulo = (value: number): number => ((value % p) + p) % p;
  return Array.from({ length: LENGTH - DIGITS }, (_, n) =>
    Array.from({ length: DIGITS }, (__, k) => {
      let product = 1;
      for (let i = 0; i < DIGITS; i++) {
        if (i !== k) product = (product * modulo(DIGITS + n - i) * inverse(modulo(k - i))) % p;
      }
      return product;
    }),
  );
}

/** Makes words of a code over GF(p) from their digits; p ≥ LENGTH. */
export function encoder(p: number): (digits: readonly number[]) => number[] {
  const checks = weights(p);
  return (digits) => [...digits, ...checks.map((row) => row.reduce((sum, w, k) => sum + w * digits[k], 0) % p)];
}
