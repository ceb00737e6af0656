import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

/** Rows of a figure from a run with --wide, and how they were made, as stored in a file in results/. */
export interface KeptRun {
  readonly command: string;
  /** SHA-256 of the first tasks that the study's plan requests when only this figure is made. */
  readonly spec: string;
  readonly version: string;
  /** The date of the run, such as 2026-11-29. */
  readonly date: string;
  /** Time that the figure's experiment took, in core seconds. */
  readonly seconds: number;
  readonly rows: readonly object[];
}

/** Parses the text of a file in results/. */
export function keptRun(text: string): KeptRun {
  const { same, columns, rows, ...head } = JSON.parse(text) as Omit<KeptRun, "rows"> & {
    readonly same: object;
    readonly columns: readonly string[];
    readonly rows: readonly (readonly unknown[])[];
  };
  const full = rows.map((row) => ({ ...same, ...Object.fromEntries(columns.map((name, k) => [name, row[k]])) }));
  return { ...head, rows: full };
}

/**
 * The kept run of a figure, from results/, or null if no run is kept. The package has no such folder: it contains the
 * kept runs in compressed form in dist/.
 */
export function readKept(id: string): KeptRun | null {
  const inClone = new URL(`../../results/${id}.json`, import.meta.url);
  if (existsSync(inClone)) return keptRun(readFileSync(inClone, "utf8"));
  const inPackage = new URL(`../../dist/results/${id}.json.gz`, import.meta.url);
  return existsSync(inPackage) ? keptRun(gunzipSync(readFileSync(inPackage)).toString("utf8")) : null;
}
