import { kindOf, type RoughCost, type Task, type TaskKind, type TaskKinds } from "./task.js";

/** Jobs estimated to take at most this many milliseconds run in this thread. */
const SMALL = 100;
/** Approximate limit, in bytes, on the memory taken up by results that are waiting for earlier ones. */
const RESULT_BYTES = 32 * 2 ** 20;

export type Outcome = { readonly result: unknown } | { readonly error: unknown };

/** A job's task and the state of the task, kept until the result is taken. */
export interface Entry {
  readonly job: Job;
  readonly index: number;
  readonly task: Task;
  readonly kind: TaskKind;
  /** The network that the task needs, the same object for all tasks that need it; null if it needs no network. */
  readonly network: SharedNetwork | null;
  readonly cost: RoughCost;
  /** Number of workers that died while running the task. */
  deaths: number;
  outcome: Outcome | null;
}

/** A job's tasks, in order, from the time they are drawn from an iterator until their results are taken. */
export class Job {
  /** Tasks not yet given to a worker, in order. */
  pending: Entry[] = [];
  done = 0;
  readonly isUrgent: boolean;
  /** Seconds that workers spent on finished tasks. */
  seconds = 0;
  readonly #kinds: TaskKinds;
  readonly #tasks: Iterator<Task>;
  readonly #lookAhead: number;
  /** Tasks that have been drawn from the iterator but whose results have not been taken, in order. */
  readonly #window: Entry[] = [];
  #windowBytes = 0;
  #drawn = 0;
  #isDrained = false;
  /** Results of tasks from this index onwards are no longer wanted. */
  #end = Infinity;
  /** The error that was thrown when a task was drawn from the iterator. */
  #failure: { readonly error: unknown } | null = null;
  #wake: () => void = () => {};

  constructor(kinds: TaskKinds, tasks: Iterable<Task>, lookAhead: number, isUrgent: boolean) {
    this.#kinds = kinds;
    this.isUrgent = isUrgent;
    this.#tasks = tasks[Symbol.iterator]();
    this.#lookAhead = lookAhead;
  }

  /** Draws tasks as far ahead as the limit allows. */
  draw(): void {
    while (!this.#isDrained && this.#window.length < this.#lookAhead) {
      if (this.#windowBytes >= RESULT_BYTES && this.#window.length > 0) return;
      const task = this.#nextTask();
      if (task === null) return;
      const kind = kindOf(this.#kinds, task);
      const cost = kind.cost(task);
      const common = { job: this, task, kind, network: sharedNetwork(kind, task), cost };
      const entry: Entry = { ...common, index: this.#drawn++, deaths: 0, outcome: null };
      this.#window.push(entry);
      this.#windowBytes += cost.resultBytes;
      this.pending.push(entry);
    }
  }

  #nextTask(): Task | null {
    try {
      const { done, value } = this.#tasks.next();
      if (done !== true) return value;
    } catch (error) {
      this.#failure = { error };
    }
    this.#isDrained = true;
    return null;
  }

  /**
   * Whether all tasks have been drawn from the iterator and the pending ones are quick enough to run in this thread.
   */
  isSmall(): boolean {
    return this.#isDrained && this.timeLeft() <= SMALL;
  }

  /** Approximate time that one worker needs for the pending tasks, in milliseconds. */
  timeLeft(): number {
    const loads = new Map(this.pending.map(({ network, cost }) => [network, cost.load]));
    const runs = this.pending.map(({ cost }) => cost.run);
    return [...loads.values(), ...runs].reduce((sum, time) => sum + time, 0);
  }

  settle(entry: Entry, outcome: Outcome): void {
    entry.outcome = outcome;
    this.done++;
    if ("error" in outcome) this.#stopAt(entry.index);
    this.wake();
  }

  /** Drops this task and all later ones, because their results will not be requested. */
  #stopAt(index: number): void {
    this.#isDrained = true;
    this.#end = Math.min(this.#end, index);
    this.pending = this.pending.filter((entry) => entry.index < this.#end);
  }

  /** Returns an entry to the pending tasks after its worker dies. */
  putBack(entry: Entry): void {
    if (entry.index >= this.#end) return;
    const at = this.pending.findIndex(({ index }) => index > entry.index);
    this.pending.splice(at === -1 ? this.pending.length : at, 0, entry);
  }

  stop(): void {
    this.#stopAt(0);
  }

  isWaiting(): boolean {
    return this.#window[0]?.outcome === null;
  }

  /** Takes the outcome of the oldest task, which must have finished; null after the last. */
  take(): Outcome | null {
    const entry = this.#window.shift();
    if (entry === undefined) return this.#failure;
    this.#windowBytes -= entry.cost.resultBytes;
    return entry.outcome;
  }

  /** Waits until `wake` is called. */
  change(): Promise<void> {
    return new Promise((resolve) => (this.#wake = resolve));
  }

  wake(): void {
    this.#wake();
  }
}

/** A description of the task for messages. */
export function describe({ kind, task }: Entry): string {
  return kind.describe(task);
}

/** A network built from a spec. There is one such object per network, so networks can be compared by identity. */
export interface SharedNetwork {
  readonly network: number;
}

const sharedNetworks = new WeakMap<object, Map<number, SharedNetwork>>();

/** The network that runs the task's samples; null if the task builds its own network. */
function sharedNetwork(kind: TaskKind, task: Task): SharedNetwork | null {
  if (task.spec === undefined || kind.networkOf === undefined) return null;
  const network = kind.networkOf(task);
  let ofSpec = sharedNetworks.get(task.spec);
  if (!ofSpec) sharedNetworks.set(task.spec, (ofSpec = new Map()));
  let shared = ofSpec.get(network);
  if (!shared) ofSpec.set(network, (shared = { network }));
  return shared;
}
