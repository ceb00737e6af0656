import { given } from "./errors.js";
import type { HostSignal } from "./host.js";
import type { Steps } from "./steps.js";

/** Lets timers, signals and messages through. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => (typeof setImmediate === "function" ? setImmediate(resolve) : setTimeout(resolve, 0)));

/** How work that leaves the event loop free is watched and stopped. */
export interface AsyncOptions {
  /** Stops the work: the promise is rejected with the signal's reason. */
  readonly signal?: HostSignal | undefined;
  /** Called with the share that is done, from 0 to 1, never falling, each time the event loop had its turn. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 25;

/** Takes all steps, a few at a time, and lets the event loop go round in between. */
export async function finishAsync<Result>(steps: Steps<Result>, watch: AsyncOptions = {}): Promise<Result> {
  const { signal, onProgress } = given("watch", watch, "an object of signal and onProgress");
  signal?.throwIfAborted();
  onProgress?.(0);
  let until = performance.now() + SLICE;
  for (;;) {
    const step = steps.next();
    if (step.done === true) {
      onProgress?.(1);
      return step.value;
    }
    if (performance.now() < until) continue;
    await breathe();
    signal?.throwIfAborted();
    onProgress?.(step.value);
    until = performance.now() + SLICE;
  }
}
