/** JSON has no Infinity and NaN: they become words rather than a null that hides them. A replacer for JSON.stringify. */
export function named(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

const numbers: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity, NaN };

/** Whether a value is a number or a word for one. */
export function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && Object.hasOwn(numbers, value));
}

/** The number that a word stands for; other values are unchanged. */
export function numbered<Value>(value: Value): Value {
  return typeof value === "string" ? (numbers[value] as Value) : value;
}
