import type { Trajectory } from "../../studies/trajectories/rows.js";
import { collect, type Executor } from "../../jobs/execute.js";
import type { SampleActivations, SampleTask } from "../../runs/sample.js";
import type { TrajectoriesTask } from "../../studies/trajectories/measure.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { guide } from "../state/guide.js";
import { hasPaths } from "../spec/readouts.js";
import { measureInStages, type Measured } from "./measurement.js";
import { newestQuery, watchedQuery, type Query, type Watched } from "./query.js";
import { storageRun, type Stored } from "./storage-run.js";
import type { LabState, ViewName } from "../state/lab-state.js";

/** All neurons of one sample. */
export interface NeuronData {
  readonly spec: RunSpec;
  readonly sample: number;
  readonly result: SampleActivations;
}

/** What has been computed for the state, or for the one shortly before it; each part says for which spec. */
export interface LabData extends Watched {
  measured: ({ readonly spec: RunSpec } & Measured) | null;
  paths: { readonly spec: RunSpec; readonly rows: readonly Trajectory[] } | null;
  neurons: NeuronData | null;
  stored: Stored | null;
}

/** Circuits of each z whose paths are computed. */
const PATHS = 6;

/** Most numbers of one sample that are fetched and drawn: its activations and its circuits' neurons, over all layers. */
const MOST_NUMBERS = 2_000_000;

/** The view that is drawn: the explanation borrows one. */
export function drawnView({ view, step }: LabState): Exclude<ViewName, "explanation"> {
  return view === "explanation" ? guide[step - 1].shows : view;
}

export type Lab = ReturnType<typeof createLab>;

/**
 * Asks the workers for what the state shows.
 *
 * @param changed called whenever the data did
 * @param failed called with what ended a run that nobody stopped
 */
export function createLab(executor: Promise<Executor>, changed: () => void, failed: (error: unknown) => void) {
  const data: LabData = {
    ...{ measured: null, paths: null, neurons: null, stored: null },
    ...{ progress: null, isStopped: false },
  };
  const measure = async (workers: Executor, spec: RunSpec, signal: AbortSignal, shown: () => void): Promise<void> => {
    const onRows = (measured: Measured): void => {
      data.measured = { spec, ...measured };
      if (measured.isComplete) data.progress = null;
      changed();
      shown();
    };
    const onProgress = (share: number): void => {
      data.progress = share;
      changed();
    };
    await measureInStages(workers, spec, { signal, onRows, onProgress });
  };
  const asked: { measured?: RunSpec; paths?: RunSpec; neurons?: Omit<NeuronData, "result"> } = {};
  /** What ended with an error is asked for again when the state changes. */
  const ended = (error: unknown): void => {
    for (const key of ["measured", "paths", "neurons"] as const) delete asked[key];
    failed(error);
  };
  const measurement = watchedQuery(data, executor, measure, changed, ended);
  /** A query whose answer comes as a whole. */
  const wholeQuery = <Question>(
    answer: (workers: Executor, question: Question, signal: AbortSignal) => Promise<Partial<LabData>>,
  ): Query<Question> =>
    newestQuery(
      async (question, signal, shown) => {
        Object.assign(data, await answer(await executor, question, signal));
        changed();
        shown();
      },
      (error) => {
        data.progress = null;
        ended(error);
        changed();
      },
    );
  const paths = wholeQuery(async (workers, spec: RunSpec, signal) => {
    const tasks = spec.z.map((z): TrajectoriesTask => ({ kind: "trajectories", spec, z, count: PATHS }));
    const rows = await collect(workers.results(tasks, { signal }));
    return { paths: { spec, rows: rows.flatMap((ofZ) => ofZ.slice(0, PATHS)) } };
  });
  const neurons = wholeQuery(async (workers, { spec, sample }: Omit<NeuronData, "result">, signal) => {
    const task: SampleTask = { kind: "sample", spec, network: 0, z: Math.max(...spec.z), sample };
    const [result] = await collect(workers.results([task], { signal }));
    return { neurons: { spec, sample, result } };
  });
  const keepStored = (): void => {
    data.stored = storage.stored;
    changed();
  };
  const storage = storageRun(executor, keepStored, failed);
  let isStorage = false;
  return {
    data: data as Readonly<LabData>,
    /** How far the run behind the view on screen is. */
    get running(): Readonly<Watched> {
      return isStorage ? storage : data;
    },
    /** Whether the picture on screen is still that of another network. */
    isStale(state: LabState): boolean {
      const drawn = drawnView(state);
      if (drawn === "storage" || drawn === "sweep") return false;
      const part = ({ trajectories: "paths", errors: "measured", neurons: "neurons", assignment: "neurons" } as const)[
        drawn
      ];
      const wanted = part === "neurons" ? asked.neurons?.spec : asked[part];
      // Of a run that failed or was stopped, nothing more comes.
      const isComing = wanted === state.spec && !(part === "measured" && data.isStopped);
      return isComing && data[part] !== null && data[part].spec !== state.spec;
    },
    /** Asks for what the state needs and does not have. */
    show(state: LabState): void {
      const { spec, sample } = state;
      const drawn = drawnView(state);
      isStorage = drawn === "storage";
      // What is only stored needs no network.
      if (isStorage) return storage.show(state.storage, spec.seed);
      // The view on screen comes first: workers do the oldest job first.
      if (drawn === "trajectories" && hasPaths(spec) && asked.paths !== spec) {
        asked.paths = spec;
        paths.ask(spec);
      }
      const isNew = asked.neurons?.spec !== spec || asked.neurons.sample !== sample;
      if ((drawn === "neurons" || drawn === "assignment") && isDrawable(spec) && isNew) {
        asked.neurons = { spec, sample };
        neurons.ask({ spec, sample });
      }
      if (asked.measured !== spec) {
        asked.measured = spec;
        measurement.ask(spec);
      }
    },
    /** Ends the measurement; what has arrived stays. */
    stop: () => (isStorage ? storage : measurement).stop(),
  };
}

/** Whether one sample's neurons, and whose they are, are few enough to draw. */
export function isDrawable(spec: RunSpec): boolean {
  return shapeOf(spec).D * (spec.L + 1) + spec.T * spec.S * spec.L <= MOST_NUMBERS;
}
