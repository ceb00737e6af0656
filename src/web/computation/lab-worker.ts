import { requestHandler, type Answer, type Request } from "../../jobs/worker.js";
import { kernelsOf, type Core } from "./core.js";
import { labTasks } from "./lab-tasks.js";
import { loadTraining, trainingStepsKind } from "./training-kind.js";

// The entry point of the page's workers. A worker answers the message "ready?" once it has loaded; the next message
// that it receives contains the core.

/**
 * This module's address, with which other code starts workers. The page loads this module too, so modules that the page
 * and its workers share are bundled only once.
 */
export const workerUrl = import.meta.url;

function serve(): void {
  /** Settles once all earlier requests have been answered. */
  let answer: Promise<(request: Request) => Answer> | undefined;
  addEventListener("message", ({ data }: MessageEvent<"ready?" | Core | Request>) => {
    if (data === "ready?") postMessage("ready");
    else if (answer === undefined)
      answer = kernelsOf(data as Core).then((kernels) => requestHandler(labTasks, kernels));
    else answer = answer.then((handle) => answered(handle, data as Request));
  });
}

async function answered(handle: (request: Request) => Answer, request: Request): Promise<typeof handle> {
  // If the code cannot be loaded, the task fails with a message that says so.
  if (request.task.kind === trainingStepsKind.name) await loadTraining().catch(() => {});
  postMessage(handle(request));
  return handle;
}

if (typeof document === "undefined") serve();
