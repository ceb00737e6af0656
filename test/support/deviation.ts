/** A number or nested lists of them. */
export type Nested = number | readonly Nested[];

/**
 * The largest difference of two nested lists, relative where the wanted value exceeds 1; infinite when their shapes
 * disagree or a value is not finite.
 */
export function deviation(actual: Nested, wanted: Nested): number {
  if (typeof wanted === "number" || typeof actual === "number") {
    const difference = Math.abs((actual as number) - (wanted as number)) / Math.max(1, Math.abs(wanted as number));
    return Number.isFinite(difference) ? difference : Infinity;
  }
  if (actual.length !== wanted.length) return Infinity;
  return wanted.reduce<number>((most, value, index) => Math.max(most, deviation(actual[index]!, value)), 0);
}
