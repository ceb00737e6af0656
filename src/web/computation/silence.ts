/** Runs `call` after the given number of seconds, unless the returned function is called first. */
export type Later = (seconds: number, call: () => void) => () => void;

const later: Later = (seconds, call) => {
  const timer = setTimeout(call, 1000 * seconds);
  return () => clearTimeout(timer);
};

/** Seconds that the page waits, beyond the time allowed for an answer, before it says that no worker is answering. */
const PATIENCE = 15;

/** The state of the work in progress. */
export interface Work {
  /** Whether an answer is pending. */
  readonly isBusy: boolean;
  /** Whether the workers have started. */
  readonly hasStarted: boolean;
  /** The number of seconds within which an answer is expected. */
  readonly expected: () => number;
}

/**
 * Reports when work is under way but no worker is answering.
 *
 * @param tell receives a sentence saying that no worker is answering, or an empty string if there is nothing to say
 * @returns a function to call after every question and every answer
 */
export function silenceWatch(tell: (text: string) => void, wait: Later = later): (work: Work) => void {
  let cancel = (): void => {};
  return ({ isBusy, hasStarted, expected }) => {
    cancel();
    tell("");
    if (!isBusy) return;
    cancel = wait(PATIENCE, () => {
      const more = Math.round(5 * expected());
      cancel = wait(more, () => tell(silenceText(PATIENCE + more, hasStarted)));
    });
  };
}

function silenceText(seconds: number, hasStarted: boolean): string {
  return hasStarted
    ? `The compute workers have not answered for ${seconds} seconds: they are slow, or they have stopped.`
    : `No worker has started within ${seconds} seconds, so nothing can be computed yet.`;
}
