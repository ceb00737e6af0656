import { taskKinds } from "../../src/workers/task-kinds.js";
import { describe, expect, test } from "vitest";
import { collect } from "../../src/jobs/execute.js";
import { Pool, type StartWorker } from "../../src/jobs/pool.js";
import type { ChunkTask } from "../../src/runs/chunk.js";
import type { Request } from "../../src/jobs/worker.js";
import { after, echo, fakeWorkers, numbered, outcomes, result, spec, upTo, type Behaviour } from "./fake-workers.js";

// Scheduling, with fake workers that are controlled by the test. node-pool.slow.test.ts tests threads.

describe("results", () => {
  test("come in the order of the tasks, no matter which is done first", async () => {
    // The first of every four tasks is the slowest.
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(first % 4 === 0 ? 30 : 1);
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 3, start });
    expect(await outcomes(pool, numbered(40))).toEqual(upTo(40));
    expect(all).toHaveLength(3);
  });

  test("of no tasks are none", async () => {
    const { start, all } = fakeWorkers(echo);
    expect(await outcomes(new Pool({ kinds: taskKinds, size: 2, start }), [])).toEqual([]);
    expect(all).toHaveLength(0);
  });

  test("of a task that cannot be copied to a worker are its error, and other jobs continue", async () => {
    const { start, all } = fakeWorkers(echo);
    const pool = new Pool({ kinds: taskKinds, size: 2, start });
    const odd = [...numbered(30, 1)].map((task) => ({ ...task, spec: { ...task.spec, odd: () => 1 } }));
    const [right, wrong] = await Promise.allSettled([outcomes(pool, numbered(30)), outcomes(pool, odd)]);
    expect(right).toEqual({ status: "fulfilled", value: upTo(30) });
    expect(wrong).toMatchObject({ status: "rejected", reason: { name: "DataCloneError" } });
    expect(await outcomes(pool, numbered(5))).toEqual(upTo(5));
    expect(all.every(({ isGone }) => !isGone)).toBe(true);
  });

  test("of two jobs at once do not mix", async () => {
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start });
    const [a, b] = await Promise.all([outcomes(pool, numbered(30)), outcomes(pool, numbered(50, 1))]);
    expect(a).toEqual(upTo(30));
    expect(b).toEqual(upTo(50));
  });

  test("count up to the number of tasks as they are done", async () => {
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start });
    const done: number[] = [];
    await collect(pool.results(numbered(20), { onDone: (count) => done.push(count) }));
    expect(done).toEqual([...new Set(done)].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(20);
  });
});

test("the reported time is the sum over the workers", async () => {
  const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start });
  const seconds: number[] = [];
  await collect(pool.results(numbered(20), { onDone: (_, taken) => seconds.push(taken) }));
  // Every fake task reports 0.25 s.
  expect(seconds.at(-1)).toBe(5);
});

test("tasks of an urgent job go before those of jobs under way", async () => {
  const networks: number[] = [];
  const { start } = fakeWorkers(async ({ first, network }) => {
    await after(1);
    networks.push(network);
    return result(first);
  });
  const pool = new Pool({ kinds: taskKinds, size: 1, start });
  const jobs = [collect(pool.results(numbered(30, 0)))];
  await after(5);
  jobs.push(collect(pool.results(numbered(3, 1), { isUrgent: true })));
  await Promise.all(jobs);
  expect(networks).toHaveLength(33);
  expect(networks.indexOf(1)).toBeGreaterThan(0);
  const urgent = networks.slice(networks.indexOf(1), networks.indexOf(1) + 3);
  expect(urgent).toEqual([1, 1, 1]);
  expect(networks.at(-1)).toBe(0);
});

describe("look-ahead", () => {
  test("tasks are drawn no further ahead of the results than allowed, from an endless list", async () => {
    let drawn = 0;
    function* endless(): Generator<ChunkTask> {
      for (const task of numbered(Infinity)) {
        drawn++;
        yield task;
      }
    }
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start, lookAhead: 10 });
    for await (const index of pool.results(endless())) {
      const taken = Number(index) + 1;
      await after(2);
      expect(drawn).toBeLessThanOrEqual(taken + 10);
      if (taken === 50) break;
    }
    const before = drawn;
    await after(20);
    expect(drawn).toBe(before);
    // Afterwards the pool is free for the next job.
    expect(await outcomes(pool, numbered(5))).toEqual(upTo(5));
  });

  test("results of very deep networks are drawn less far ahead", async () => {
    const deep = { ...spec, L: 10_000 };
    let drawn = 0;
    function* tasks(): Generator<ChunkTask> {
      for (const task of numbered(500)) {
        drawn++;
        yield { ...task, spec: deep };
      }
    }
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(echo).start });
    const first = pool.results(tasks());
    await first.next();
    expect(drawn).toBeLessThan(20);
    await first.return();
  });

  test("memory does not grow with the number of chunks", async () => {
    const large: Behaviour = async ({ first }) => {
      await new Promise(setImmediate);
      return result(new Float64Array(2000).fill(first));
    };
    const pool = new Pool({ kinds: taskKinds, size: 2, start: fakeWorkers(large).start, lookAhead: 32 });
    const usage: number[] = [];
    for await (const value of pool.results(numbered(10_000))) {
      if ((value as unknown as Float64Array)[0]! % 1000 === 0) usage.push(process.memoryUsage().arrayBuffers);
    }
    // All results together are 160 MB.
    expect(usage).toHaveLength(10);
    expect(Math.max(...usage) - Math.min(...usage)).toBeLessThan(80e6);
  });
});

describe("distribution", () => {
  test("small networks are loaded once each, by one worker", async () => {
    const { start, all } = fakeWorkers(echo);
    const tasks = upTo(20).flatMap((network) => [...numbered(3, network)]);
    await outcomes(new Pool({ kinds: taskKinds, size: 2, start }), tasks);
    expect(all).toHaveLength(2);
    expect(all.flatMap(({ loaded }) => loaded).sort((a, b) => a - b)).toEqual(upTo(20));
  });

  test("a large network is shared by all workers", async () => {
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(1);
      return result(first);
    });
    await outcomes(new Pool({ kinds: taskKinds, size: 3, start }), numbered(60));
    expect(all.map(({ tasks }) => tasks.length > 10)).toEqual([true, true, true]);
  });

  test("a network that takes longer to load than to run is left to one worker", async () => {
    const { start, all } = fakeWorkers(echo);
    await outcomes(new Pool({ kinds: taskKinds, size: 4, start }), numbered(2));
    expect(all).toHaveLength(1);
  });

  test("jobs too small for a worker run in this thread if the pool may do so", async () => {
    const { start, all } = fakeWorkers(echo);
    const done: string[] = [];
    const local = {
      overlapsJobs: false,
      async *results(tasks: Iterable<unknown>) {
        for (const task of tasks) yield done.push((task as ChunkTask).kind) as never;
      },
      release: async () => {},
      dispose: async () => {},
    };
    const pool = new Pool({ kinds: taskKinds, size: 2, start, local: () => local });
    expect(await outcomes(pool, numbered(2))).toEqual([1, 2]);
    expect(all).toHaveLength(0);
    await outcomes(pool, numbered(50));
    expect(all).toHaveLength(2);
    expect(done).toHaveLength(2);
  });

  test("tasks queued at a worker are bounded by their cost, and belong to its loaded network", async () => {
    const both = function* () {
      yield* numbered(20);
      yield* numbered(2, 1);
    };
    // A chunk takes roughly 17 ms; one runs and the others wait.
    for (const [ahead, tasks, sent] of [
      [30, numbered(20), 2],
      [100, numbered(20), 6],
      [1000, both(), 20],
    ] as const) {
      let free = (): void => {};
      const stuck = new Promise<void>((resolve) => (free = resolve));
      let requests = 0;
      const { start } = fakeWorkers(async ({ network, first }) => {
        await stuck;
        return result(20 * network + first);
      });
      const counted: StartWorker = (events) => {
        const worker = start(events);
        const send = (request: Request): void => {
          requests++;
          worker.send(request);
        };
        return { send, rest: () => worker.rest(), terminate: () => worker.terminate() };
      };
      const running = outcomes(new Pool({ kinds: taskKinds, size: 1, start: counted, ahead }), tasks);
      await after(10);
      expect(requests).toBe(sent);
      free();
      expect(await running).toEqual(upTo(sent === 20 ? 22 : 20));
    }
  });

  test("an older job's network is not dropped for that of a newer job", async () => {
    // Chunks take 51 ms, so that only one can wait; the newer job's networks are small.
    const large = function* (): Generator<ChunkTask> {
      for (const task of numbered(10)) yield { ...task, count: 3000 };
    };
    const small = function* (): Generator<ChunkTask> {
      for (let network = 1; network <= 20; network++) yield* numbered(1, network);
    };
    const { start, all } = fakeWorkers(async ({ first }) => {
      await after(1);
      return result(first);
    });
    const pool = new Pool({ kinds: taskKinds, size: 1, start, ahead: 100 });
    await Promise.all([outcomes(pool, large()), outcomes(pool, small())]);
    expect(all[0]!.loaded).toEqual([0, ...upTo(20).map((k) => k + 1)]);
  });

  test("a spec is sent to a worker once, for any number of chunks", async () => {
    const specs: unknown[] = [];
    const { start } = fakeWorkers(echo);
    const pool = new Pool({
      kinds: taskKinds,
      size: 1,
      start: (events) => {
        const worker = start(events);
        const send = worker.send.bind(worker);
        worker.send = (request) => {
          specs.push(request.spec);
          send(request);
        };
        return worker;
      },
    });
    await outcomes(pool, numbered(4));
    expect(specs).toEqual([spec, "last", "last", "last"]);
  });
});
