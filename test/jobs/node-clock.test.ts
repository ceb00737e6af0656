import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { wallClock } from "../../src/jobs/clock.js";
import { threadClock } from "../../src/jobs/node-clock.js";

const clock = threadClock();

/** If neither Node nor the system counts a thread's time, the clock shows wall-clock time. */
const countsThread = "threadCpuUsage" in process || process.platform === "linux";

test("the clock advances with the work of this thread", () => {
  const began = clock();
  let work = 0;
  while (clock() === began) work += Math.sqrt(work + 1);
  expect(clock()).toBeGreaterThan(began);
});

test("neither sleep nor work in other threads counts", async () => {
  const other = new Worker("require('node:worker_threads').parentPort.postMessage(0); for (;;);", { eval: true });
  await new Promise((resolve) => other.once("message", resolve));
  const [began, beganWall] = [clock(), wallClock()];
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
  const [taken, passed] = [clock() - began, wallClock() - beganWall];
  await other.terminate();
  expect(passed).toBeGreaterThan(0.25);
  if (countsThread) expect(taken).toBeLessThan(0.1);
  else expect(taken).toBeGreaterThan(0.25);
});
