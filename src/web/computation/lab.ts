import type { Trajectory } from "../../studies/trajectories/rows.js";
import { collect, type Executor } from "../../jobs/execute.js";
import type { SampleActivations, SampleTask } from "../../runs/sample.js";
import type { TrajectoriesTask } from "../../studies/trajectories/measure.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { guide } from "../state/guide.js";
import { hasPaths } from "../spec/readouts.js";
import { measureInStages, type Measured } from "./measurement.js";
import { Query } from "./query.js";
import { StorageRun, type Stored } from "./storage-run.js";
import type { LabState, ViewName } from "../state/lab-state.js";

/** All neurons of one sample. */
export interface NeuronData {
  readonly spec: RunSpec;
  readonly sample: number;
  readonly result: SampleActivations;
}

/** What has been computed for the state, or for the one shortly before it; each part says for which spec. */
export interface LabData {
  measured: ({ readonly spec: RunSpec } & Measured) | null;
  paths: { readonly spec: RunSpec; readonly rows: readonly Trajectory[] } | null;
  neurons: NeuronData | null;
  stored: Stored | null;
  /** Share of the samples done, while they run. */
  progress: number | null;
  /** Whether a person stopped the run before its end. */
  isStopped: boolean;
}

/** Circuits of each z whose paths are computed. */
const PATHS = 6;

/** Most numbers of one sample that are fetched and drawn: its activations and its circuits' neurons, over all layers. */
const MOST_NUMBERS = 2_000_000;

/** The view that is drawn: the explanation borrows one. */
export function drawnView({ view, step }: LabState): Exclude<ViewName, "explanation"> {
  return view === "explanation" ? guide[step - 1].shows : view;
}

/** Asks the workers for what the state shows. */
export class Lab {
  readonly data: LabData = {
    measured: null,
    paths: null,
    neurons: null,
    stored: null,
    progress: null,
    isStopped: false,
  };
  readonly #changed: () => void;
  readonly #measurement: Query<RunSpec>;
  readonly #paths: Query<RunSpec>;
  readonly #neurons: Query<{ readonly spec: RunSpec; readonly sample: number }>;
  readonly #storage: StorageRun;
  #isStorage = false;
  #asked: { measured?: RunSpec; paths?: RunSpec; neurons?: { spec: RunSpec; sample: number } } = {};

  /**
   * @param changed called whenever the data did
   * @param failed called with what ended a run that nobody stopped
   */
  constructor(executor: Promise<Executor>, changed: () => void, failed: (error: unknown) => void) {
    this.#changed = changed;
    const fail = (error: unknown): void => {
      this.data.progress = null;
      failed(error);
      changed();
    };
    this.#measurement = new Query(async (spec, signal, shown) => {
      const workers = await executor;
      this.data.progress = 0;
      this.data.isStopped = false;
      changed();
      const onRows = (measured: Measured): void => {
        this.data.measured = { spec, ...measured };
        if (measured.isComplete) this.data.progress = null;
        changed();
        shown();
      };
      const onProgress = (share: number): void => {
        this.data.progress = share;
        changed();
      };
      await measureInStages(workers, spec, { signal, onRows, onProgress });
    }, fail);
    this.#paths = new Query(async (spec, signal, shown) => {
      const tasks = spec.z.map((z): TrajectoriesTask => ({ kind: "trajectories", spec, z, count: PATHS }));
      const rows = await collect((await executor).results(tasks, { signal }));
      this.data.paths = { spec, rows: rows.flatMap((ofZ) => ofZ.slice(0, PATHS)) };
      changed();
      shown();
    }, fail);
    this.#neurons = new Query(async ({ spec, sample }, signal, shown) => {
      const task: SampleTask = { kind: "sample", spec, network: 0, z: Math.max(...spec.z), sample };
      const [result] = await collect((await executor).results([task], { signal }));
      this.data.neurons = { spec, sample, result };
      changed();
      shown();
    }, fail);
    this.#storage = new StorageRun(
      executor,
      () => {
        this.data.stored = this.#storage.stored;
        changed();
      },
      failed,
    );
  }

  /** How far the run behind the view on screen is. */
  get running(): { readonly progress: number | null; readonly isStopped: boolean } {
    return this.#isStorage ? this.#storage : this.data;
  }

  /** Asks for what the state needs and does not have. */
  show(state: LabState): void {
    const { spec, sample } = state;
    const drawn = drawnView(state);
    this.#isStorage = drawn === "storage";
    if (this.#isStorage) {
      // What is only stored needs no network.
      this.#storage.show(state.storage, spec.seed);
      return;
    }
    // The view on screen comes first: workers do the oldest job first.
    if (drawn === "trajectories" && hasPaths(spec) && this.#asked.paths !== spec) {
      this.#asked.paths = spec;
      this.#paths.ask(spec);
    }
    const needsNeurons = drawn === "neurons" || drawn === "assignment";
    if (
      needsNeurons &&
      isDrawable(spec) &&
      (this.#asked.neurons?.spec !== spec || this.#asked.neurons.sample !== sample)
    ) {
      this.#asked.neurons = { spec, sample };
      this.#neurons.ask({ spec, sample });
    }
    if (this.#asked.measured !== spec) {
      this.#asked.measured = spec;
      this.#measurement.ask(spec);
    }
  }

  /** Ends the measurement; what has arrived stays. */
  stop(): void {
    if (this.#isStorage) {
      this.#storage.stop();
      return;
    }
    this.#measurement.stop();
    this.data.progress = null;
    this.data.isStopped = true;
    this.#changed();
  }
}

/** Whether one sample's neurons, and whose they are, are few enough to draw. */
export function isDrawable(spec: RunSpec): boolean {
  return shapeOf(spec).D * (spec.L + 1) + spec.T * spec.S * spec.L <= MOST_NUMBERS;
}
