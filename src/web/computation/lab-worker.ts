import { requestHandler, type Answer, type Request } from "../../jobs/worker.js";
import { kernelsOf, type Core } from "./core.js";
import { labTasks } from "./lab-tasks.js";

// The entry point of the page's workers. A worker answers "ready?" once it has loaded; the next message is the core.

/** This module's address, for code that starts workers. The page loads it too, so its modules are bundled only once. */
export const workerUrl = import.meta.url;

function serve(): void {
  let answer: Promise<(request: Request) => Answer> | undefined;
  addEventListener("message", ({ data }: MessageEvent<"ready?" | Core | Request>) => {
    if (data === "ready?") postMessage("ready");
    else if (answer === undefined)
      answer = kernelsOf(data as Core).then((kernels) => requestHandler(labTasks, kernels));
    else void answer.then((handle) => postMessage(handle(data as Request)));
  });
}

if (typeof document === "undefined") serve();
