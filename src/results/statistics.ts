/** Arithmetic mean; NaN for an empty list. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation with n−1; null for fewer than two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  // The mean of equal values may differ from them by rounding.
  if (values.every((value) => value === values[0])) return 0;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Mean, and standard deviation with n−1, which is null for fewer than two values. */
export function spread(values: readonly number[]): { readonly mean: number; readonly sd: number | null } {
  return { mean: mean(values), sd: standardDeviation(values) };
}

/** Wilson's confidence interval (1927) for a probability, from observed counts; z = 1.96 gives 95%. */
export function wilsonInterval(count: number, of: number, z = 1.959964): readonly [number, number] {
  const p = count / of;
  const center = (p + z ** 2 / (2 * of)) / (1 + z ** 2 / of);
  const half = (z / (1 + z ** 2 / of)) * Math.sqrt((p * (1 - p)) / of + z ** 2 / (4 * of ** 2));
  return [count === 0 ? 0 : center - half, count === of ? 1 : center + half];
}
