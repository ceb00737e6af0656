import type { HostUrl } from "../base/host.js";
import { Worker } from "node:worker_threads";
import { coreModule } from "../kernels/node.js";
import { placesOf } from "../training/layers.js";
import { shapeOf } from "../training/learned.js";
import { partsOf, type TrainingSettings, type TrainingState } from "../training/trainer.js";
import { sharedBytes, type TrainingBlock, type TrainingThread } from "./training-thread.js";

/** A training run in threads of this process. */
export interface TrainingThreads {
  /**
   * Takes several steps.
   *
   * @throws Error when a thread dies
   */
  advance(steps: number): Promise<TrainingBlock>;
  close(): Promise<void>;
}

/**
 * Trains in threads; the resulting bytes do not depend on the number of threads.
 *
 * @param from the state from which a run continues, and the loss of the run's first step
 * @param workers number of threads, limited to the number of parts in a batch
 * @param entry the script that threads run: node-worker.js as built
 */
export function trainInThreads(
  settings: TrainingSettings,
  from: { readonly state: TrainingState; readonly first: number | null },
  workers: number,
  entry: HostUrl = new URL("./node-worker.js", import.meta.url),
): TrainingThreads {
  const parts = partsOf(settings);
  const threads = Math.min(workers, parts);
  const shared = new SharedArrayBuffer(sharedBytes(parts, placesOf(shapeOf(settings)).count));
  const module = coreModule();
  const all = Array.from({ length: threads }, (_, index) => {
    const training: TrainingThread = { settings, ...from, shared, index, threads };
    return new Worker(entry, { workerData: { module, training }, execArgv: [] });
  });
  let failure: Error | null = null;
  let settle: { readonly resolve: (block: TrainingBlock) => void; readonly reject: (error: Error) => void } | null =
    null;
  const fail = (error: Error): void => {
    failure ??= error;
    settle?.reject(failure);
  };
  all.forEach((worker, index) => {
    worker.on("error", fail);
    worker.on("exit", (code) => fail(new Error(`A training thread exited with code ${code}.`)));
    if (index === 0) worker.on("message", (block: TrainingBlock) => settle?.resolve(block));
  });
  return {
    advance: (steps) =>
      new Promise((resolve, reject) => {
        settle = { resolve, reject };
        if (failure !== null) reject(failure);
        else for (const worker of all) worker.postMessage(steps);
      }),
    async close() {
      settle = null;
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}
