/** A quantity y measured at one D. */
export interface SizedPoint {
  readonly D: number;
  readonly y: number;
  /** The standard deviation of ln y. */
  readonly logSd: number;
}

export interface PowerLaw {
  /** y = factor · D^exponent. */
  readonly exponent: number;
  /** The exponent's standard error: from the jackknife over D or from the points' own errors, whichever is larger. */
  readonly exponentSd: number;
  readonly factor: number;
  /** The smallest D of the fitted points, and the number of points. */
  readonly from: number;
  readonly points: number;
  /** χ² per degree of freedom about the line: near 1 if the points follow a power law. */
  readonly scatter: number;
}

/** The exponent between two neighbouring points, at the geometric mean of their values of D. */
export interface LocalExponent {
  readonly D: number;
  readonly exponent: number;
  readonly sd: number;
}

/** The smallest error assumed for ln y at a point, because the search ends with a bracket a few per cent wide. */
const SMALLEST_SD = 0.005;
/** Points that scatter about a line by more than this do not follow a power law. */
const STRAIGHT = 3;

/**
 * Weighted least squares of ln y on ln D.
 *
 * @returns null if there are fewer than three points, since any two lie on a line
 */
export function fitPower(points: readonly SizedPoint[]): PowerLaw | null {
  const n = points.length;
  if (n < 3) return null;
  const { slope, intercept, slopeSd, chi2 } = line(points);
  const without = points.map((_, left) => line(points.filter((__, i) => i !== left)).slope);
  const mean = without.reduce((a, b) => a + b, 0) / n;
  const jackknife = Math.sqrt(((n - 1) / n) * without.reduce((sum, own) => sum + (own - mean) ** 2, 0));
  return {
    exponent: slope,
    exponentSd: Math.max(jackknife, slopeSd),
    factor: Math.exp(intercept),
    from: points[0].D,
    points: n,
    scatter: chi2 / (n - 2),
  };
}

/**
 * The power law that fits the most points at the large end of D; null if not even three fit. Points are in order of D.
 */
export function powerLawOfLargest(points: readonly SizedPoint[]): PowerLaw | null {
  for (let first = 0; ; first++) {
    const law = fitPower(points.slice(first));
    if (law === null || law.scatter <= STRAIGHT) return law;
  }
}

/** Exponents of power laws in D between neighbouring points; the points must be in order of D. */
export function localExponents(points: readonly SizedPoint[]): LocalExponent[] {
  return points.slice(1).map((to, k) => {
    const from = points[k];
    const ratio = Math.log(to.D / from.D);
    return {
      D: Math.sqrt(from.D * to.D),
      exponent: Math.log(to.y / from.y) / ratio,
      sd: Math.hypot(from.logSd, to.logSd) / ratio,
    };
  });
}

function line(points: readonly SizedPoint[]) {
  const weights = points.map(({ logSd }) => 1 / Math.max(logSd, SMALLEST_SD) ** 2);
  const total = weights.reduce((a, b) => a + b, 0);
  const average = (of: (point: SizedPoint) => number): number =>
    points.reduce((sum, point, i) => sum + weights[i] * of(point), 0) / total;
  const x = average(({ D }) => Math.log(D));
  const y = average((point) => Math.log(point.y));
  const spread = average(({ D }) => (Math.log(D) - x) ** 2);
  const slope = average((point) => (Math.log(point.D) - x) * (Math.log(point.y) - y)) / spread;
  const chi2 = total * average((point) => (Math.log(point.y) - y - slope * (Math.log(point.D) - x)) ** 2);
  return { slope, intercept: y - slope * x, slopeSd: 1 / Math.sqrt(total * spread), chi2 };
}
