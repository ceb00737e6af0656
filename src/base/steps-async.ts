import { given } from "./errors.js";
import type { HostSignal } from "./host.js";
import type { Steps } from "./steps.js";

/** Lets pending timers, signals and messages be handled. */
export const breathe = (): Promise<void> =>
  new Promise((resolve) => (typeof setImmediate === "function" ? setImmediate(resolve) : setTimeout(resolve, 0)));

/** Progress and cancellation of work that does not block the event loop. */
export interface AsyncOptions {
  /** Stops the work: the promise is rejected with the signal's reason. */
  readonly signal?: HostSignal | undefined;
  /** Called with the completed fraction, from 0 to 1 and never decreasing, after each turn of the event loop. */
  readonly onProgress?: ((done: number) => void) | undefined;
}

/** Milliseconds of work between two turns of the event loop. */
const SLICE = 25;

/** Runs all steps, a few at a time, and lets the event loop run in between. */
export async function finishAsync<Result>(steps: Steps<Result>, watch: AsyncOptions = {}): Promise<Result> {
  const { signal, onProgress } = given("watch", watch, "an object { signal, onProgress }");
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
