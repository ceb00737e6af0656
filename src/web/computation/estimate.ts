import { chunkKind } from "../../runs/chunk.js";
import { runTasks } from "../../runs/tasks.js";
import { memoryNeeded, type RunSpec } from "../../config/run-spec.js";
import { measurementStages } from "./measurement.js";

/** Runs shorter than this, in seconds, get no estimate: they end before anyone could read it. */
const SHORT = 2;

/**
 * Rough cost of a run on this page: the seconds until a single worker delivers the first and the last numbers, and the
 * memory in bytes.
 */
export function estimateOf(spec: RunSpec): { readonly first: number; readonly whole: number; readonly bytes: number } {
  const costs = measurementStages(spec).map((stage) => {
    const [task] = runTasks(stage);
    const { load, run } = chunkKind.cost(task);
    return { load, run: (run / task.count) * stage.samples * stage.networks };
  });
  const [{ load, run }] = costs;
  const whole = costs.reduce((sum, cost) => sum + cost.run, spec.networks * load);
  return { first: (load + run) / 1000, whole: whole / 1000, bytes: memoryNeeded(spec) };
}

/** An estimate in words; empty for a short run. */
export function estimateText(spec: RunSpec): string {
  const { first, whole, bytes } = estimateOf(spec);
  if (whole < SHORT) return "";
  const memory = bytes < 20e6 ? "" : ` and ${rounded(bytes / 1e6)} MB`;
  const before = first < SHORT ? "" : `; the first numbers appear after ${duration(first)}`;
  return `This network takes about ${duration(whole)}${memory}${before}.`;
}

const duration = (seconds: number): string =>
  seconds < 90 ? `${rounded(seconds)} s` : `${rounded(seconds / 60)} minutes`;

/** A number with one significant digit: the estimate is no more accurate than that. */
const rounded = (value: number): number => Number(value.toPrecision(1));
