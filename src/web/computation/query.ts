import type { Executor } from "../../jobs/execute.js";

/** Answers questions; each new question replaces the previous one. */
export interface Query<Question> {
  ask(question: Question): void;
  /** Stops the current work and forgets the pending question. */
  stop(): void;
  /** Whether an answer is pending. */
  isRunning(): boolean;
  /** Resolves when no answer is pending. */
  idle(): Promise<void>;
}

/**
 * Keeps one answer up to date as its question changes: each new question replaces all earlier ones.
 *
 * While a slider is dragged, questions arrive faster than answers. A run that has not shown anything yet may continue
 * for a short time before it is stopped and the newest question is answered. The picture thus follows the slider
 * instead of waiting for it to stop.
 *
 * @param answer computes the answer to a question; calls `shown` as soon as part of it is on screen
 * @param patience how long, in milliseconds, the next run waits for a run that has not shown anything yet
 */
export function newestQuery<Question>(
  answer: (question: Question, signal: AbortSignal, shown: () => void) => Promise<void>,
  failed: (error: unknown) => void,
  patience = 150,
): Query<Question> {
  let running: { readonly abort: AbortController; isShown: boolean } | null = null;
  let next: { readonly question: Question } | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let settled = Promise.resolve();
  const start = (question: Question): void => {
    const own = { abort: new AbortController(), isShown: false };
    running = own;
    const shown = (): void => {
      own.isShown = true;
      if (next) own.abort.abort();
    };
    settled = answer(question, own.abort.signal, shown)
      .catch((error: unknown) => {
        if (!own.abort.signal.aborted) failed(error);
      })
      .finally(() => {
        clearTimeout(timer);
        timer = undefined;
        running = null;
        const following = next;
        next = null;
        if (following) start(following.question);
      });
  };
  return {
    ask(question) {
      if (running === null) return start(question);
      next = { question };
      const { abort, isShown } = running;
      if (isShown) abort.abort();
      else timer ??= setTimeout(() => abort.abort(), patience);
    },
    stop() {
      next = null;
      running?.abort.abort();
    },
    async idle() {
      while (running !== null) await settled;
    },
    isRunning: () => next !== null || running?.abort.signal.aborted === false,
  };
}

/** Progress of a run on screen. */
export interface Watched {
  /** Share of the work done; null when nothing runs. */
  progress: number | null;
  /** Whether the user stopped the run before its end. */
  isStopped: boolean;
}

/** A query whose runs report progress; when a run is stopped, its results so far are kept. */
export function watchedQuery<Question>(
  state: Watched,
  executor: Promise<Executor>,
  answer: (workers: Executor, question: Question, signal: AbortSignal, shown: () => void) => Promise<void>,
  changed: () => void,
  failed: (error: unknown) => void,
): Query<Question> {
  const set = (progress: number | null, isStopped = state.isStopped): void => {
    Object.assign(state, { progress, isStopped });
  };
  const query = newestQuery<Question>(
    async (question, signal, shown) => {
      const workers = await executor;
      set(0, false);
      changed();
      await answer(workers, question, signal, shown);
    },
    (error) => {
      set(null);
      failed(error);
      changed();
    },
  );
  return {
    ...query,
    stop() {
      query.stop();
      set(null, true);
      changed();
    },
  };
}
