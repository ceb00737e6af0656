/**
 * The last of the given values.
 *
 * @throws RangeError when the list is empty
 */
export function lastOf<Value>(values: readonly Value[]): Value {
  if (values.length === 0) throw new RangeError("values: must have at least one entry.");
  return values[values.length - 1];
}
