import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { morphInto } from "../dom/morph.js";
import type { LabData, PathQuestion } from "../computation/lab.js";
import type { ExportedRows } from "../files/exports.js";
import type { LabState, ViewState } from "../state/lab-state.js";

/** The changes to the state that a view requests. */
export type ViewChange = Partial<ViewState>;
export type ChangeView = (look: ViewChange, isPassing?: boolean) => void;

/** Everything that a view needs for drawing. */
export interface Scene {
  readonly state: LabState;
  readonly data: LabData;
  /** Width available to the figure, in px. */
  readonly width: number;
  readonly isDark: boolean;
  /** The place of the figure: in the lab, beside or above the explanation, or embedded in another page. */
  readonly frame: "page" | "beside" | "above" | "embedded";
  /** A suffix that keeps figures' ids unique when a network is pinned and two views of the same kind are shown. */
  readonly idSuffix: string;
  /** The results of the network shown beside this one; null if only one network is shown. */
  readonly beside: LabData | null;
  /** Requests the inputs of a neuron of a layer. */
  readonly look: (layer: number, neuron: number) => void;
  /** Requests the neurons of a path. */
  readonly follow: (question: PathQuestion) => void;
}

/** One of the page's views. */
export interface View {
  readonly element: HTMLElement;
  /** One sentence on what the reader sees, and one on what the reader can change. */
  readonly introduction: string;
  /** Draws whatever changed since the last call. */
  draw(scene: Scene): void;
  /** The figure to save; null if there is none. */
  figure(scene: Scene, options: FigureOptions): Figure | null;
  /** Shows the layers one after another, as an animation. */
  play?(): void;
  /** The view's own controls, in place of those of a network. */
  readonly controls?: HTMLElement;
  /** The numbers in the figure as CSV, if they do not follow from the page's state alone. */
  csv?(): string | null;
  /** The rows to save, if they do not follow from the page's data alone; null until they are complete. */
  rows?(): ExportedRows | null;
  /** The command that produces the picture's numbers, if it differs from the command for the page's network. */
  command?(): string;
}

/** A function that says whether any of its arguments have changed since its last call. */
export function changeOf(): (...values: readonly unknown[]) => boolean {
  let last: readonly unknown[] | null = null;
  return (...values) => {
    const before = last;
    last = values;
    return before === null || values.some((value, k) => !Object.is(value, before[k]));
  };
}

/**
 * Puts a figure on the page, with a smooth transition from the previous one. The figure is one image with a name and a
 * description; the labels that Plot gives its parts are removed.
 *
 * @param isSmooth whether the transition is smooth; false for figures that follow each other quickly
 */
export function place(slot: HTMLElement, figure: Figure, isSmooth = true): void {
  for (const part of figure.svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  morphInto(slot, figure.svg, isSmooth);
}
