import { SingleExecutor, type Executor } from "../../jobs/execute.js";
import { LoadedCore } from "../../jobs/loaded-core.js";
import { Pool } from "../../jobs/pool.js";
import { checkedBytes, wasmKernels } from "../../kernels/wasm.js";
import { startWebWorker } from "../../workers/web-worker.js";
import { kernelsOf, type Core } from "./core.js";
import { labTasks } from "./lab-tasks.js";
import { workerUrl } from "./lab-worker.js";

function moduleWorker(): Worker {
  return new Worker(workerUrl, { type: "module" });
}

/** A worker that has loaded; null if the browser cannot start workers. */
function loadedWorker(): Promise<Worker | null> {
  return new Promise((resolve) => {
    try {
      const worker = moduleWorker();
      worker.onmessage = () => resolve(worker);
      worker.onerror = () => resolve(null);
      worker.postMessage("ready?");
    } catch {
      resolve(null);
    }
  });
}

/** The core that the command line uses, or a message saying why the browser cannot run it. */
async function loadCore(): Promise<WebAssembly.Module | string> {
  if (typeof WebAssembly === "undefined") return "This browser has no WebAssembly";
  const bytes = await fetch(new URL("../../../build/core.wasm", import.meta.url))
    .then((response) => (response.ok ? response.arrayBuffer() : null))
    .catch(() => null);
  if (bytes === null) return "The core could not be loaded";
  try {
    return await WebAssembly.compile(checkedBytes(bytes));
  } catch {
    return "This browser’s WebAssembly lacks SIMD";
  }
}

/** The workers that compute the page's numbers. */
export interface PageWorkers {
  /** The compiled core. */
  readonly core: Core;
  /** The executor of the page's runs. */
  readonly executor: Executor;
  /** The executor of samples on screen; it keeps the network of these samples loaded during runs. */
  readonly inspector: Executor;
  /** Starts one more worker, for a second network. */
  readonly another: () => Executor;
  /** A note for the reader about the workers; empty if all is well. */
  readonly note: string;
}

/** Starts workers for the page's jobs, leaving one core for the page itself. */
async function startWorkers(): Promise<PageWorkers> {
  const [loaded, core] = await Promise.all([loadedWorker(), loadCore()]);
  const module: Core = typeof core === "string" ? null : core;
  const slow =
    typeof core === "string"
      ? `${core}, so plain TypeScript computes the same numbers here, but about a thousand times slower: keep D small. `
      : "";
  if (loaded === null) {
    const note = `${slow}This browser cannot start workers, so the page freezes while it computes.`;
    const executor = new SingleExecutor(labTasks, await kernelsOf(module));
    return { core: module, executor, inspector: executor, another: () => executor, note };
  }
  let first: Worker | null = loaded;
  const createWorker = (): Worker => {
    const worker = first ?? moduleWorker();
    first = null;
    return worker;
  };
  const size = Math.max(1, (navigator.hardwareConcurrency || 2) - 1);
  const pool = (workers: number): Pool =>
    new Pool({ kinds: labTasks, size: workers, start: startWebWorker(module, createWorker) });
  return { core: module, executor: pool(size), inspector: pool(1), another: () => pool(1), note: slow.trim() };
}

const started = startWorkers();

let core: Core = null;
void started.then((own) => (core = own.core)).catch(() => {});

/** An instance of the core for the page's own thread; null until it is compiled, and in browsers that cannot run it. */
export const coreHere = (): LoadedCore | null => core && new LoadedCore(wasmKernels(core));

/** The page's workers; importing this module starts loading them. */
export const workers = started.then(({ executor }) => executor);

/** One additional worker, for the samples on screen. */
export const inspector = started.then((own) => own.inspector);

/** A note for the reader about the workers; empty if all is well. */
export const workersNote = started.then(({ note }) => note);

/** Starts one more worker, for a second network. */
export const anotherWorker = (): Promise<Executor> => started.then(({ another }) => another());
