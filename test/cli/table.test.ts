import { PassThrough } from "node:stream";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { showProgress } from "../../src/cli/progress.js";
import { formatTable } from "../../src/cli/table.js";

test("columns line up, numbers to the right, nothing after the last", () => {
  const columns = [
    { title: "figure", align: "left" as const },
    { title: "n" },
    { title: "note", align: "left" as const },
  ];
  expect(formatTable(columns, [["R5", "1000", "ok"], ["R-A2", "2", ""]])).toBe(
    ["figure     n  note", "R5      1000  ok", "R-A2       2"].join("\n"),
  ); // prettier-ignore
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("without a terminal, progress is a plain line after one second and then every five, with the time left", () => {
  const stream = new PassThrough();
  const progress = showProgress("running", 30, stream as unknown as NodeJS.WriteStream);
  for (let done = 0; done <= 20; done++) {
    progress.update(done, 20);
    vi.advanceTimersByTime(1000);
  }
  progress.stop();
  expect(String(stream.read())).toBe(
    "running: 0%, about 29 s left\nrunning: 25%, 18 s left\nrunning: 50%, 11 s left\nrunning: 75%, 6 s left\n",
  );
});
