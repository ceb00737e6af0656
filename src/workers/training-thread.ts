import type { MessagePort } from "node:worker_threads";
import type { Kernels } from "../kernels/kernels.js";
import { isDiverged, Trainer, type TrainingSettings, type TrainingState } from "../training/trainer.js";

/** The input of a training thread. The threads exchange the gradients of a batch's parts in `shared`. */
export interface TrainingThread {
  readonly settings: TrainingSettings;
  readonly state: TrainingState;
  /** The loss of the run's first step; null unless this continues an earlier run. */
  readonly first: number | null;
  readonly shared: SharedArrayBuffer;
  /** The index of this thread. */
  readonly index: number;
  readonly threads: number;
}

/** The result of the steps that one message requests. */
export interface TrainingBlock {
  readonly losses: readonly number[];
  readonly state: TrainingState;
  /** Whether the run has diverged: the last loss is NaN or far above the first, so no more steps were taken. */
  readonly isDiverged: boolean;
}

/**
 * Bytes of shared memory: a count of the threads that have arrived, a count of the turns so far, then the losses
 * and gradients of all parts, once for even steps and once for odd steps.
 */
export function sharedBytes(parts: number, parameters: number): number {
  return CONTROL + 2 * parts * (8 + 4 * parameters);
}

const CONTROL = 64;
const [ARRIVED, TURN] = [0, 1];
/** How many times a thread checks for the next turn before it sleeps. */
const LOOKS = 2000;

/**
 * Takes as many steps as each message says, together with the other threads. Each thread computes its parts of a batch;
 * once all threads have finished, each of them adds up all parts in order and takes the step. So all threads have the
 * same parameters, and the result does not depend on the number of threads. Even and odd steps use separate memory, so
 * that no thread overwrites data that another is still reading. The first thread replies.
 */
export function runTrainingThread(port: MessagePort, kernels: Kernels, thread: TrainingThread): void {
  const { settings, state, shared, index, threads } = thread;
  const trainer = new Trainer(kernels, settings, state);
  const { parts, parameterCount } = trainer;
  const control = new Int32Array(shared, 0, 2);
  const losses = new Float64Array(shared, CONTROL, 2 * parts);
  const gradients = new Float32Array(shared, CONTROL + 16 * parts, 2 * parts * parameterCount);
  let { first } = thread;

  const step = (): number => {
    const base = (trainer.step % 2) * parts;
    const placeOf = (part: number) =>
      gradients.subarray((base + part) * parameterCount, (base + part + 1) * parameterCount);
    for (let part = index; part < parts; part += threads) {
      trainer.computePart(part);
      const { gradient, loss } = trainer.slot(part);
      placeOf(part).set(gradient);
      losses[base + part] = loss[0];
    }
    meet(control, threads);
    for (let part = 0; part < parts; part++) {
      if (part % threads === index) continue;
      const { gradient, loss } = trainer.slot(part);
      gradient.set(placeOf(part));
      loss[0] = losses[base + part];
    }
    return trainer.takeStep();
  };

  port.on("message", (steps: number) => {
    const taken: number[] = [];
    let diverged = false;
    while (taken.length < steps && !diverged) {
      const loss = step();
      taken.push(loss);
      first ??= loss;
      diverged = isDiverged(loss, first, settings);
    }
    const block: TrainingBlock = { losses: taken, state: trainer.state(), isDiverged: diverged };
    if (index === 0) port.postMessage(block);
  });
}

/** Waits until all threads have arrived. */
function meet(control: Int32Array, threads: number): void {
  const turn = Atomics.load(control, TURN);
  if (Atomics.add(control, ARRIVED, 1) === threads - 1) {
    Atomics.store(control, ARRIVED, 0);
    Atomics.add(control, TURN, 1);
    Atomics.notify(control, TURN);
    return;
  }
  for (let look = 0; look < LOOKS; look++) if (Atomics.load(control, TURN) !== turn) return;
  while (Atomics.load(control, TURN) === turn) Atomics.wait(control, TURN, turn);
}
