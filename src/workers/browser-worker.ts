import { wasmKernels } from "../kernels/wasm.js";
import { taskKinds } from "./task-kinds.js";
import { requestHandler, type Answer, type Request } from "../jobs/worker.js";

// The entry point of the browser pool's Web Workers. The first message is the compiled core.

let answer: ((request: Request) => Answer) | undefined;
addEventListener("message", ({ data }: MessageEvent<WebAssembly.Module | Request>) => {
  if (data instanceof WebAssembly.Module) answer = requestHandler(taskKinds, wasmKernels(data));
  else postMessage(answer!(data));
});
