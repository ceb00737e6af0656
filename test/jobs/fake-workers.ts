import type { Pool, PoolWorker, StartWorker, WorkerEvents } from "../../src/jobs/pool.js";
import type { ChunkTask } from "../../src/runs/chunk.js";
import type { Task } from "../../src/jobs/task.js";
import type { Answer, Request } from "../../src/jobs/worker.js";
import { parseSpec } from "../../src/config/parse-spec.js";

/** A fake worker's reaction to a task: an answer, perhaps later, or its death. */
export type Behaviour = (task: ChunkTask, worker: FakeWorker) => Promise<Answer | "dies"> | Answer | "dies";

/** A worker in this thread that does what the test says, one request at a time, as a thread would. */
export class FakeWorker implements PoolWorker {
  /** The networks that a thread would have loaded, in order. */
  readonly loaded: number[] = [];
  readonly tasks: ChunkTask[] = [];
  isGone = false;
  #spec: object | null = null;
  #queue: Promise<void> = Promise.resolve();
  readonly #events: WorkerEvents;
  readonly #behaviour: Behaviour;

  constructor(events: WorkerEvents, behaviour: Behaviour) {
    this.#events = events;
    this.#behaviour = behaviour;
  }

  send(request: Request): void {
    const { task, spec } = structuredClone(request);
    if (spec !== null && spec !== "last") this.#spec = spec;
    const whole = { ...task, spec: this.#spec } as unknown as ChunkTask;
    this.#queue = this.#queue.then(async () => {
      if (this.isGone) return;
      this.tasks.push(whole);
      if (this.loaded.at(-1) !== whole.network) this.loaded.push(whole.network);
      const answer = await this.#behaviour(whole, this);
      if (this.isGone) return;
      if (answer === "dies") {
        this.isGone = true;
        this.#events.died(new Error("it ran out of breath"));
      } else {
        this.#events.answered(answer);
      }
    });
  }

  rest(): void {}

  async terminate(): Promise<void> {
    this.isGone = true;
  }
}

/** Starts fake workers and keeps them for the test to inspect. */
export function fakeWorkers(behaviour: Behaviour): { start: StartWorker; all: FakeWorker[] } {
  const all: FakeWorker[] = [];
  const start: StartWorker = (events) => {
    const worker = new FakeWorker(events, behaviour);
    all.push(worker);
    return worker;
  };
  return { start, all };
}

export const after = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

export const result = (value: unknown): Answer => ({ kind: "result", result: value, seconds: 0.25 });

/** The published network: a chunk takes roughly 17 ms, and loading the network takes 27 ms. */
export const spec = parseSpec({ samples: 1000 });

/** Chunks numbered by their first sample. */
export function* numbered(count: number, network = 0): Generator<ChunkTask> {
  for (let first = 0; first < count; first++) yield { kind: "chunk", spec, network, z: 1, first, count: 1000 };
}

/** The fake answers of tasks, in order. */
export async function outcomes(pool: Pool, tasks: Iterable<Task>, signal?: AbortSignal): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const value of pool.results(tasks, { signal })) all.push(value);
  return all;
}

/** Answers on the next turn of the event loop. */
export const echo: Behaviour = async ({ first }) => {
  await new Promise(setImmediate);
  return result(first);
};

export const upTo = (count: number): number[] => Array.from({ length: count }, (_, k) => k);
