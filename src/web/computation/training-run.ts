import { collect, type Executor } from "../../jobs/execute.js";
import { jsonWithRows } from "../../results/table.js";
import { compressedShape } from "../../training/compressed.js";
import { LossCurve } from "../../training/curve.js";
import type { CompressedSpec } from "../../training/settings.js";
import { divergence, initialParameters, isDiverged, startAt, type TrainingState } from "../../training/trainer.js";
import { trainFile, type TrainSettings } from "../state/train-settings.js";
import { loadTraining } from "./training-kind.js";
import type { TrainedSteps, TrainingStepsTask } from "./training-steps.js";

/** A training run in its current state. */
export interface Training {
  readonly spec: CompressedSpec;
  readonly state: TrainingState;
  readonly curve: LossCurve;
  /** The measurement of the network on other inputs, once training has ended or been stopped. */
  readonly row: TrainedSteps["row"];
}

function untrained(spec: CompressedSpec): Training {
  const state = startAt(initialParameters(compressedShape(spec), spec));
  return { spec, state, curve: new LossCurve(spec.steps), row: null };
}

/**
 * A file with all keys of `superpose train`, in their order. It is written without the parser, which would make the
 * page larger.
 */
export function trainSpec(settings: TrainSettings, seed: number): CompressedSpec {
  const { task, F, N, p, q, mixing, sigma, steps, batch, rate, samples } = trainFile(settings, seed);
  return {
    ...{ task, F, N, p, q, biases: "none", mixing, sigma, initial: "uniform", scale: 1, K: 5, swaps: 200_000 },
    ...{ steps, batch, optimiser: "adam", rate, schedule: "cosine", warmUp: 0, momentum: 0.9, decay: 0 },
    ...{ samples, seed, start: "random" },
  };
}

/** A finished training run as `superpose train` writes it into training.json. */
export function trainingJson({ spec, curve, row }: Training & { readonly row: object }, version: string): string {
  return jsonWithRows({ version, settings: spec, curve: { every: curve.every, means: curve.means } }, [row]);
}

/** Target time for a block of steps, in milliseconds: a stop takes effect after at most this long. */
const BLOCK = 50;
/** Minimum time between two pictures, in milliseconds. */
const BETWEEN = 150;

/**
 * Trains one network after another in a worker.
 *
 * @param executor one worker, which keeps the network loaded between blocks of steps
 * @param changed called whenever more steps have been taken
 */
export function trainingRun(executor: Promise<Executor>, changed: () => void, failed: (error: unknown) => void) {
  let training: Training | null = null;
  let asked = "";
  let running: AbortController | null = null;
  /** Whether training starts again when the settings change. */
  let isOn = false;

  const work = async (signal: AbortSignal): Promise<void> => {
    const [workers] = await Promise.all([executor, loadTraining()]);
    /** How long the worker took for the last task. */
    let seconds = 0;
    const ask = async (now: Training, steps: number, isMeasured = false): Promise<TrainedSteps> => {
      const { spec, state } = now;
      const task: TrainingStepsTask = { kind: "training-steps", spec, state, steps, isMeasured };
      const onDone = (_done: number, spent: number): void => void (seconds = spent);
      const [result] = await collect(workers.results([task], { signal, onDone }));
      return result;
    };
    let [block, drawn] = [1, 0];
    while (isOn && training !== null && training.state.step < training.spec.steps) {
      signal.throwIfAborted();
      const now: Training = training;
      const { spec, curve } = now;
      const { losses, state } = await ask(now, Math.min(block, spec.steps - now.state.step));
      for (const loss of losses) {
        curve.add(loss);
        if (!isDiverged(loss, curve.first ?? loss, spec)) continue;
        isOn = false;
        throw new Error(`${divergence(state.step, loss, spec)}.`);
      }
      training = { ...now, state };
      block = Math.max(1, Math.round(block * Math.min(4, BLOCK / Math.max(1, 1000 * seconds))));
      if (performance.now() - drawn < BETWEEN) continue;
      changed();
      drawn = performance.now();
    }
    signal.throwIfAborted();
    if (training === null || training.row !== null || training.state.step === 0) return;
    const { row } = await ask(training, 0, true);
    training = { ...training, row };
  };

  const go = (): void => {
    running?.abort();
    const own = new AbortController();
    running = own;
    work(own.signal)
      .catch((error: unknown) => {
        if (!own.signal.aborted) failed(error);
      })
      .finally(() => {
        if (running === own) running = null;
        changed();
      });
  };

  return {
    /** The training run on screen; null before the first `show`. */
    get training(): Training | null {
      return training;
    },
    /** Whether training steps are running; false while the result is being measured. */
    get isTraining(): boolean {
      return isOn && running !== null && training !== null && training.state.step < training.spec.steps;
    },
    get isRunning(): boolean {
      return running !== null;
    },
    /**
     * Makes the network for these settings, unless it is on screen already, and trains it if the previous network was
     * being trained.
     */
    show(settings: TrainSettings, seed: number): void {
      const key = JSON.stringify(trainFile(settings, seed));
      if (key === asked) return;
      asked = key;
      running?.abort();
      running = null;
      training = untrained(trainSpec(settings, seed));
      if (isOn) go();
    },
    /** Starts training, continues after a stop, or starts again after the end. */
    start(): void {
      if (training === null) return;
      const { spec, state } = training;
      training = state.step === spec.steps ? untrained(spec) : { ...training, row: null };
      isOn = true;
      go();
    },
    /** Ends training after the steps in progress, and measures the network trained so far. */
    stop(): void {
      isOn = false;
      changed();
    },
  };
}
