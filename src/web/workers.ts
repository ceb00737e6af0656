import { browserExecutor } from "../jobs/browser-pool.js";
import type { Executor } from "../jobs/execute.js";

/** Workers for the page's jobs, with the core that the command line runs. One core is left for the page itself. */
export async function startWorkers(): Promise<Executor> {
  const response = await fetch(new URL("../../build/core.wasm", import.meta.url));
  if (!response.ok) throw new Error(`The core could not be loaded: ${response.status} ${response.statusText}.`);
  const module = await WebAssembly.compile(await response.arrayBuffer());
  return browserExecutor({
    module,
    workers: Math.max(1, (navigator.hardwareConcurrency || 2) - 1),
    createWorker: () => new Worker(new URL("../jobs/browser-worker.ts", import.meta.url), { type: "module" }),
  });
}

/** Keeps the built page for use without a network, where the browser can. */
export function keepOffline(): void {
  if (!IS_BUILT || !("serviceWorker" in navigator)) return;
  navigator.serviceWorker.register("./service-worker.js").catch(() => {
    // Private windows and some settings forbid it: the page works all the same while it is online.
  });
}
