import type { Comparison } from "../results/compare.js";
import type { Table } from "../results/table.js";

/** One figure with all that a reader needs to judge it. */
export interface FigureReport {
  /** As in the specification: "R5". */
  readonly id: string;
  /** Says what to see. */
  readonly title: string;
  readonly question: string;
  readonly settings: readonly (readonly [name: string, value: string])[];
  /** The figure's SVG text, from `svgText(figure.svg)`. */
  readonly svg: string;
  readonly howToRead: string;
  /** Samples and networks as they go into the summary: "557 / 55,700" and "8"; "–" where there are none. */
  readonly samples: string;
  readonly networks: string;
  /** Measured against theory; null where theory says nothing. */
  readonly theory: Table | null;
  /** Measured against the reference numbers; null where there are none, or the run was too small to compare. */
  readonly comparison: Comparison | null;
  /** Why `comparison` is null, or what else the reader should know of it. */
  readonly comparisonNote?: string;
  /** Names of the files with the figure and its rows, relative to the report. */
  readonly files: readonly string[];
  /** The command that makes this figure. */
  readonly command: string;
  /** Compute time; null leaves it out, so that two reports of one seed are the same bytes. */
  readonly seconds: number | null;
}

/** A whole report. */
export interface Report {
  readonly title: string;
  /** One paragraph: what this is. */
  readonly lead: string;
  readonly command: string;
  readonly seed: number;
  readonly version: string;
  /** "Node 20.20, linux x64", or empty. */
  readonly platform: string;
  readonly seconds: number | null;
  readonly figures: readonly FigureReport[];
}
