import type { KeptRun } from "../studies/kept-run.js";
import type { FigureGroup } from "../studies/list.js";
import type { FigureDraft } from "../studies/study.js";

/** A line of the summary, and the figures that support it. */
export interface SummaryLine {
  readonly name: string;
  readonly text: string;
  readonly figures: readonly string[];
}

/** One figure with everything a reader needs to judge it. */
export interface FigureReport extends Omit<FigureDraft, "rows" | "draw" | "keeps"> {
  /** The part of the report that contains the figure. */
  readonly group: FigureGroup;
  /** A title that states what the figure shows. */
  readonly title: string;
  /** The longer run from which the figure's kept rows come; null if the figure has no kept rows. */
  readonly kept: KeptRun | null;
  /** The figure's SVG text, from `svgText(figure.svg)`. */
  readonly svg: string;
  /** Names of the files with the figure and its rows, relative to the report. */
  readonly files: readonly string[];
  /** The command that makes this figure. */
  readonly command: string;
}

/** A whole report. It contains no timings, so the same seed always produces the same bytes. */
export interface Report {
  readonly title: string;
  /** One paragraph that introduces the report. */
  readonly lead: string;
  readonly command: string;
  readonly seed: number;
  readonly version: string;
  readonly figures: readonly FigureReport[];
}
