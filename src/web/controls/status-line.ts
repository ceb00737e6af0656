import { grouped } from "../../drawing/numbers.js";
import { button, html, setText, type Widget } from "../dom/elements.js";
import type { Lab, LabData } from "../computation/lab.js";
import type { RunSpec } from "../../config/run-spec.js";
import { estimateText } from "../computation/estimate.js";
import type { ViewName } from "../state/lab-state.js";
import { DRAWS, SAMPLES, type Stored } from "../computation/storage-run.js";

/**
 * The number of samples behind the numbers on screen, and the run's progress. Only the error view and the storage view
 * show measurements over these samples.
 */
export function statusLine(
  stop: () => void,
): Widget<[lab: Pick<Lab, "data" | "running">, drawn: ViewName, isStale: boolean, spec: RunSpec]> {
  const text = html("span", { class: "number", id: "samples" });
  const lead = html("span", {}, "Errors measured so far:");
  const bar = html("progress", { max: 1, "aria-label": "progress of the run" });
  const stopButton = button("Stop", stop, { class: "small" });
  const element = html("div", { class: "status" }, lead, text, bar, stopButton);
  const estimated = lastOf(estimateText);
  return {
    element,
    show({ data: { measured, stored }, running }, drawn, isStale, spec) {
      lead.hidden = drawn === "errors" || drawn === "storage";
      const { progress, isStopped } = running;
      const isRunning = progress !== null;
      const counted =
        drawn === "storage"
          ? stored && drawsText(stored, isStopped)
          : measured && countText(measured, isRunning, isStopped);
      const expected = drawn === "storage" ? "" : estimated(spec);
      const isNew = isStale || (expected !== "" && isRunning && measured?.spec !== spec);
      setText(text, isNew || counted === null ? `Computing … ${expected}` : counted);
      bar.hidden = stopButton.hidden = !isRunning;
      if (progress !== null) bar.value = progress;
      element.dataset["state"] = isRunning ? "running" : isStopped ? "stopped" : "done";
    },
  };
}

/** Wraps a function so that it remembers its last answer. */
function lastOf<Given, Answer>(of: (given: Given) => Answer): (given: Given) => Answer {
  let last: { readonly given: Given; readonly answer: Answer } | null = null;
  return (given) => (last?.given === given ? last : (last = { given, answer: of(given) })).answer;
}

function drawsText({ draws, isComplete }: Stored, isStopped: boolean): string {
  const done = `${draws.length * SAMPLES} samples over ${draws.length} sets of vectors`;
  return isComplete ? done : `${done}${isStopped ? ", stopped before" : " so far, of"} ${DRAWS} sets`;
}

function countText(measured: NonNullable<LabData["measured"]>, isRunning: boolean, isStopped: boolean): string {
  const { samples, networks, isComplete, spec } = measured;
  const forEach = spec.z.length > 1 ? " for each z" : "";
  const counted = (count: number, of: number): string =>
    `${grouped(count)} samples${of > 1 ? ` in each of ${of} networks` : ""}`;
  if (isComplete) return counted(samples, networks) + forEach;
  const state = isStopped ? ", stopped before" : isRunning ? " so far, of" : " of";
  return `${counted(samples, networks)}${state} ${counted(spec.samples, spec.networks)}${forEach}`;
}
