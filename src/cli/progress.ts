import { Presets, SingleBar } from "cli-progress";

/** Shows how far a job is, on stderr, so that results on stdout stay clean. */
export interface Progress {
  /** @param total steps of the whole job; may change from call to call */
  update(done: number, total: number, label?: string): void;
  /** Makes room for a line of something else; the next update shows it again. */
  clear(): void;
  stop(): void;
}

/** Time to the first plain line and least time between two, in milliseconds. */
const FIRST_LINE = 1000;
const LINE_INTERVAL = 5000;

/**
 * A bar with the time left on a terminal, a plain line after a second and then every five elsewhere.
 *
 * @param label what is being done
 */
export function showProgress(label: string, stream: NodeJS.WriteStream = process.stderr): Progress {
  return stream.isTTY ? progressBar(label, stream) : progressLines(label, stream);
}

function progressBar(label: string, stream: NodeJS.WriteStream): Progress {
  const bar = new SingleBar(
    {
      format: "{label} {bar} {percentage}%, {eta_formatted} left",
      stream,
      hideCursor: true,
      clearOnComplete: true,
      stopOnComplete: false,
      etaBuffer: 50,
      fps: 10,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update(done, total, now = label) {
      if (!started) bar.start(total, done, { label: now });
      started = true;
      bar.setTotal(total);
      bar.update(done, { label: now });
    },
    clear() {
      if (started) stream.write("\r\x1b[K");
    },
    stop() {
      if (started) bar.stop();
    },
  };
}

function progressLines(label: string, stream: NodeJS.WriteStream): Progress {
  const start = Date.now();
  let next = start + FIRST_LINE;
  return {
    update(done, total, now = label) {
      const time = Date.now();
      if (time < next || done >= total) return;
      next = time + LINE_INTERVAL;
      const left = done > 0 ? `, ${Math.ceil(((time - start) * (total - done)) / done / 1000)} s left` : "";
      stream.write(`${now}: ${Math.floor((100 * done) / total)}%${left}\n`);
    },
    clear() {},
    stop() {},
  };
}
