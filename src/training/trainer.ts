import { deriveSeed, logOfFraction, RandomSequence, seedKey, streams } from "../base/random.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import { arenaOf, type Arena } from "../kernels/memory.js";
import { mixingMatrix, normalsOf, type Mixing } from "./labels.js";
import { Passes, placesOf, tileOf, type NetworkShape } from "./layers.js";
import { Optimiser, type OptimiserSettings } from "./optimiser.js";
import { rateAt, type RateSchedule } from "./schedule.js";

/** Compressed computation: F labels ReLU(x) + M x of sparse inputs x from N neurons. */
export interface CompressedTask {
  /** Inputs, and outputs. */
  readonly F: number;
  /** Neurons. */
  readonly N: number;
  /** Probability that an input is not 0; it is uniform in (−1, 1) then. */
  readonly p: number;
  /** The loss is the mean over outputs of |ŷ − y|^q, 2q a whole number. */
  readonly q: number;
  /** Whether neurons have biases. */
  readonly biases: "none" | "hidden";
  readonly mixing: Mixing;
  readonly sigma: number;
}

export const initialKinds = ["uniform", "normal"] as const;

export interface TrainingSettings extends CompressedTask, OptimiserSettings, RateSchedule {
  /** Samples of a step. */
  readonly batch: number;
  /** Initial weights: uniform in ±scale/√inputs, or normal of that standard deviation. Biases are 0. */
  readonly initial: (typeof initialKinds)[number];
  readonly scale: number;
  readonly seed: number;
}

/** All that the next step depends on besides the settings. */
export interface TrainingState {
  /** Steps taken. */
  readonly step: number;
  readonly parameters: Float32Array<ArrayBuffer>;
  /** What the optimiser remembers, [count] each. */
  readonly memory: readonly Float32Array<ArrayBuffer>[];
}

/** Parts of a batch whose gradients are added in order, whoever computed them. */
const PARTS = 8;
/** Times the first step's loss beyond which a run counts as diverged. */
const DIVERGED = 1e6;

export function shapeOf({ F, N, biases }: CompressedTask): NetworkShape {
  return { sizes: [F, N, F], hasBias: biases === "hidden" };
}

/** Random parameters: a function of the seed. */
export function initialParameters(settings: TrainingSettings): Float32Array<ArrayBuffer> {
  const { places, count } = placesOf(shapeOf(settings));
  const parameters = new Float32Array(count);
  places.forEach(({ inputs, outputs, weights }, k) => {
    const random = new RandomSequence(deriveSeed(settings.seed, "training"), "design", 0, 2 + k);
    const normal = normalsOf(random);
    const bound = settings.scale / Math.sqrt(inputs);
    for (let at = 0; at < inputs * outputs; at++)
      parameters[weights + at] = bound * (settings.initial === "normal" ? normal() : 2 * random.uniform() - 1);
  });
  return parameters;
}

/**
 * Parameters of weights that are given.
 *
 * @param encoder the columns of W_in, [F][N]
 * @param decoder W_out, [F][N]
 * @param bias [N], where there are biases
 */
export function parametersFrom(
  task: CompressedTask,
  encoder: ArrayLike<number>,
  decoder: ArrayLike<number>,
  bias: ArrayLike<number> | null = null,
): Float32Array<ArrayBuffer> {
  const { F, N } = task;
  const { places, count } = placesOf(shapeOf(task));
  const parameters = new Float32Array(count);
  for (let at = 0; at < F * N; at++) {
    parameters[places[0].weights + at] = encoder[at];
    parameters[places[1].weights + (at % N) * F + Math.floor(at / N)] = decoder[at];
  }
  if (places[0].bias !== null && bias !== null) parameters.set(bias, places[0].bias);
  return parameters;
}

/** Whether a loss says that training went wrong. */
export function isDiverged(loss: number, first: number): boolean {
  return !(loss <= DIVERGED * first);
}

/** How many parts a batch of these settings has. */
export function partsOf(settings: TrainingSettings): number {
  return Math.min(PARTS, Math.ceil(settings.batch / tileOf(shapeOf(settings))));
}

/**
 * Trains in one core's memory, which it takes over. The gradient of a step is the sum of those of its parts, in order, so parts may be
 * computed elsewhere with the same bytes.
 */
export class Trainer {
  readonly parts: number;
  readonly parameterCount: number;
  readonly #settings: TrainingSettings;
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #passes: Passes;
  readonly #optimiser: Optimiser;
  readonly #key: readonly [number, number];
  readonly #draw: number;
  readonly #labels: number;
  /** A descriptor for each part, which adds to a loss of its own. */
  readonly #loss: readonly number[];
  /** Addresses: the gradient of each part, f32 [parts][count], their sum, and the parts' losses, f64 [parts]. */
  readonly #slots: number;
  readonly #sum: number;
  readonly #losses: number;
  #step = 0;

  constructor(kernels: Kernels, settings: TrainingSettings, state?: TrainingState) {
    const { F, p, q, batch, mixing, sigma, seed } = settings;
    const arena = arenaOf(kernels);
    const passes = new Passes(kernels, shapeOf(settings), arena);
    const { count, inputs } = passes;
    [this.#settings, this.#kernels, this.#arena, this.#passes] = [settings, kernels, arena, passes];
    [this.parts, this.parameterCount] = [partsOf(settings), count];
    this.#optimiser = new Optimiser(kernels, arena, count, settings);
    this.#key = seedKey(deriveSeed(seed, "training"));
    const draw = { logOff: logOff(p), ...inputs, F, stream: streams.design };
    this.#draw = writeDescriptor(arena, fields.drawSparse, draw);
    const M = mixingMatrix(mixing, F, sigma, seed);
    const weights = M === null ? 0 : arena.f32(M);
    this.#labels = writeDescriptor(arena, fields.rowsLayer, { ...inputs, weights, bias: 0, N: F, K: F });
    this.#losses = arena.bytes(8 * this.parts);
    this.#loss = Array.from({ length: this.parts }, (_, part) => {
      const values = { gradient: q / (batch * F), out: this.#losses + 8 * part, N: F, halves: 2 * q };
      return writeDescriptor(arena, fields.powerLoss, values);
    });
    const bytes = 4 * count;
    [this.#slots, this.#sum] = [arena.bytes(bytes * this.parts), arena.bytes(bytes)];
    this.restore(state ?? { step: 0, parameters: initialParameters(settings), memory: [] });
  }

  /** Steps taken. */
  get step(): number {
    return this.#step;
  }

  /** The gradient of one part and its loss, as views: valid until memory is allocated. */
  slot(part: number): { readonly gradient: Float32Array; readonly loss: Float64Array } {
    const count = this.parameterCount;
    return {
      gradient: this.#arena.viewF32(this.#slots + 4 * count * part, count),
      loss: this.#arena.viewF64(this.#losses + 8 * part, 1),
    };
  }

  /** Goes to a state; what it does not remember is 0. */
  restore({ step, parameters, memory }: TrainingState): void {
    const count = this.parameterCount;
    this.#step = step;
    this.#arena.viewF32(this.#passes.parameters, count).set(parameters);
    this.#optimiser.memory.forEach((address, k) => {
      const view = this.#arena.viewF32(address, count);
      if (memory.length === 0) view.fill(0);
      else view.set(memory[k]);
    });
    this.#optimiser.resumeAt(step);
    this.#passes.loaded();
  }

  /** A copy of all that the next step depends on. */
  state(): TrainingState {
    const copy = (address: number) => this.#arena.viewF32(address, this.parameterCount).slice();
    return {
      step: this.#step,
      parameters: copy(this.#passes.parameters),
      memory: this.#optimiser.memory.map(copy),
    };
  }

  /** Computes the gradient and the loss of one part of the next step's batch, into its slot. */
  computePart(part: number): void {
    const { batch } = this.#settings;
    const [kernels, passes, parts] = [this.#kernels, this.#passes, this.parts];
    const tiles = Math.ceil(batch / passes.tile);
    const bytes = 4 * this.parameterCount;
    const gradient = this.#slots + bytes * part;
    kernels.zero(gradient, bytes);
    kernels.zero(this.#losses + 8 * part, 8);
    const [low, high] = this.#key;
    const end = Math.floor((tiles * (part + 1)) / parts);
    for (let tile = Math.floor((tiles * part) / parts); tile < end; tile++) {
      const count = Math.min(passes.tile, batch - tile * passes.tile);
      kernels.drawSparse(this.#draw, low, high, this.#step, tile, count);
      const errors = passes.forward(count);
      kernels.subtractLabels(this.#labels, errors, count);
      kernels.powerLoss(this.#loss[part], errors, count);
      passes.backward(gradient, errors, count);
    }
  }

  /**
   * Takes the step, once every part is in its slot.
   *
   * @returns the loss before it: the mean over the batch and outputs
   */
  takeStep(): number {
    const { batch, F } = this.#settings;
    const [kernels, count] = [this.#kernels, this.parameterCount];
    let loss = 0;
    for (const part of this.#arena.viewF64(this.#losses, this.parts)) loss += part;
    kernels.zero(this.#sum, 4 * count);
    kernels.addRows(this.#sum, this.#slots, count, this.parts);
    this.#optimiser.step(this.#passes.parameters, this.#sum, rateAt(this.#settings, this.#step));
    this.#passes.loaded();
    this.#step++;
    return loss / batch / F;
  }

  /** One whole step on this core alone. @returns the loss before it */
  takeWholeStep(): number {
    for (let part = 0; part < this.parts; part++) this.computePart(part);
    return this.takeStep();
  }
}

/** ln(1 − p), to 2^−32 in 1 − p, for inputs that are drawn. */
export function logOff(p: number): number {
  return logOfFraction(Math.max(1, Math.round((1 - p) * 2 ** 32)));
}
