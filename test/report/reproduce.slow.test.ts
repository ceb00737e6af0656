import { describe, expect, test } from "vitest";
import { reproduce } from "../../src/report/reproduce.js";
import { localExecutor } from "../../src/workers/local.js";
import type { ExecuteOptions, Executor } from "../../src/jobs/execute.js";
import type { ResultOf, Task } from "../../src/jobs/task.js";
import { loadKernels } from "../../src/kernels/node.js";

/**
 * An executor that claims to overlap jobs, fails the tasks of one kind, and makes all others wait until they are
 * aborted.
 */
class FailingExecutor implements Executor {
  readonly overlapsJobs = true;
  readonly aborted: string[] = [];
  readonly #kind: Task["kind"];

  constructor(kind: Task["kind"]) {
    this.#kind = kind;
  }

  async *results<T extends Task>(
    tasks: Iterable<T>,
    { signal }: ExecuteOptions = {},
  ): AsyncGenerator<ResultOf<T>, void, undefined> {
    const [task] = tasks;
    if (task!.kind === this.#kind) throw new Error("no such luck");
    await new Promise((resolve) => signal!.addEventListener("abort", resolve, { once: true }));
    this.aborted.push(task!.kind);
    signal!.throwIfAborted();
  }

  async release(): Promise<void> {}

  async dispose(): Promise<void> {}
}

const quick = { seed: 3, quick: true } as const;

describe("experiments that run at the same time", () => {
  test("are all stopped by the first failure, which is thrown", async () => {
    const executor = new FailingExecutor("random-vectors");
    await expect(reproduce({ ...quick, figures: ["R5", "T5", "R-A2"], executor })).rejects.toThrow("no such luck");
    expect(executor.aborted.sort()).toEqual(["chunk", "embedding-matrix"]);
  });

  test("are stopped by the caller, whose reason is thrown", async () => {
    const stopper = new AbortController();
    const executor = new FailingExecutor("storage");
    const made = reproduce({ ...quick, figures: ["R5", "R-A2"], executor, signal: stopper.signal });
    setTimeout(() => stopper.abort(new Error("enough")), 5);
    await expect(made).rejects.toThrow("enough");
  });
});

test("progress rises to 1 over all experiments", async () => {
  const seen: number[] = [];
  let whole = 0;
  await reproduce({
    ...quick,
    figures: ["T13", "T11"],
    executor: localExecutor(loadKernels()),
    onProgress: (_, done, total) => {
      seen.push(done);
      whole = total;
    },
  });
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
  expect(seen.at(-1)).toBeCloseTo(whole, 9);
});
