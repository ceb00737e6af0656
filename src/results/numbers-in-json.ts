/** A replacer for JSON.stringify that writes Infinity and NaN as words, because JSON would turn them into null. */
export function named(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

const numbers: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity, NaN };

/** Whether a value is a number or a word that stands for one. */
export function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && Object.hasOwn(numbers, value));
}

/** The number that a word stands for; other values are returned unchanged. */
export function numbered<Value>(value: Value): Value {
  return typeof value === "string" ? (numbers[value] as Value) : value;
}
