import { InputError } from "../base/errors.js";
import type { ExecuteOptions, Executor } from "./execute.js";
import { describe, Job, type Entry, type SharedNetwork } from "./job.js";
import type { ResultOf, Task, TaskKinds } from "./task.js";
import type { Answer, Request } from "./worker.js";

/** A worker as the pool sees it, on any platform. */
export interface PoolWorker {
  send(request: Request): void;
  /** Tells the worker that it has nothing to do until the next request. */
  rest(): void;
  /** Terminates the worker immediately, even in the middle of a task. */
  terminate(): Promise<void>;
}

/** Reports from a worker to the pool. */
export interface WorkerEvents {
  readonly answered: (answer: Answer) => void;
  /** Reports that the worker has ended; may be called more than once. */
  readonly died: (reason: Error) => void;
}

export type StartWorker = (events: WorkerEvents) => PoolWorker;

export interface PoolOptions {
  /** The kinds of tasks that workers run. */
  readonly kinds: TaskKinds;
  /** The largest number of workers that may run at the same time, ≥ 1. */
  readonly size: number;
  readonly start: StartWorker;
  /** Returns an executor for jobs that are too small for a worker; if omitted, workers execute such jobs too. */
  readonly local?: () => Executor;
  /**
   * Approximate limit on the work queued for a worker, in milliseconds, default 30. When this thread is too busy to
   * hand out tasks, a worker has work for about this long; it may also continue for this long after its job has been
   * stopped.
   */
  readonly ahead?: number;
  /**
   * The largest number of tasks that have been drawn but whose results have not been taken. Default: a few hundred,
   * fewer if results are large.
   */
  readonly lookAhead?: number;
}

/** How many times a task is retried after its worker dies. */
const RETRIES = 2;
/** How long tasks of a stopped job may continue before their workers are terminated, in milliseconds. */
const GRACE = 60;
/** Time to start a worker, in milliseconds. No worker is started for less work than this. */
const START = 60;

interface Member {
  readonly worker: PoolWorker;
  /**
   * Tasks given to the worker but not yet answered. The first task is running; the other tasks use the same network.
   */
  readonly entries: Entry[];
  /** The network of the last task given to the worker. */
  network: SharedNetwork | null;
  /** Whether `network` is known to be loaded. */
  isLoaded: boolean;
  /** The spec that was sent last. */
  spec: object | null;
}

/**
 * Distributes tasks to workers and puts their results in order.
 *
 * A worker runs the tasks of the network that it has loaded, and then takes a network that no other worker has loaded.
 * If every network has been loaded by another worker, it helps with one of these networks, provided that the remaining
 * work justifies loading that network again. A worker that dies is replaced, and its tasks are repeated. None of this
 * affects results: a task's result depends only on the task.
 */
export class Pool implements Executor {
  readonly overlapsJobs = true;
  readonly #options: PoolOptions & Required<Pick<PoolOptions, "ahead" | "lookAhead">>;
  #local: Executor | undefined;
  readonly #members = new Set<Member>();
  /** Unfinished jobs in the order in which their tasks are chosen: urgent jobs first, then the oldest. */
  #jobs = new Set<Job>();
  #isDisposed = false;

  constructor(options: PoolOptions) {
    this.#options = { ahead: 30, lookAhead: 128 * (options.size + 1), ...options };
  }

  /** The workers that are alive. */
  get workers(): readonly PoolWorker[] {
    return [...this.#members].map(({ worker }) => worker);
  }

  async *results<T extends Task>(
    tasks: Iterable<T>,
    options: ExecuteOptions = {},
  ): AsyncGenerator<ResultOf<T>, void, undefined> {
    const { signal, onDone, isUrgent = false } = options;
    const { kinds, lookAhead, local } = this.#options;
    signal?.throwIfAborted();
    const job = new Job(kinds, tasks, lookAhead, isUrgent);
    job.draw();
    if (local && job.isSmall()) {
      this.#local ??= local();
      yield* this.#local.results(job.pending.map(({ task }) => task) as T[], options);
      return;
    }
    const stop = (): void => {
      this.#drop(job);
      job.wake();
    };
    signal?.addEventListener("abort", stop, { once: true });
    this.#jobs = isUrgent ? new Set([job, ...this.#jobs]) : this.#jobs.add(job);
    let reported = 0;
    try {
      for (;;) {
        this.#dispatch();
        while (!this.#isDisposed && !signal?.aborted && job.isWaiting()) {
          await job.change();
          if (job.done > reported) onDone?.((reported = job.done), job.seconds);
        }
        signal?.throwIfAborted();
        if (this.#isDisposed) throw new Error("The pool was disposed before the job was done.");
        const outcome = job.take();
        if (outcome === null) return;
        if ("error" in outcome) throw outcome.error;
        yield outcome.result as ResultOf<T>;
      }
    } finally {
      signal?.removeEventListener("abort", stop);
      this.#drop(job);
    }
  }

  async release(): Promise<void> {
    const idle = [...this.#members].filter(({ entries }) => entries.length === 0);
    for (const member of idle) this.#members.delete(member);
    await Promise.all(idle.map(({ worker }) => worker.terminate()));
  }

  async dispose(): Promise<void> {
    this.#isDisposed = true;
    const workers = this.workers;
    this.#members.clear();
    for (const job of this.#jobs) job.wake();
    await Promise.all([...workers.map((worker) => worker.terminate()), this.#local?.dispose()]);
  }

  /**
   * Gives work to all workers that can take it: first to idle ones, then to new ones. Finally, it queues further
   * tasks for workers that are already busy.
   */
  #dispatch(): void {
    if (this.#isDisposed) return;
    for (const job of this.#jobs) job.draw();
    for (const member of this.#members) {
      if (member.entries.length === 0) this.#give(member, this.#choose(member));
    }
    while (this.#members.size < this.#options.size) {
      const entry = this.#choose(null);
      if (entry === null) break;
      this.#give(this.#startMember(), entry);
    }
    for (const member of this.#members) {
      for (let entry = this.#next(member); entry !== null; entry = this.#next(member)) this.#give(member, entry);
    }
  }

  #give(member: Member, entry: Entry | null): void {
    if (entry === null) return;
    entry.job.pending.splice(entry.job.pending.indexOf(entry), 1);
    member.entries.push(entry);
    if (entry.network !== member.network) member.isLoaded = false;
    member.network = entry.network;
    try {
      const { spec, ...task } = entry.task;
      if (spec !== undefined) {
        member.worker.send({ task, spec: spec === member.spec ? "last" : spec });
        member.spec = spec;
      } else {
        member.worker.send({ task, spec: null });
      }
    } catch (error) {
      // The task cannot be copied to a thread, for example because its spec contains a function.
      member.entries.pop();
      entry.job.settle(entry, { error: error as Error });
    }
  }

  /** The next task to queue for a busy worker; it must use the network that the worker has loaded. */
  #next(member: Member): Entry | null {
    if (member.entries.length === 0) return null;
    const waiting = member.entries.slice(1).reduce((sum, { cost }) => sum + cost.run, 0);
    for (const { pending, isUrgent } of this.#jobs) {
      const entry = pending.find(({ network }) => network === member.network);
      if (entry) return waiting + entry.cost.run <= this.#options.ahead ? entry : null;
      // This urgent job has tasks for other networks, so the worker should choose again after its current task.
      if (isUrgent && pending.length > 0) return null;
    }
    return null;
  }

  /** The next task for an idle worker or, if `member` is null, for a worker that would have to be started first. */
  #choose(member: Member | null): Entry | null {
    const others = this.#members.size;
    const start = member === null && others > 0 ? START : 0;
    for (const job of this.#jobs) {
      const { pending } = job;
      const own = member && pending.find(({ network }) => network === member.network);
      if (own) return own;
      const free = pending.find(({ network }) => this.#ownersOf(network).length === 0);
      if (free && (start === 0 || job.timeLeft() / others > start)) return free;
      const shared = free ? null : this.#toHelpWith(job, start);
      if (shared) return shared;
    }
    return null;
  }

  #ownersOf(network: SharedNetwork | null): Member[] {
    return network === null ? [] : [...this.#members].filter((member) => member.network === network);
  }

  /**
   * Chooses among the networks that another worker can load, and run a task for, before their present workers finish.
   * Returns a task of the one that needs the most time, or null if there is no such network. Use this only if every
   * pending network is loaded by some worker.
   */
  #toHelpWith({ pending }: Job, start: number): Entry | null {
    const left = new Map<SharedNetwork, { first: Entry; run: number }>();
    for (const entry of pending) {
      if (entry.network === null) continue;
      const known = left.get(entry.network);
      if (known) known.run += entry.cost.run;
      else left.set(entry.network, { first: entry, run: entry.cost.run });
    }
    let best: Entry | null = null;
    let most = 0;
    for (const [network, { first, run }] of left) {
      const owners = this.#ownersOf(network);
      const loading = owners.some(({ isLoaded }) => isLoaded) ? 0 : first.cost.load;
      const time = loading + run / owners.length;
      if (time > most && time > start + first.cost.load + first.cost.run) [best, most] = [first, time];
    }
    return best;
  }

  #startMember(): Member {
    const worker = this.#options.start({
      answered: (answer) => this.#answered(member, answer),
      died: (reason) => this.#lose(member, reason),
    });
    const member: Member = { worker, entries: [], network: null, isLoaded: false, spec: null };
    this.#members.add(member);
    return member;
  }

  #answered(member: Member, answer: Answer): void {
    if (!this.#members.has(member)) return;
    const entry = member.entries.shift()!;
    if (member.entries.length === 0) member.worker.rest();
    member.isLoaded = answer.kind === "result";
    if (answer.kind === "result") {
      entry.job.seconds += answer.seconds;
      entry.job.settle(entry, { result: answer.result });
    } else {
      const { code, message } = answer;
      entry.job.settle(entry, {
        error: code === null ? new Error(`${message} (${describe(entry)})`) : new InputError(message, code),
      });
    }
    this.#dispatch();
  }

  /** Handles a worker that was stopped (`reason` is null) or that died. Its tasks go to other workers. */
  #lose(member: Member, reason: Error | null): void {
    if (!this.#members.delete(member)) return;
    const [running] = member.entries;
    if (running && reason) {
      running.deaths++;
      if (running.deaths > RETRIES) {
        const times = `${running.deaths} workers died while running it, the last because ${reason.message}`;
        running.job.settle(running, { error: new Error(`${describe(running)}: ${times}.`) });
      }
    }
    for (const entry of member.entries) if (entry.outcome === null) entry.job.putBack(entry);
    if (reason) void member.worker.terminate();
    this.#dispatch();
  }

  /**
   * Forgets a job. Workers that are still running the job's tasks a short time later are terminated, and replaced when
   * needed.
   */
  #drop(job: Job): void {
    if (!this.#jobs.delete(job)) return;
    job.stop();
    this.#endTasksOf(job);
  }

  #endTasksOf(job: Job): void {
    const has = ({ entries }: Member): boolean => entries.some((entry) => entry.job === job);
    if (![...this.#members].some(has)) return;
    setTimeout(() => {
      for (const member of [...this.#members].filter(({ entries: [running] }) => running?.job === job)) {
        this.#lose(member, null);
        void member.worker.terminate();
      }
      // Checks again, because tasks of this job may still be queued behind another job's task.
      this.#endTasksOf(job);
    }, GRACE);
  }
}
