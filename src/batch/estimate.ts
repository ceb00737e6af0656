import { chunkKind } from "../runs/chunk.js";
import { runTasks } from "../runs/tasks.js";
import type { EngineName } from "../runs/engines.js";
import { memoryNeeded, type RunSpec } from "../config/run-spec.js";

/** A very rough estimate of the time and memory that runs need. */
export interface Estimate {
  readonly seconds: number;
  readonly bytes: number;
}

/** Bytes of memory for a Node process with this program loaded, and for each additional worker. */
const PROCESS = 80 * 2 ** 20;
const WORKER = 30 * 2 ** 20;

/** @param workers number of cores that share the runs */
export function estimate(specs: readonly RunSpec[], workers: number, engine: EngineName = "factored"): Estimate {
  let milliseconds = 0;
  let largest = 0;
  for (const spec of specs) {
    milliseconds += runMilliseconds(spec, engine);
    largest = Math.max(largest, memoryNeeded(spec));
  }
  return { seconds: milliseconds / workers / 1000, bytes: PROCESS + workers * (WORKER + largest) };
}

/** Assumes that one network is loaded and run at a time and that all samples cost the same. */
function runMilliseconds(spec: RunSpec, engine: EngineName): number {
  const [first] = runTasks(spec);
  const { load, run } = chunkKind.cost({ ...first, engine });
  return spec.networks * (load + (spec.z.length * spec.samples * run) / first.count);
}

/** A human-readable duration: "about 40 s", "about 3 min", "less than 1 s". */
export function durationText(seconds: number): string {
  if (seconds < 1) return "less than 1 s";
  if (seconds < 90) return `about ${Math.ceil(seconds)} s`;
  if (seconds < 5400) return `about ${Math.ceil(seconds / 60)} min`;
  if (seconds < 48 * 3600) return `about ${Math.ceil(seconds / 3600)} h`;
  return `about ${Math.ceil(seconds / 86_400)} days`;
}

/** A human-readable size, in MB or GB. */
export function sizeText(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
