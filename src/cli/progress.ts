import { Presets, SingleBar } from "cli-progress";

/** Shows how far a job is, on stderr, so that results on stdout stay clean. */
export interface Progress {
  /** @param total steps of the whole job; may change from call to call */
  update(done: number, total: number, label?: string): void;
  /** Makes room for a line of something else; the next update shows it again. */
  clear(): void;
  stop(): void;
}

/** Work that takes less than this, in seconds, shows nothing but its result. */
const SHORT = 0.02;
/** Time to the first sign of work that was to be short, and least time between plain lines, in milliseconds. */
const FIRST = 1000;
const LINE_INTERVAL = 5000;
/** Time between looks at the time left in a bar. */
const BAR_INTERVAL = 500;

/**
 * A bar with the time left on a terminal, a plain line now and then every five seconds elsewhere. Both show at once, so
 * that nobody wonders, and go on by themselves while a long step is done.
 *
 * @param label what is being done
 * @param expected seconds that it may take in all, for the time left until the first step is done; null for unknown
 */
export function showProgress(
  label: string,
  expected: number | null = null,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  const state = new State(label, expected);
  return stream.isTTY ? progressBar(state, stream) : progressLines(state, stream);
}

/** Shows how far `work` is, from its start to its end, whichever way it ends. */
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

/** How far a job is, and since when it runs. */
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

  /** Milliseconds until there is something to show. */
  get first(): number {
    return this.#expected !== null && this.#expected < SHORT ? FIRST : 0;
  }

  /** ", 40 s left"; empty while nobody knows. */
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
