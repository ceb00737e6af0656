import { taskKinds } from "../../src/workers/task-kinds.js";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { reproduce } from "../../src/report/reproduce.js";
import { runSpec } from "../../src/runs/run.js";
import { runTasks } from "../../src/runs/tasks.js";
import { collect, type Executor } from "../../src/jobs/execute.js";
import { localExecutor } from "../../src/workers/local.js";
import { startThread } from "../../src/workers/node-pool.js";
import { Pool } from "../../src/jobs/pool.js";
import type { RandomVectorsTask } from "../../src/studies/random-vectors/measure.js";
import type { Task } from "../../src/jobs/task.js";
import { loadKernels } from "../../src/kernels/node.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { after } from "../jobs/fake-workers.js";

// The threads run the built files.
const root = fileURLToPath(new URL("../..", import.meta.url));
const entry = pathToFileURL(join(root, "dist/node-worker.js"));

const open: Executor[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((executor) => executor.dispose()));
});

function threads(size: number, lookAhead?: number): Pool {
  const pool = new Pool({
    kinds: taskKinds,
    size,
    start: startThread(entry),
    ...(lookAhead === undefined ? {} : { lookAhead }),
  });
  open.push(pool);
  return pool;
}

/** There are six chunks per network. */
const spec = parseSpec({ D: 200, T: 40, S: 3, L: 3, z: [1, 2], samples: 5000, networks: 3, seed: 5 });

describe("bit-equality", () => {
  test.each([1, 2, 4])("of a run's rows with %i threads and in this thread", async (workers) => {
    const expected = (await runSpec(spec)).rows;
    const pool = threads(workers);
    expect((await runSpec(spec, { executor: pool })).rows).toEqual(expected);
    // The second time, some networks are already loaded.
    expect((await runSpec(spec, { executor: pool })).rows).toEqual(expected);
  });

  test("of custom circuits, for which every bit of the spec must be sent", async () => {
    const weights = Array.from({ length: 3 }, (_, l) =>
      Array.from({ length: 8 }, (__, t) => [
        [0.3 + t / 7, -0.1 * l],
        [1 / 3, 0.5 - t / 9],
      ]),
    );
    const own = parseSpec({
      circuits: { weights, biases: [[0.1, -0.2], [0, 0.3], [0, 0]] }, // prettier-ignore
      ...{ D: 60, S: 3, z: [2], samples: 9000, networks: 2 },
    });
    expect((await runSpec(own, { executor: threads(2) })).rows).toEqual((await runSpec(own)).rows);
  });

  test("of tasks of every kind", async () => {
    const vectors: Task[] = [0, 1, 2, 3, 4].map((repeat) => ({
      kind: "random-vectors",
      n: 40,
      m: 900,
      seed: 1,
      repeat,
    }));
    const matrices: Task[] = [0, 1, 2].map((network) => ({
      kind: "embedding-matrix",
      P: 100,
      T: 80,
      S: 4,
      seed: 2,
      network,
    }));
    const paths: Task[] = [1, 2].map((z) => ({ kind: "trajectories", spec, z, count: 4 }));
    const tasks = [...paths, ...vectors, ...runTasks(spec), ...matrices, ...vectors];
    const expected = await collect(localExecutor(loadKernels()).results(tasks));
    expect(await collect(threads(2).results(tasks))).toEqual(expected);
  });

  // With threads, experiments run at the same time; in this thread, one after another.
  test("of figures' files with 4 threads and in this thread", async () => {
    const files = async (executor: Executor) =>
      (await reproduce({ figures: ["R1", "T13"], seed: 3, quick: true, executor })).files;
    const expected = await files(localExecutor(loadKernels()));
    const names = expected.map(({ name }) => name);
    expect(names.filter((name) => name.endsWith(".json"))).toEqual(["R1.json", "T13.json"]);
    expect(await files(threads(4))).toEqual(expected);
  });
});

describe("threads", () => {
  test("that are killed in the middle are replaced and nothing is lost", async () => {
    const expected = await collect(localExecutor(loadKernels()).results(runTasks(spec)));
    const pool = threads(2, 8);
    const results: unknown[] = [];
    for await (const result of pool.results(runTasks(spec))) {
      results.push(result);
      if (results.length % 5 === 1) void pool.workers[0]?.terminate();
    }
    expect(results).toEqual(expected);
  });

  test("an InputError in a thread is rethrown here with its message", async () => {
    const wrong = { ...spec, z: [41] };
    const running = runSpec(wrong, { executor: threads(2) });
    await expect(running).rejects.toBeInstanceOf(InputError);
    await expect(runSpec(wrong, { executor: threads(1) })).rejects.toThrow(
      "z = 41: must be a whole number from 1 to 40.",
    );
  });

  test("any other error in a thread names its task, and the thread continues", async () => {
    const pool = threads(1);
    const vectors = (n: number): RandomVectorsTask => ({ kind: "random-vectors", n, m: 8, seed: 1, repeat: 4 });
    await expect(collect(pool.results([vectors(-1)]))).rejects.toThrow("(8 random vectors in -1 dimensions, draw 4)");
    const [worker] = pool.workers;
    expect(await collect(pool.results([vectors(20)]))).toHaveLength(1);
    expect(pool.workers).toEqual([worker]);
  });

  test("that cannot be loaded end the job with the reason", async () => {
    const missing = new Pool({ kinds: taskKinds, size: 2, start: startThread(new URL("missing-worker.js", entry)) });
    await expect(runSpec(spec, { executor: missing })).rejects.toThrow(
      /^samples 0 to 2047 of network 0, .*: 3 workers died while running it, the last because Cannot find module .*missing-worker/,
    );
  });

  test("stop in the middle of a long chunk when the signal is aborted", async () => {
    // A single chunk is many seconds of work.
    const long = parseSpec({ D: 400, T: 86, S: 6, L: 2000, samples: 100_000 });
    const pool = threads(2);
    const stopper = new AbortController();
    const running = runSpec(long, { executor: pool, signal: stopper.signal });
    const failing = expect(running).rejects.toThrow("enough");
    await after(1000);
    stopper.abort(new Error("enough"));
    await failing;
    while (pool.workers.length > 0) await after(5);
  });
});

test("a process ends when its work is done, whether the pool was disposed of or not", () => {
  const program = `
    import { nodeExecutor, runSpec } from ${JSON.stringify(pathToFileURL(join(root, "dist/node.js")).href)};
    const spec = ${JSON.stringify(spec)};
    const { rows } = await runSpec({ ...spec, samples: 50000 }, { executor: nodeExecutor(2) });
    console.log(rows.length);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
    timeout: 60_000,
  });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "8\n", stderr: "" });
});
