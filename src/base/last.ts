/**
 * The last of some values.
 *
 * @throws RangeError when there are none
 */
export function lastOf<Value>(values: readonly Value[]): Value {
  if (values.length === 0) throw new RangeError("values: must have at least one entry.");
  return values[values.length - 1];
}
