import { deriveSeed, RandomSequence } from "../base/random.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf, type Arena } from "../kernels/memory.js";
import { normalsOf } from "./labels.js";
import { placesOf, tileOf, type NetworkShape } from "./layers.js";
import { loadObjective, lossOfZeros, shapeOf, type LearnedTask } from "./learned.js";
import type { BatchSettings, Objective } from "./objective.js";
import { Optimiser, type OptimiserSettings } from "./optimiser.js";
import { rateAt, type RateSchedule } from "./schedule.js";

export const initialKinds = ["uniform", "normal"] as const;

/**
 * Distribution of random weights: uniform in ±scale/√inputs, or normal with a standard deviation of scale/√inputs.
 * Biases are 0.
 */
export interface InitialWeights {
  readonly initial: (typeof initialKinds)[number];
  readonly scale: number;
  readonly seed: number;
}

/** How a network is trained on a task. */
export interface StepSettings extends BatchSettings, OptimiserSettings, RateSchedule {}

export type TrainingSettings<Task = LearnedTask> = Task & StepSettings;

/** Everything, apart from the settings, that determines the next step. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  /** The trained parameters. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** The optimiser's memory: arrays with one number per parameter. */
  readonly memory: readonly Float32Array<ArrayBuffer>[];
}

/** The state before the first step. */
export function startAt(parameters: Float32Array<ArrayBuffer>): TrainingState {
  return { step: 0, parameters, memory: [] };
}

/**
 * The largest number of parts into which a batch is divided. Their gradients are added in order, no matter where they
 * were computed.
 */
const PARTS = 8;
/**
 * A run counts as diverged if its loss exceeds this multiple of the first step's loss and of the loss of a network that
 * always outputs 0.
 */
const DIVERGED = 1e6;

/** Random initial parameters, determined by the seed. */
export function initialParameters(
  shape: NetworkShape,
  { initial, scale, seed }: InitialWeights,
): Float32Array<ArrayBuffer> {
  const { layers, heads, count } = placesOf(shape);
  const parameters = new Float32Array(count);
  [...layers, ...heads].forEach(({ inputs, outputs, weights }, k) => {
    if (weights >= count) return;
    const random = new RandomSequence(deriveSeed(seed, "training"), "design", 0, 2 + k);
    const normal = normalsOf(random);
    const bound = scale / Math.sqrt(inputs);
    for (let at = 0; at < inputs * outputs; at++)
      parameters[weights + at] = bound * (initial === "normal" ? normal() : 2 * random.uniform() - 1);
  });
  return parameters;
}

/**
 * Whether a loss shows that training went wrong. A comparison with the first loss alone would not do, because that
 * loss can be tiny by chance, as in a batch without nonzero inputs.
 */
export function isDiverged(loss: number, first: number, task: LearnedTask): boolean {
  return !(Number.isFinite(loss) && loss <= DIVERGED * Math.max(first, lossOfZeros(task)));
}

/** The message for a diverged loss, without a full stop. */
export function divergence(step: number, loss: number, { rate }: TrainingSettings): string {
  return `Training diverged: at step ${step} the loss is ${loss.toExponential(2)}. ${step > 1 ? `Choose a rate below ${rate}, or a larger warmUp` : "Choose a smaller scale, or other weights to start from"}`;
}

/** The number of parts of a batch with these settings. */
export function partsOf(settings: TrainingSettings): number {
  return Math.min(PARTS, Math.ceil(settings.batch / tileOf(shapeOf(settings))));
}

/**
 * Trains on one core and takes over that core's memory. The gradient of a step is the sum of the gradients of its
 * parts, in order, so parts can be computed elsewhere without changing a byte of the result.
 */
export class Trainer {
  readonly parts: number;
  readonly parameterCount: number;
  readonly #settings: TrainingSettings;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #objective: Objective;
  readonly #optimiser: Optimiser;
  /**
   * Addresses of three arrays: the parts' gradients, f32 [parts][count]; the sum of these gradients; and the parts'
   * losses, f64 [parts].
   */
  readonly #slots: number;
  readonly #sum: number;
  readonly #losses: number;
  #step = 0;

  constructor(kernels: Kernels, settings: TrainingSettings, state: TrainingState) {
    const arena = arenaOf(kernels);
    const objective = loadObjective(kernels, arena, settings);
    const { count } = objective.passes;
    [this.#settings, this.#kernels, this.#arena, this.#objective] = [settings, kernels, arena, objective];
    [this.parts, this.parameterCount] = [partsOf(settings), count];
    this.#optimiser = new Optimiser(kernels, arena, count, settings);
    this.#losses = arena.bytes(8 * this.parts);
    const bytes = 4 * count;
    [this.#slots, this.#sum] = [arena.bytes(bytes * this.parts), arena.bytes(bytes)];
    this.restore(state);
  }

  /** Steps taken. */
  get step(): number {
    return this.#step;
  }

  /** The gradient and the loss of one part, as views: valid until memory is allocated. */
  slot(part: number): { readonly gradient: Float32Array; readonly loss: Float64Array } {
    const count = this.parameterCount;
    return {
      gradient: this.#arena.viewF32(this.#slots + 4 * count * part, count),
      loss: this.#arena.viewF64(this.#losses + 8 * part, 1),
    };
  }

  /** Restores a state; memory that the state does not contain becomes 0. */
  restore({ step, parameters, memory }: TrainingState): void {
    const count = this.parameterCount;
    this.#step = step;
    this.#arena.viewF32(this.#objective.passes.parameters, count).set(parameters);
    this.#optimiser.memory.forEach((address, k) => {
      const view = this.#arena.viewF32(address, count);
      if (memory.length === 0) view.fill(0);
      else view.set(memory[k]);
    });
    this.#optimiser.resumeAt(step);
    this.#objective.passes.loaded();
  }

  /** A copy of everything that determines the next step, apart from the settings. */
  state(): TrainingState {
    const copy = (address: number) => this.#arena.viewF32(address, this.parameterCount).slice();
    return {
      step: this.#step,
      parameters: copy(this.#objective.passes.parameters),
      memory: this.#optimiser.memory.map(copy),
    };
  }

  /** Computes the gradient and the loss of one part of the next step's batch, and stores them in the part's slot. */
  computePart(part: number): void {
    const { batch } = this.#settings;
    const [kernels, objective, parts] = [this.#kernels, this.#objective, this.parts];
    const size = objective.passes.tile;
    const tiles = Math.ceil(batch / size);
    const bytes = 4 * this.parameterCount;
    const gradient = this.#slots + bytes * part;
    kernels.zero(gradient, bytes);
    kernels.zero(this.#losses + 8 * part, 8);
    objective.addLossTo(this.#losses + 8 * part);
    const end = Math.floor((tiles * (part + 1)) / parts);
    for (let tile = Math.floor((tiles * part) / parts); tile < end; tile++)
      objective.pass(gradient, this.#step, tile, Math.min(size, batch - tile * size));
  }

  /**
   * Takes one step of the optimiser; every part's gradient must already be in its slot.
   *
   * @returns the loss before the step: the mean over the batch
   */
  takeStep(): number {
    const { passes, norm } = this.#objective;
    const [kernels, count] = [this.#kernels, this.parameterCount];
    let loss = 0;
    for (const part of this.#arena.viewF64(this.#losses, this.parts)) loss += part;
    kernels.zero(this.#sum, 4 * count);
    kernels.addRows(this.#sum, this.#slots, count, this.parts);
    this.#optimiser.step(passes.parameters, this.#sum, rateAt(this.#settings, this.#step));
    passes.loaded();
    this.#step++;
    return loss / this.#settings.batch / norm;
  }

  /** One complete step on this core alone. @returns the loss before the step */
  takeWholeStep(): number {
    for (let part = 0; part < this.parts; part++) this.computePart(part);
    return this.takeStep();
  }
}

/** Takes all steps on one core. */
export function trainToTheEnd(
  kernels: Kernels,
  settings: TrainingSettings,
  parameters: Float32Array<ArrayBuffer>,
): Float32Array<ArrayBuffer> {
  const trainer = new Trainer(kernels, settings, startAt(parameters));
  while (trainer.step < settings.steps) trainer.takeWholeStep();
  return trainer.state().parameters;
}
