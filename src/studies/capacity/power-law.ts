export interface PowerLaw {
  /** T = factor · D^exponent. */
  readonly exponent: number;
  readonly exponentSd: number;
  readonly factor: number;
}

/**
 * Weighted least squares of ln y on ln D over the points that are not censored. The uncertainty is scaled by the scatter
 * about the line when that exceeds what the points' own uncertainties explain.
 *
 * @returns null with fewer than three points
 */
export function fitPower(points: readonly { D: number; y: number; logSd: number }[]): PowerLaw | null {
  if (points.length < 3) return null;
  const weights = points.map(({ logSd }) => 1 / Math.max(logSd, 0.005) ** 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const average = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point, i) => sum + weights[i] * of(point), 0) / total;
  const x = average(({ D }) => Math.log(D));
  const y = average((point) => Math.log(point.y));
  const varX = average(({ D }) => (Math.log(D) - x) ** 2);
  const exponent = average((point) => (Math.log(point.D) - x) * (Math.log(point.y) - y)) / varX;
  const chi2 = points.reduce(
    (sum, point, i) => sum + weights[i] * (Math.log(point.y) - y - exponent * (Math.log(point.D) - x)) ** 2,
    0,
  );
  const scale = Math.max(1, chi2 / (points.length - 2));
  return { exponent, exponentSd: Math.sqrt(scale / (total * varX)), factor: Math.exp(y - exponent * x) };
}
