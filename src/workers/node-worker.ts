import { parentPort, workerData } from "node:worker_threads";
import { wasmKernels } from "../kernels/wasm.js";
import { threadClock } from "../jobs/node-clock.js";
import { taskKinds } from "./task-kinds.js";
import { requestHandler, type Request } from "../jobs/worker.js";

// The entry of a worker thread of the Node pool.

const port = parentPort!;
const { module } = workerData as { module: WebAssembly.Module };
const answer = requestHandler(taskKinds, wasmKernels(module), threadClock());
port.on("message", (request: Request) => port.postMessage(answer(request)));
