const LOG_SQRT_TURN = 0.5 * Math.log(2 * Math.PI);

/**
 * ln P(Z > x) for a standard normal Z and any finite x: by the series of the distribution function for |x| < 2,
 * otherwise by the continued fraction of Mills' ratio (Abramowitz and Stegun 26.2.11 and 26.2.14). The relative error
 * of P is about 1e-13.
 */
export function logNormalTail(x: number): number {
  if (x < -2) return Math.log1p(-Math.exp(logNormalTail(-x)));
  const logDensity = -0.5 * x * x - LOG_SQRT_TURN;
  if (x <= 2) {
    let sum = 0;
    for (let k = 1, term = x; Math.abs(term) > 1e-17; k += 2, term *= (x * x) / k) sum += term;
    return Math.log(0.5 - Math.exp(logDensity) * sum);
  }
  let fraction = x;
  for (let k = 120; k >= 1; k--) fraction = x + k / fraction;
  return logDensity - Math.log(fraction);
}

/** P(Z > x) of a standard normal Z. */
export const normalTail = (x: number): number => Math.exp(logNormalTail(x));

/**
 * The x with P(Z > x) = exp(logTail), by Newton's method on the logarithm. The logarithm is concave, so the iteration
 * converges from above. The argument is a logarithm because the largest of m normally distributed numbers is needed for
 * m up to 1e60 and more.
 *
 * @param logTail logarithm of the probability, below 0
 */
export function normalQuantileOfTail(logTail: number): number {
  if (logTail > -Math.LN2) return -normalQuantileOfTail(Math.log(-Math.expm1(logTail)));
  let x = Math.sqrt(-2 * logTail);
  for (let step = 0; step < 60; step++) {
    const log = logNormalTail(x);
    const change = (log - logTail) / Math.exp(-0.5 * x * x - LOG_SQRT_TURN - log);
    x += change;
    if (Math.abs(change) < 1e-13 * Math.max(1, x)) break;
  }
  return x;
}
