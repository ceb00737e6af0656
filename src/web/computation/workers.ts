import { InputError } from "../../base/errors.js";
import { checkedBytes } from "../../kernels/wasm.js";
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

function noCore(what: string): Error {
  const text = `This browser ${what}, so nothing can be computed here: every number of this page comes from WebAssembly.`;
  return new Error(`${text} Another browser shows it; the figures are in the project’s report as well.`);
}

/** Workers for the page's jobs, with the core that the command line runs. One core is left for the page itself. */
async function startWorkers(): Promise<Executor> {
  if (typeof WebAssembly === "undefined") throw noCore("runs no WebAssembly");
  const response = await fetch(new URL("../../../build/core.wasm", import.meta.url));
  if (!response.ok) throw new Error(`The core could not be loaded: ${response.status} ${response.statusText}.`);
  const bytes = await response.arrayBuffer();
  try {
    checkedBytes(bytes);
  } catch (error) {
    if (error instanceof InputError) throw noCore("has a WebAssembly without SIMD, which browsers have had since 2023");
    throw error;
  }
  const module = await WebAssembly.compile(bytes);
  return browserExecutor({
    module,
    workers: Math.max(1, (navigator.hardwareConcurrency || 2) - 1),
    createWorker,
  });
}

/** The page's workers; importing this module starts to load them. */
export const workers = startWorkers();
