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
 * Workers as threads of this process, each with its own instance of the core, which is compiled once. A thread keeps
 * the process alive only while it has work.
 *
 * @param entry the script that threads run: node-worker.js as built
 * @throws InputError when the requested kernels do not run here
 */
export function startThread(
  entry: HostUrl = new URL("./node-worker.js", import.meta.url),
  options: KernelOptions = {},
): StartWorker {
  const module = coreModule(options);
  return ({ answered, died }) => {
    // This process's flags are not passed on, because a worker refuses some of them, such as --input-type. The nursery
    // is small because each thread allocates one, and a thread's garbage is short-lived.
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
 * Runs tasks on one or more cores; threads start when there is work for them. Jobs that would finish before a thread
 * could start are run in this thread. Longer jobs never run in this thread, even with one worker, because this thread
 * handles signals and shows progress.
 *
 * @param workers the largest number of threads at once, 1 to 256
 * @throws InputError if `workers` is out of bounds or the requested kernels do not run here
 */
export function nodeExecutor(workers: number, options: KernelOptions = {}): Executor {
  wholeNumber("workers", workers, 1, MOST_WORKERS);
  const local = (): Executor => localExecutor(loadKernels(options), threadClock());
  // This thread can be busy for about 100 ms while it draws a figure, so workers get 100 ms of work in advance. With
  // longer queues, a job could end up waiting for a single worker.
  return new Pool({ kinds: taskKinds, size: workers, start: startThread(undefined, options), local, ahead: 100 });
}
