import { browserExecutor, moduleWorker } from "../../workers/browser-pool.js";
import type { Executor } from "../../jobs/execute.js";

/** The first worker loads while the page does, before there is work for it. */
let early: Worker | null = moduleWorker();
early.onerror = () => (early = null);

function createWorker(): Worker {
  const worker = early ?? moduleWorker();
  early = null;
  return worker;
}

/** Workers for the page's jobs, with the core that the command line runs. One core is left for the page itself. */
async function startWorkers(): Promise<Executor> {
  const response = await fetch(new URL("../../../build/core.wasm", import.meta.url));
  if (!response.ok) throw new Error(`The core could not be loaded: ${response.status} ${response.statusText}.`);
  const module = await WebAssembly.compile(await response.arrayBuffer());
  return browserExecutor({
    module,
    workers: Math.max(1, (navigator.hardwareConcurrency || 2) - 1),
    createWorker,
  });
}

/** The page's workers; importing this module starts to load them. */
export const workers = startWorkers();
