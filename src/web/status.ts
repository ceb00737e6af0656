import { grouped } from "../report/numbers.js";
import { button, html, setText } from "./dom.js";
import type { LabData } from "./lab.js";

export interface Status {
  readonly element: HTMLElement;
  /** @param isOfFigure whether the figure on screen is made of these samples */
  show(data: LabData, isOfFigure: boolean): void;
}

/** How many samples the numbers on screen come from, and how far the run is. */
export function statusLine(stop: () => void): Status {
  const text = html("span", { class: "number", id: "samples" });
  const lead = html("span", {}, "Errors, measured meanwhile:");
  const bar = html("progress", { max: 1, "aria-label": "progress of the run" });
  const stopButton = button("Stop", stop, { class: "small" });
  const element = html("div", { class: "status" }, lead, text, bar, stopButton);
  return {
    element,
    show(data, isOfFigure) {
      lead.hidden = isOfFigure;
      const { measured, progress, isStopped } = data;
      const isRunning = progress !== null;
      setText(text, measured === null ? "Starting …" : countText(measured, isRunning, isStopped));
      bar.hidden = stopButton.hidden = !isRunning;
      if (progress !== null) bar.value = progress;
      element.dataset["state"] = isRunning ? "running" : isStopped ? "stopped" : "done";
    },
  };
}

function countText(measured: NonNullable<LabData["measured"]>, isRunning: boolean, isStopped: boolean): string {
  const { samples, networks, isComplete, spec } = measured;
  const forEach = spec.z.length > 1 ? " for each z" : "";
  const counted = (count: number, of: number): string =>
    `${grouped(count)} samples${of > 1 ? ` in each of ${of} networks` : ""}`;
  if (isComplete) return counted(samples, networks) + forEach;
  const state = isStopped ? ", stopped before" : isRunning ? ", on the way to" : " of";
  return `${counted(samples, networks)}${state} ${counted(spec.samples, spec.networks)}${forEach}`;
}
