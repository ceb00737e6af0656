/** A number or nested lists of them. */
export type Nested = number | readonly Nested[];

/**
 * The largest difference between two nested lists, relative where the expected value exceeds 1. It is infinite if the
 * shapes differ or a value is not finite.
 */
export function deviation(actual: Nested, wanted: Nested): number {
  if (typeof wanted === "number" || typeof actual === "number") {
    const difference = Math.abs((actual as number) - (wanted as number)) / Math.max(1, Math.abs(wanted as number));
    return Number.isFinite(difference) ? difference : Infinity;
  }
  if (actual.length !== wanted.length) return Infinity;
  return wanted.reduce<number>((most, value, index) => Math.max(most, deviation(actual[index]!, value)), 0);
}
