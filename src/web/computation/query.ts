/**
 * Keeps one answer up to date with a question that changes, by asking again: the newest question wins.
 *
 * While a slider is dragged, questions come faster than answers. A run that has not shown anything yet goes on for a
 * moment, so that the picture follows the hand instead of waiting for it to stop; then the newest question is asked.
 */
export class Query<Question> {
  readonly #ask: (question: Question, signal: AbortSignal, shown: () => void) => Promise<void>;
  readonly #failed: (error: unknown) => void;
  readonly #patience: number;
  #running: { readonly question: Question; readonly abort: AbortController; isShown: boolean } | null = null;
  #next: { readonly question: Question } | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * @param ask works on a question; calls `shown` as soon as something of its answer is on screen
   * @param patience how long a run that has shown nothing may hold back the next one, in milliseconds
   */
  constructor(
    ask: (question: Question, signal: AbortSignal, shown: () => void) => Promise<void>,
    failed: (error: unknown) => void,
    patience = 150,
  ) {
    this.#ask = ask;
    this.#failed = failed;
    this.#patience = patience;
  }

  get isRunning(): boolean {
    return this.#running !== null;
  }

  ask(question: Question): void {
    const running = this.#running;
    if (running === null) {
      this.#start(question);
      return;
    }
    this.#next = { question };
    if (running.isShown) running.abort.abort();
    else this.#timer ??= setTimeout(() => running.abort.abort(), this.#patience);
  }

  /** Ends what is running and forgets what was to come. */
  stop(): void {
    this.#next = null;
    this.#running?.abort.abort();
  }

  #start(question: Question): void {
    const running = { question, abort: new AbortController(), isShown: false };
    this.#running = running;
    const shown = (): void => {
      running.isShown = true;
      if (this.#next) running.abort.abort();
    };
    void this.#ask(question, running.abort.signal, shown)
      .catch((error: unknown) => {
        if (!running.abort.signal.aborted) this.#failed(error);
      })
      .finally(() => {
        clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#running = null;
        const next = this.#next;
        this.#next = null;
        if (next) this.#start(next.question);
      });
  }
}
