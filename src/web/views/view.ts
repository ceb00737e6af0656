import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { morphInto } from "../dom/morph.js";
import type { LabData } from "../computation/lab.js";
import type { LabState, ViewState } from "../state/lab-state.js";

/** Changes to the state that a view asks for. */
export type ViewChange = Partial<ViewState>;
export type ChangeView = (look: ViewChange, isPassing?: boolean) => void;

/** What a view is drawn from. */
export interface Scene {
  readonly state: LabState;
  readonly data: LabData;
  /** Of the space for the figure, in px. */
  readonly width: number;
  readonly isDark: boolean;
  /** Whether the figure is beside or above the explanation, and has no room for more than one picture. */
  readonly frame: "page" | "beside" | "above";
  /** After the ids of figures: two views of a kind stand beside each other when a network is pinned. */
  readonly idSuffix: string;
  /** Asks for what a neuron of a layer reads. */
  readonly look: (layer: number, neuron: number) => void;
}

/** One of the page's views. */
export interface View {
  readonly element: HTMLElement;
  /** What is seen, and what can be moved: one sentence each. */
  readonly introduction: string;
  /** Draws what changed since the last time. */
  draw(scene: Scene): void;
  /** The figure to save; null while there is none. */
  figure(scene: Scene, options: FigureOptions): Figure | null;
  /** Goes through the layers. */
  play?(): void;
  /** What is drawn as CSV, where that is not a function of the page's state. */
  csv?(): string | null;
  /** The command behind the picture, where it is not that of the page's network. */
  command?(): string;
}

/** Whether any of some values is another one than at the last call. */
export function changeOf(): (...values: readonly unknown[]) => boolean {
  let last: readonly unknown[] | null = null;
  return (...values) => {
    const before = last;
    last = values;
    return before === null || values.some((value, k) => !Object.is(value, before[k]));
  };
}

/**
 * Puts a figure on the page; the one before goes over into it. It is one image with a name and a description of its own: the names that Plot gives its
 * parts are for no one.
 */
export function place(slot: HTMLElement, figure: Figure): void {
  for (const part of figure.svg.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  morphInto(slot, figure.svg);
}
