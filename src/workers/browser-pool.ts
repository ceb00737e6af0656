import type { Executor } from "../jobs/execute.js";
import { Pool } from "../jobs/pool.js";
import { taskKinds } from "./task-kinds.js";
import { startWebWorker } from "./web-worker.js";

export interface BrowserPoolOptions {
  /** The compiled core: `WebAssembly.compileStreaming(fetch(…))`. */
  readonly module: WebAssembly.Module;
  /** The largest number of workers that run at once; default: the number of cores. */
  readonly workers?: number;
  /** Makes a worker that runs browser-worker.js; for pages whose bundler does not support `new Worker(new URL(…))`. */
  readonly createWorker?: () => Worker;
}

/** Runs tasks in Web Workers, never in the page's thread. Workers start when there is work for them. */
export function browserExecutor(options: BrowserPoolOptions): Executor {
  const { module, workers = navigator.hardwareConcurrency, createWorker = moduleWorker } = options;
  return new Pool({ kinds: taskKinds, size: workers, start: startWebWorker(module, createWorker) });
}

/** A worker that runs browser-worker.js; the script starts loading at once, even if the worker has no task yet. */
export function moduleWorker(): Worker {
  return new Worker(new URL("./browser-worker.js", import.meta.url), { type: "module" });
}
