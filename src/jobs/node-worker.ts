import { parentPort, workerData } from "node:worker_threads";
import { wasmKernels } from "../kernels/wasm.js";
import { requestHandler, type Request } from "./worker.js";

// The entry of a worker thread of the Node pool.

const port = parentPort!;
const answer = requestHandler(wasmKernels((workerData as { module: WebAssembly.Module }).module));
port.on("message", (request: Request) => port.postMessage(answer(request)));
