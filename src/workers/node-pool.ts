import type { HostUrl } from "../base/host.js";
import { Worker } from "node:worker_threads";
import { wholeNumber } from "../base/errors.js";
import { coreModule, loadKernels, type KernelOptions } from "../kernels/node.js";
import { MOST_WORKERS, type Executor } from "../jobs/execute.js";
import { localExecutor } from "./local.js";
import { taskKinds } from "./task-kinds.js";
import { threadClock } from "../jobs/node-clock.js";
import { Pool, type StartWorker } from "../jobs/pool.js";
import type { Answer } from "../jobs/worker.js";

/**
 * Workers as threads of this process, each with its own instance of the one compiled core. A thread keeps the process
 * alive only while it has work.
 *
 * @param entry what the threads run: node-worker.js as the build wrote it
 * @throws InputError when the kernels asked for do not run here
 */
export function startThread(
  entry: HostUrl = new URL("./node-worker.js", import.meta.url),
  options: KernelOptions = {},
): StartWorker {
  const module = coreModule(options);
  return ({ answered, died }) => {
    // Flags of this process are not for the thread: some, such as --input-type, a worker refuses.
    // A small nursery: a thread's garbage is short-lived, and its memory counts as often as there are threads.
    const resourceLimits = { maxYoungGenerationSizeMb: 4 };
    const worker = new Worker(entry, { workerData: { module }, execArgv: [], resourceLimits });
    worker.on("message", (answer: Answer) => answered(answer));
    worker.on("messageerror", died);
    worker.on("error", died);
    worker.on("exit", (code) => died(new Error(`it exited with code ${code}`)));
    return {
      send(request) {
        worker.ref();
        worker.postMessage(request);
      },
      rest: () => worker.unref(),
      terminate: async () => void (await worker.terminate()),
    };
  };
}

/**
 * Does tasks on one or several cores: threads start when there is work for them. Jobs that are done before a thread could
 * start are done in this one. Longer ones are not, with one worker either: this thread answers signals and shows progress.
 *
 * @param workers most threads at once, 1 to 256
 * @throws InputError for another number of workers, and when the kernels asked for do not run here
 */
export function nodeExecutor(workers: number, options: KernelOptions = {}): Executor {
  wholeNumber("workers", workers, 1, MOST_WORKERS);
  const local = (): Executor => localExecutor(loadKernels(options), threadClock());
  // A part of drawing a figure takes this thread up to some 100 ms. Where more waits at a worker, it is all that a job still waits for.
  return new Pool({ kinds: taskKinds, size: workers, start: startThread(undefined, options), local, ahead: 100 });
}
