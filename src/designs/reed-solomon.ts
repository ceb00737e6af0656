/**
 * A Reed–Solomon code over GF(p), p prime: DIGITS digits are the values of a polynomial of lower degree at the points
 * 0, 1, …, and its values at further points are added up to LENGTH. Two different words agree in at most DIGITS − 1 places, since
 * a polynomial of that degree has no more zeros.
 */
export const LENGTH = 10;
export const DIGITS = 5;

/** The least prime from `from` on. */
export function primeFrom(from: number): number {
  for (let p = from; ; p++) {
    let divisor = 2;
    while (divisor * divisor <= p && p % divisor !== 0) divisor++;
    if (divisor * divisor > p) return p;
  }
}

/** What digit k counts for in place n ≥ DIGITS, modulo p: Lagrange's `Π_{i≠k} (n − i)/(k − i)`. */
function weights(p: number): number[][] {
  const inverse = (value: number): number => {
    // Fermat: a^(p−2).
    let [result, power] = [1, value % p];
    for (let e = p - 2; e > 0; e = Math.floor(e / 2)) {
      if (e % 2 === 1) result = (result * power) % p;
      power = (power * power) % p;
    }
    return result;
  };
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

/** Words of a code over GF(p) from their digits; p ≥ LENGTH. */
export function encoder(p: number): (digits: readonly number[]) => number[] {
  const checks = weights(p);
  return (digits) => [...digits, ...checks.map((row) => row.reduce((sum, w, k) => sum + w * digits[k]!, 0) % p)];
}
