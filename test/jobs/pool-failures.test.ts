import { taskKinds } from "../../src/workers/task-kinds.js";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { Pool } from "../../src/jobs/pool.js";
import type { ChunkTask } from "../../src/runs/chunk.js";
import { after, echo, fakeWorkers, numbered, outcomes, result, upTo, type Behaviour } from "./fake-workers.js";

// Failures and stopping, with fake workers that are controlled by the test.

describe("failures", () => {
  test("the first in task order is thrown, after the results before it", async () => {
    const { start } = fakeWorkers(async ({ first }) => {
      await after(first === 3 ? 20 : 1);
      if (first === 3) return { kind: "error", message: "z = 9: too many.", code: "range" };
      if (first === 5) return { kind: "error", message: "unreachable", code: null };
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const seen: unknown[] = [];
    const run = async (): Promise<void> => {
      for await (const value of pool.results(numbered(100))) seen.push(value);
    };
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toBe("z = 9: too many.");
    expect(seen).toEqual([0, 1, 2]);
    expect(await outcomes(pool, numbered(3))).toEqual([0, 1, 2]);
  });

  test("other errors name the task", async () => {
    const { start } = fakeWorkers(() => ({
      kind: "error",
      message: "memory access out of bounds",
      code: null,
    }));
    await expect(outcomes(new Pool({ kinds: taskKinds, size: 1, start }), numbered(1))).rejects.toThrow(
      "memory access out of bounds (samples 0 to 999 of network 0, D = 1000, T = 557, z = 1)",
    );
  });

  test("of the task list are thrown after the results before them", async () => {
    function* broken(): Generator<ChunkTask> {
      yield* numbered(5);
      throw new Error("no more");
    }
    const seen: unknown[] = [];
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start });
    const run = async (): Promise<void> => {
      for await (const value of pool.results(broken())) seen.push(value);
    };
    await expect(run()).rejects.toThrow("no more");
    expect(seen).toEqual(upTo(5));
  });

  test("a worker that dies is replaced and its task run again", async () => {
    const died = new Set<number>();
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(1);
      if (first % 10 !== 7 || died.has(first)) return result(first);
      died.add(first);
      return "dies";
    });
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    expect(await outcomes(pool, numbered(60))).toEqual(upTo(60));
    expect(died.size).toBe(6);
    // The work left after the last death may be too little to start another worker.
    expect(all.length).toBeGreaterThanOrEqual(7);
    expect(pool.workers.length).toBeLessThanOrEqual(2);
  });

  test("a task that kills every worker fails after two more tries, with its name", async () => {
    const { start, all } = fakeWorkers(({ first }) => (first === 1 ? "dies" : result(first)));
    await expect(outcomes(new Pool({ kinds: taskKinds, size: 1, start }), numbered(5))).rejects.toThrow(
      "samples 1 to 1000 of network 0, D = 1000, T = 557, z = 1: 3 workers died while running it, the last because it ran out of breath.",
    );
    expect(all).toHaveLength(3);
  });
});

describe("stopping", () => {
  const never: Behaviour = () => new Promise(() => {});

  test("an aborted signal throws its reason at once and ends workers that do not finish", async () => {
    const { start, all } = fakeWorkers(never);
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const stopper = new AbortController();
    const running = outcomes(pool, numbered(100), stopper.signal);
    await after(10);
    stopper.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    await after(200);
    expect(all.map(({ isGone }) => isGone)).toEqual([true, true]);
    expect(pool.workers).toEqual([]);
  });

  test("a worker busy with another job's task is left alone when the job waiting behind it is stopped", async () => {
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(150);
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 1, start, ahead: 1000 });
    const stopper = new AbortController();
    const kept = outcomes(pool, numbered(2));
    const stopped = outcomes(pool, numbered(4), stopper.signal);
    await after(10);
    stopper.abort(new Error("enough"));
    await expect(stopped).rejects.toThrow("enough");
    expect(await kept).toEqual(upTo(2));
    expect(all[0]!.tasks).toHaveLength(3); // the third task had started, and ended with its worker
    await after(200);
    expect(all.map(({ isGone }) => isGone)).toEqual([true]);
  });

  test("workers that finish their task are kept for the next job", async () => {
    // On a busy machine, real timers of the workers could be later than the pool's.
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(5);
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const stopper = new AbortController();
    const stopped = expect(outcomes(pool, numbered(100), stopper.signal)).rejects.toThrow("aborted");
    await vi.advanceTimersByTimeAsync(20);
    stopper.abort();
    await stopped;
    const next = outcomes(pool, numbered(30));
    await vi.advanceTimersByTimeAsync(1000);
    expect(await next).toEqual(upTo(30));
    expect(all.map(({ isGone }) => isGone)).toEqual([false, false]);
  });

  test("a signal aborted before starts nothing", async () => {
    const { start, all } = fakeWorkers(echo);
    await expect(
      outcomes(new Pool({ kinds: taskKinds, size: 2, start }), numbered(9), AbortSignal.abort()),
    ).rejects.toThrow("aborted");
    expect(all).toEqual([]);
  });

  test("release ends idle workers; the next job starts new ones", async () => {
    const { start, all } = fakeWorkers(({ first }) => result(first));
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    expect(await outcomes(pool, numbered(30))).toEqual(upTo(30));
    await pool.release();
    expect(all.map(({ isGone }) => isGone)).toEqual([true, true]);
    expect(pool.workers).toEqual([]);
    expect(await outcomes(pool, numbered(30))).toEqual(upTo(30));
    expect(all).toHaveLength(4);
  });

  test("release leaves busy workers and their results alone", async () => {
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(2);
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const running = outcomes(pool, numbered(40));
    await after(10);
    await pool.release();
    expect(await running).toEqual(upTo(40));
    expect(all.map(({ isGone }) => isGone)).toEqual([false, false]);
  });

  test("dispose ends all workers and the jobs that wait for them", async () => {
    const { start, all } = fakeWorkers(never);
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const running = outcomes(pool, numbered(100));
    await after(5);
    const failing = expect(running).rejects.toThrow("disposed");
    await pool.dispose();
    await failing;
    expect(all.every(({ isGone }) => isGone)).toBe(true);
    await expect(outcomes(pool, numbered(1))).rejects.toThrow("disposed");
  });
});
