import type { StartWorker } from "../jobs/pool.js";
import type { Answer } from "../jobs/worker.js";

/** Starts Web Workers; the first message to each carries its core. */
export function startWebWorker(core: unknown, createWorker: () => Worker): StartWorker {
  return ({ answered, died }) => {
    const worker = createWorker();
    worker.onmessage = ({ data }: MessageEvent<Answer>) => answered(data);
    worker.onmessageerror = () => died(new Error("its answer could not be read"));
    worker.onerror = (event) => {
      event.preventDefault();
      // A worker whose script cannot be loaded reports an error without a message.
      died(new Error(event.message || "it could not start"));
      worker.terminate();
    };
    worker.postMessage(core);
    return {
      send: (request) => worker.postMessage(request),
      rest() {},
      terminate: async () => worker.terminate(),
    };
  };
}
