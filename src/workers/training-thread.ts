import type { MessagePort } from "node:worker_threads";
import type { Kernels } from "../kernels/kernels.js";
import { isDiverged, Trainer, type TrainingSettings, type TrainingState } from "../training/trainer.js";

/** What a thread of a training is given. Threads share the gradients of a batch's parts. */
export interface TrainingThread {
  readonly settings: TrainingSettings;
  readonly state: TrainingState;
  /** The first step's loss, where a run goes on. */
  readonly first: number | null;
  readonly shared: SharedArrayBuffer;
  /** Which of how many threads this is. */
  readonly index: number;
  readonly threads: number;
}

/** Steps that were taken together. */
export interface TrainingBlock {
  readonly losses: readonly number[];
  readonly state: TrainingState;
  /** The last of the losses is NaN or far beyond the first: no more steps were taken. */
  readonly isDiverged: boolean;
}

/** Bytes of what threads share: a counter and a turn, then for even and odd steps the losses and gradients of all parts. */
export function sharedBytes(parts: number, parameters: number): number {
  return CONTROL + 2 * parts * (8 + 4 * parameters);
}

const CONTROL = 64;
const [ARRIVED, TURN] = [0, 1];
/** Looks at the turn before a thread sleeps. */
const LOOKS = 2000;

/**
 * Takes as many steps as each message says, together with the other threads: a thread computes its parts of a batch, and once all
 * have theirs, each adds all parts in order and takes the step. So every thread has the same parameters, whatever their number.
 * Even and odd steps have room of their own: nobody writes what another still reads. The first thread answers.
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
      diverged = isDiverged(loss, first);
    }
    const block: TrainingBlock = { losses: taken, state: trainer.state(), isDiverged: diverged };
    if (index === 0) port.postMessage(block);
  });
}

/** Waits until all threads are here. */
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
