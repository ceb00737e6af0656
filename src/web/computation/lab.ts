import type { Trajectory } from "../../studies/trajectories/rows.js";
import { collect, type Executor } from "../../jobs/execute.js";
import { hasIncoming, type Incoming, type IncomingTask } from "../../runs/incoming.js";
import type { SampleActivations, SampleTask } from "../../runs/sample.js";
import { nestedPathsKind, type NestedPaths, type NestedPathsTask } from "../../studies/trajectories/measure.js";
import type { LoadedCore } from "../../jobs/loaded-core.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { guide } from "../state/guide.js";
import { hasPaths } from "../spec/readouts.js";
import { measureInStages, type Measured } from "./measurement.js";
import { newestQuery, watchedQuery, type Query, type Watched } from "./query.js";
import { storageRun, type Stored } from "./storage-run.js";
import { PATHS, type LabState, type ViewName } from "../state/lab-state.js";

/** Identifies a sample: its network, its number and its input. */
export type SampleQuestion = Pick<LabState, "spec" | "sample" | "input">;

/** All neurons of one sample. */
export interface NeuronData extends SampleQuestion {
  /** Whether the result should say which circuits wake which others. */
  readonly isTraced: boolean;
  readonly result: SampleActivations;
}

/** Identifies a neuron: its network, its layer (from 1) and its index. */
export interface NeuronQuestion {
  readonly spec: RunSpec;
  readonly layer: number;
  readonly neuron: number;
}

/** Identifies the sample that a path belongs to; z is the number of active circuits in the path's panel. */
export interface PathQuestion extends SampleQuestion {
  readonly z: number;
}

/** Results computed for the current state or a slightly earlier one; each part names the spec it belongs to. */
export interface LabData extends Watched {
  measured: ({ readonly spec: RunSpec } & Measured) | null;
  /** For each z, the paths of the first active circuit in several samples. */
  paths: { readonly spec: RunSpec; readonly rows: readonly Trajectory[] } | null;
  /**
   * Paths of all circuits of the chosen sample, for the largest z; during a drag, they start from the dragged input.
   */
  dragged: (NestedPaths & SampleQuestion) | null;
  neurons: NeuronData | null;
  /** The inputs of one neuron. */
  incoming: (Incoming & NeuronQuestion) | null;
  /** The activations of all neurons in the sample whose path the reader chose. */
  followed: (PathQuestion & { readonly result: SampleActivations }) | null;
  stored: Stored | null;
}

/** A network on screen: its state and its computed results. */
export interface Side {
  readonly state: LabState;
  readonly data: LabData;
}

/** A dragged sample is computed in the page's thread if building its network and running it take at most this long, in ms. */
const SHORT = 40;

/** A slider counts as moving while its changes follow each other within this many ms. */
const MOVING = 300;
/** A slider counts as idle after this many ms without a change. */
const REST = 100;

/**
 * The largest number of values fetched and drawn for one sample: its activations and its circuits' neurons, over all
 * layers.
 */
const MOST_NUMBERS = 2_000_000;

/** The view that is drawn; during the explanation, the view that the current step shows. */
export function drawnView({ view, step }: LabState): Exclude<ViewName, "explanation"> {
  return view === "explanation" ? guide[step - 1].shows : view;
}

export type Lab = ReturnType<typeof createLab>;

const sampleOf = ({ spec, sample, input }: LabState): SampleQuestion => ({ spec, sample, input });

const isSame = (a: SampleQuestion | null | undefined, b: SampleQuestion): boolean =>
  a?.spec === b.spec && a.sample === b.sample && a.input === b.input;

/** Whether two questions are about the same path. */
export const isSamePath = (a: PathQuestion | null | undefined, b: PathQuestion): boolean =>
  a?.z === b.z && isSame(a, b);

/**
 * Asks the workers for the results that are needed to show the state.
 *
 * @param inspector runs samples one by one, alongside the executor's runs
 * @param changed callback for every change of the data
 * @param failed called with the error when a run fails, but not when it is stopped
 */
export function createLab(
  executor: Promise<Executor>,
  inspector: Promise<Executor>,
  coreHere: () => LoadedCore | null,
  changed: () => void,
  progressed: () => void,
  failed: (error: unknown) => void,
) {
  const data: LabData = {
    ...{ measured: null, paths: null, dragged: null, neurons: null, incoming: null, followed: null, stored: null },
    ...{ progress: null, isStopped: false },
  };
  const measureRun = async (
    workers: Executor,
    spec: RunSpec,
    signal: AbortSignal,
    shown: () => void,
  ): Promise<void> => {
    const onRows = (measured: Measured): void => {
      data.measured = { spec, ...measured };
      if (measured.isComplete && waiting === null) data.progress = null;
      changed();
      shown();
    };
    const onProgress = (share: number): void => {
      data.progress = share;
      progressed();
    };
    await measureInStages(workers, spec, { signal, onRows, onProgress });
  };
  const asked: {
    measured?: RunSpec;
    paths?: SampleQuestion;
    neurons?: Omit<NeuronData, "result">;
    incoming?: NeuronQuestion;
    followed?: PathQuestion;
  } = {};
  /** The network that will be measured after a pause, and the time at which the network last changed. */
  let waiting: RunSpec | null = null;
  let lastChange = -Infinity;
  /** After an error, the next change of the state requests everything again. */
  const ended = (error: unknown): void => {
    waiting = null;
    for (const key of ["measured", "paths", "neurons", "incoming", "followed"] as const) delete asked[key];
    failed(error);
  };
  const measurement = watchedQuery(data, executor, measureRun, progressed, ended);
  /** A query whose answer arrives in one piece. */
  const wholeQuery = <Question>(
    answer: (workers: Executor, question: Question, signal: AbortSignal) => Promise<Partial<LabData>>,
  ): Query<Question> =>
    newestQuery(
      async (question, signal, shown) => {
        Object.assign(data, await answer(await inspector, question, signal));
        changed();
        shown();
      },
      (error) => {
        data.progress = null;
        ended(error);
        progressed();
      },
    );
  const pathsTask = (question: SampleQuestion, z: number, count: number): NestedPathsTask => {
    const { spec, sample, input } = question;
    return { kind: "nested-paths", spec, z, first: sample, count, degrees: input };
  };
  const paths = wholeQuery(async (workers, question: SampleQuestion, signal) => {
    const { spec } = question;
    const samples = await collect(
      workers.results(
        spec.z.map((z) => pathsTask(question, z, PATHS)),
        { signal },
      ),
    );
    const [first] = samples[spec.z.indexOf(Math.max(...spec.z))];
    const rows = samples.flatMap((ofZ) => ofZ.map(({ paths: [path] }) => path));
    return { paths: { spec, rows }, dragged: { ...first, ...question } };
  });
  const dragTask = (question: SampleQuestion): NestedPathsTask => pathsTask(question, Math.max(...question.spec.z), 1);
  const drag = wholeQuery(async (workers, question: SampleQuestion, signal) => {
    const [[first]] = await collect(workers.results([dragTask(question)], { signal }));
    return { dragged: { ...first, ...question } };
  });
  let here: LoadedCore | null = null;
  /**
   * Computes the dragged sample in this thread, which takes less time than a message to a worker and back.
   *
   * @returns false if this would take too long or this thread has no core
   */
  const dragHere = (question: SampleQuestion): boolean => {
    const task = dragTask(question);
    if (nestedPathsKind.cost(task).run > SHORT) return false;
    here ??= coreHere();
    if (here === null) return false;
    try {
      const [first] = nestedPathsKind.run(here, task);
      data.dragged = { ...first, ...question };
      changed();
    } catch (error) {
      here = null;
      ended(error);
    }
    return true;
  };
  const neurons = wholeQuery(async (workers, question: Omit<NeuronData, "result">, signal) => {
    const { spec, sample, input, isTraced } = question;
    const task: SampleTask = { kind: "sample", spec, z: Math.max(...spec.z), sample, degrees: input, isTraced };
    const [result] = await collect(workers.results([task], { signal }));
    return { neurons: { ...question, result } };
  });
  const incoming = wholeQuery(async (workers, { spec, layer, neuron }: NeuronQuestion, signal) => {
    const task: IncomingTask = { kind: "incoming", spec, z: Math.max(...spec.z), layer, neuron };
    const [result] = await collect(workers.results([task], { signal }));
    return { incoming: { ...result, spec, layer, neuron } };
  });
  const followed = wholeQuery(async (workers, question: PathQuestion, signal) => {
    const { spec, z, sample, input } = question;
    const task: SampleTask = { kind: "sample", spec, z, sample, degrees: input };
    const [result] = await collect(workers.results([task], { signal }));
    return { followed: { ...question, result } };
  });
  const measure = (spec: RunSpec): void => {
    waiting = null;
    measurement.ask(spec);
  };
  /**
   * Measures a network whose errors are not on screen, after waiting until its sample has been drawn and the slider is
   * idle.
   */
  const measureLater = async (spec: RunSpec): Promise<void> => {
    const isMoving = performance.now() - lastChange < MOVING;
    lastChange = performance.now();
    waiting = spec;
    Object.assign(data, { progress: 0, isStopped: false });
    if (isMoving) await new Promise((resolve) => setTimeout(resolve, REST));
    await Promise.all([paths.idle(), neurons.idle()]);
    if (waiting === spec) measure(spec);
  };
  const keepStored = (): void => {
    data.stored = storage.stored;
    progressed();
  };
  const storage = storageRun(executor, keepStored, failed);
  let isStorage = false;
  return {
    data: data as Readonly<LabData>,
    /** Progress of the run behind the view on screen. */
    get running(): Readonly<Watched> {
      return isStorage ? storage : data;
    },
    /** Whether any requested result is still missing. */
    isBusy: (): boolean =>
      waiting !== null ||
      [measurement, paths, drag, neurons, incoming, followed, storage].some((query) => query.isRunning()),
    /** Whether the picture still shows an earlier network while results for the current one are pending. */
    isStale(state: LabState): boolean {
      const drawn = drawnView(state);
      if (drawn === "storage" || drawn === "train" || drawn === "sweep") return false;
      const part = (
        {
          start: "neurons",
          contagion: "neurons",
          trajectories: "paths",
          errors: "measured",
          neurons: "neurons",
          assignment: "neurons",
        } as const
      )[drawn];
      const wanted = part === "measured" ? asked.measured : asked[part]?.spec;
      // A run that failed or was stopped will not deliver any more rows.
      const isComing = wanted === state.spec && !(part === "measured" && data.isStopped);
      return isComing && data[part] !== null && data[part].spec !== state.spec;
    },
    /** Asks for everything that the state needs and that has not been computed yet. */
    show(state: LabState): void {
      const { spec } = state;
      const question = sampleOf(state);
      const drawn = drawnView(state);
      isStorage = drawn === "storage";
      // The view of stored features needs no network.
      if (isStorage) return storage.show(state.storage, spec.seed);
      // The training view makes its own requests.
      if (drawn === "train") return;
      if (drawn === "trajectories" && hasPaths(spec) && !isSame(asked.paths, question)) {
        asked.paths = question;
        paths.ask(question);
      }
      const isTraced = drawn === "contagion";
      const hasNeurons = isTraced || drawn === "start" || drawn === "neurons" || drawn === "assignment";
      const isKnown = isSame(asked.neurons, question) && (asked.neurons?.isTraced === true || !isTraced);
      if (hasNeurons && isDrawable(spec) && !isKnown) {
        asked.neurons = { ...question, isTraced };
        neurons.ask(asked.neurons);
      }
      // The first screen shows one sample; nothing is measured until the lab is opened.
      if (drawn !== "start" && asked.measured !== spec) {
        asked.measured = spec;
        if (drawn === "errors") measure(spec);
        else void measureLater(spec);
      }
    },
    /** Asks for the paths of the input being dragged, which is not yet part of the state. */
    drag(state: LabState, input: number): void {
      const question = { ...sampleOf(state), input };
      if (!dragHere(question)) drag.ask(question);
    },
    /** Asks for a neuron's inputs if the page can compute them for this network. */
    look(question: NeuronQuestion): void {
      const { spec, layer, neuron } = question;
      const { incoming: last } = asked;
      const isAsked = last?.spec === spec && last.layer === layer && last.neuron === neuron;
      if (isAsked || layer < 1 || !hasIncoming(spec)) return;
      asked.incoming = question;
      incoming.ask(question);
    },
    /** Asks for the neurons of a path, if they can be drawn. */
    follow(question: PathQuestion): void {
      const { followed: last } = asked;
      if (isSamePath(last, question) || !isDrawable(question.spec)) return;
      asked.followed = question;
      followed.ask(question);
    },
    /** Ends the measurement; results that have arrived are kept. */
    stop(): void {
      waiting = null;
      (isStorage ? storage : measurement).stop();
    },
  };
}

/** Whether the activations of one sample, and its circuits' neurons, are few enough to draw. */
export function isDrawable(spec: RunSpec): boolean {
  return shapeOf(spec).D * (spec.L + 1) + spec.T * spec.S * spec.L <= MOST_NUMBERS;
}
