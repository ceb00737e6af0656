import { lastOf } from "../base/last.js";

/** `value` with `digits` significant digits, in its shortest form: 0.0351, 1.71, 3.3e-15. */
export function shortNumber(value: number, digits = 3): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const size = Math.abs(value);
  if (size < 1e-4 || size >= 1e6) return value.toExponential(Math.max(0, digits - 2)).replace("e+", "e");
  return String(Number(value.toPrecision(digits)));
}

/** A whole number with commas between thousands: 55,700. */
export function grouped(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** A power of ten as a tick label: 100, 1, 0.01, 10⁻⁴. */
export function decadeLabel(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (exponent >= -2 && exponent <= 3) return String(Number(value.toPrecision(1)));
  const superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const digits = Array.from(String(Math.abs(exponent)), (digit) => superscripts[Number(digit)]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** A count with its noun: "1 run", "3 runs". Pass an irregular plural as `several`. */
export function counted(count: number, one: string, several = `${one}s`): string {
  return `${count} ${count === 1 ? one : several}`;
}

/** A list in words: "1", "1 and 2", "1, 2 and 4". */
export function listed(values: readonly (string | number)[]): string {
  if (values.length < 2) return values.join("");
  return `${values.slice(0, -1).join(", ")} and ${lastOf(values)}`;
}

/** The distinct values in ascending order. */
export function distinct(values: Iterable<number>): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
