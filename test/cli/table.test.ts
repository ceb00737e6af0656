import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showProgress } from "../../src/cli/progress.js";
import { formatTable } from "../../src/cli/table.js";

test("columns line up, numbers are right-aligned, and nothing follows the last column", () => {
  const rows = [
    ["R5", "1000", "ok"],
    ["R-A2", "2", ""],
  ];
  expect(formatTable(["figure", "n", "note"], rows, ["figure", 2])).toBe(
    ["figure     n  note", "R5      1000  ok", "R-A2       2"].join("\n"),
  );
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("without a terminal, progress is a plain line at once and every five seconds, with the time left", () => {
  const stream = new PassThrough();
  const progress = showProgress("running", 30, stream as unknown as NodeJS.WriteStream);
  for (let done = 0; done <= 20; done++) {
    progress.update(done, 20);
    vi.advanceTimersByTime(1000);
  }
  progress.stop();
  expect(String(stream.read())).toBe(
    "running: 0%, about 30 s left\nrunning: 20%, 20 s left\nrunning: 45%, 13 s left\nrunning: 70%, 7 s left\nrunning: 95%, 2 s left\n",
  );
});

test("work that should be short shows nothing for a second", () => {
  const stream = new PassThrough();
  const progress = showProgress("running", 0.01, stream as unknown as NodeJS.WriteStream);
  vi.advanceTimersByTime(999);
  expect(stream.read()).toBe(null);
  vi.advanceTimersByTime(1);
  progress.stop();
  expect(String(stream.read())).toBe("running: 0%\n");
});
