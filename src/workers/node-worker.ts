import { parentPort, workerData } from "node:worker_threads";
import { wasmKernels } from "../kernels/wasm.js";
import { threadClock } from "../jobs/node-clock.js";
import { taskKinds } from "./task-kinds.js";
import { requestHandler, type Request } from "../jobs/worker.js";
import { runTrainingThread, type TrainingThread } from "./training-thread.js";

// The entry point of a worker thread, for the Node pool and for training.

const port = parentPort!;
const { module, training } = workerData as { module: WebAssembly.Module; training?: TrainingThread };
const kernels = wasmKernels(module);
if (training !== undefined) runTrainingThread(port, kernels, training);
else {
  const answer = requestHandler(taskKinds, kernels, threadClock());
  port.on("message", (request: Request) => port.postMessage(answer(request)));
}
