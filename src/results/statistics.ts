/** Arithmetic mean; NaN of nothing. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Standard deviation with n−1; null below two values. */
export function standardDeviation(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
}

/** Mean, and standard deviation with n−1; null below two values. */
export function spread(values: readonly number[]): { readonly mean: number; readonly sd: number | null } {
  return { mean: mean(values), sd: standardDeviation(values) };
}
