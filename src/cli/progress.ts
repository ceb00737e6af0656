import { Presets, SingleBar } from "cli-progress";

/** Shows a job's progress on stderr, so that stdout contains only results. */
export interface Progress {
  /** @param total steps of the whole job; may differ between calls */
  update(done: number, total: number, label?: string): void;
  /** Clears the progress line so that other output can be printed; the next update shows the line again. */
  clear(): void;
  stop(): void;
}

/** If work is expected to take fewer seconds than this, its progress is shown only after a delay. */
const SHORT = 0.02;
/** Milliseconds before the progress of short work is shown, and between lines if there is no terminal. */
const FIRST = 1000;
const LINE_INTERVAL = 5000;
/** Time between updates of the bar's remaining time, in milliseconds. */
const BAR_INTERVAL = 500;

/**
 * On a terminal, shows a bar with the remaining time; elsewhere, prints a line every five seconds. Progress appears
 * immediately, unless the work is expected to be short, and is updated even during a long step.
 *
 * @param label a word or two for the work, such as "measuring"
 * @param expected estimated total seconds, from which the remaining time is computed until the first step is done; null
 * if unknown
 */
export function showProgress(
  label: string,
  expected: number | null = null,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const state = new State(label, expected);
  return stream.isTTY ? progressBar(state, stream) : progressLines(state, stream);
}

/** Shows the progress of `work` until it ends or fails. */
export async function withProgress<Result>(
  label: string,
  work: (progress: Progress) => Result | Promise<Result>,
  expected: number | null = null,
): Promise<Result> {
  const progress = showProgress(label, expected);
  try {
    return await work(progress);
  } finally {
    progress.stop();
  }
}

/** A job's progress and its starting time. */
class State {
  label: string;
  done = 0;
  total = 1;
  readonly #expected: number | null;
  readonly #start = Date.now();

  constructor(label: string, expected: number | null) {
    this.label = label;
    this.#expected = expected;
  }

  /** Milliseconds until progress is shown. */
  get first(): number {
    return this.#expected !== null && this.#expected < SHORT ? FIRST : 0;
  }

  /** The remaining time, with a leading comma: `, 40 s left`. Empty while unknown. */
  left(): string {
    const { done, total } = this;
    const passed = (Date.now() - this.#start) / 1000;
    if (done > 0) return `, ${timeText((passed * (total - done)) / done)} left`;
    const left = this.#expected === null ? 0 : this.#expected - passed;
    return left > 0 ? `, about ${timeText(left)} left` : "";
  }
}

function timeText(seconds: number): string {
  if (seconds <= 600) return `${Math.ceil(seconds)} s`;
  return seconds <= 7200 ? `${Math.ceil(seconds / 60)} min` : `${Math.ceil(seconds / 3600)} h`;
}

function progressBar(state: State, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    {
      format: "{label} {bar} {percentage}%{left}",
      stream,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      fps: 10,
    },
    Presets.shades_classic,
  );
  let started = false;
  const show = (): void => {
    const payload = { label: state.label, left: state.left() };
    if (!started) bar.start(state.total, state.done, payload);
    started = true;
    bar.setTotal(state.total);
    bar.update(state.done, payload);
  };
  const timer = setInterval(() => {
    if (started) show();
  }, BAR_INTERVAL).unref();
  const first = setTimeout(show, state.first).unref();
  if (state.first === 0) show();
  return {
    update(done, total, now = state.label) {
      Object.assign(state, { done, total, label: now });
      if (done > 0) show();
    },
    clear() {
      if (started) stream.write("\r\x1b[K");
    },
    stop() {
      clearTimeout(first);
      clearInterval(timer);
      if (started) bar.stop();
    },
  };
}

function progressLines(state: State, stream: NodeJS.WriteStream): Progress {
  let timer: NodeJS.Timeout | undefined;
  const line = (): void => {
    timer = setTimeout(line, LINE_INTERVAL).unref();
    const { label, done, total } = state;
    if (done < total) stream.write(`${label}: ${Math.floor((100 * done) / total)}%${state.left()}\n`);
  };
  if (state.first === 0) line();
  else timer = setTimeout(line, state.first).unref();
  return {
    update(done, total, now = state.label) {
      Object.assign(state, { done, total, label: now });
    },
    clear() {},
    stop() {
      clearTimeout(timer);
    },
  };
}
