import type { ErrorRow, Statistic } from "./rows.js";
import type { RunSpec } from "../config/run-spec.js";

/** One line of a results file. */
export interface ResultLine {
  readonly index: number;
  readonly hash: string;
  readonly spec: RunSpec;
  readonly rows: readonly ErrorRow[];
}

/** A run's line, its line break included: the same bytes for the same run, with nothing of when or where it ran. */
export function resultLine({ index, hash, spec, rows }: ResultLine): string {
  return `${JSON.stringify({ index, hash, spec, rows }, named)}\n`;
}

/** JSON has no Infinity and NaN; they become strings of that name rather than a null that hides them. */
export function named(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}

/** The numbers that those strings stand for. */
const words: Readonly<Record<string, number>> = { Infinity, "-Infinity": -Infinity, NaN };

function isNumber(value: unknown): boolean {
  return typeof value === "number" || (typeof value === "string" && Object.hasOwn(words, value));
}

/** Most z and layers of a run: 64 values of z, 10,000 layers and the input. */
const MOST_ROWS = 64 * 10_001;
/** Most readouts, active and inactive, and most blocks of a row. */
const MOST_NAMES = 200;
const MOST_BLOCKS = 10_000;

/** Whether rows have the form of a measurement's: for what comes from files and messages. */
export function areRows(value: unknown): value is readonly ErrorRow[] {
  return Array.isArray(value) && value.length > 0 && value.length <= MOST_ROWS && value.every(isRow);
}

function isRow(row: unknown): boolean {
  if (typeof row !== "object" || row === null) return false;
  const { z, layer, samples, networks, inactiveSamples = 0, errors, ...shares } = row as Partial<ErrorRow>;
  const { activeFraction, activeFractionSd, expectedActiveFraction } = shares;
  return (
    [z, layer, samples, networks, inactiveSamples].every((count) => Number.isSafeInteger(count) && count! >= 0) &&
    typeof errors === "object" &&
    errors !== null &&
    Object.keys(errors).length <= MOST_NAMES &&
    Object.entries(errors).every(([name, statistic]) => /^[A-Za-z]\w{0,60}$/.test(name) && isStatistic(statistic)) &&
    areShares(activeFraction) &&
    (activeFractionSd === null || areShares(activeFractionSd)) &&
    isNumber(expectedActiveFraction)
  );
}

function areShares(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST_BLOCKS && value.every(isNumber);
}

function isStatistic(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { meanSquare, sd, worst, theory } = value as Partial<Statistic>;
  return isNumber(meanSquare) && isNumber(worst) && [sd, theory].every((entry) => entry === null || isNumber(entry));
}

/** Rows as they were before they became JSON: words are numbers again. */
export function revivedRows(rows: readonly ErrorRow[]): ErrorRow[] {
  const number = <Value>(value: Value): Value => (typeof value === "string" ? (words[value] as Value) : value);
  return rows.map((row) => ({
    ...row,
    errors: Object.fromEntries(
      Object.entries(row.errors).map(([name, statistic]) => {
        const { meanSquare, sd, worst, theory } = statistic;
        const numbers = {
          meanSquare: number(meanSquare),
          sd: number(sd),
          worst: number(worst),
          theory: number(theory),
        };
        return [name, { ...statistic, ...numbers }];
      }),
    ),
    activeFraction: row.activeFraction.map(number),
    activeFractionSd: row.activeFractionSd?.map(number) ?? null,
    expectedActiveFraction: number(row.expectedActiveFraction),
  }));
}

/**
 * A results file's line as it was written.
 *
 * @returns null for text that is no such line
 */
export function parseLine(text: string): ResultLine | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const { index, hash, spec, rows } = (typeof value === "object" && value !== null ? value : {}) as Partial<ResultLine>;
  const isLine =
    Number.isSafeInteger(index) &&
    typeof hash === "string" &&
    /^[0-9a-f]{64}$/.test(hash) &&
    typeof spec === "object" &&
    spec !== null &&
    areRows(rows);
  return isLine ? { index: index!, hash, spec, rows: revivedRows(rows) } : null;
}
