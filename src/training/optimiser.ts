import { changeDescriptor, writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";

export const optimisers = ["adam", "momentum"] as const;

/** How many numbers each optimiser keeps for a parameter: m and v for Adam, the moving mean for momentum. */
export const memories: Readonly<Record<(typeof optimisers)[number], number>> = { adam: 2, momentum: 1 };

export interface OptimiserSettings {
  readonly optimiser: (typeof optimisers)[number];
  /** Share of the last step that is kept (momentum). */
  readonly momentum: number;
  /** Weight decay: a step subtracts this share of a parameter, times the learning rate. */
  readonly decay: number;
}

/**
 * Constants of Adam (Kingma and Ba, 2015): the decay rates of its two moving averages, and the term added to the square
 * root in the denominator.
 */
const FIRST_KEPT = 0.9;
const SECOND_KEPT = 0.999;
const EPSILON = 1e-8;

/** Steps of an optimiser on parameters in the core's memory. */
export class Optimiser {
  /**
   * Addresses of the arrays that the optimiser keeps between steps, f32 [count] each; {@link memories} gives the number
   * of arrays.
   */
  readonly memory: readonly number[];
  readonly #kernels: Kernels;
  readonly #arena: Arena;
  readonly #settings: OptimiserSettings;
  readonly #descriptor: number;
  readonly #count: number;
  #steps = 0;
  // A power by repeated multiplication, because engines round `**` differently.
  #firstDecay = 1;
  #secondDecay = 1;

  constructor(kernels: Kernels, arena: Arena, count: number, settings: OptimiserSettings) {
    [this.#kernels, this.#arena, this.#count, this.#settings] = [kernels, arena, count, settings];
    this.memory = Array.from({ length: memories[settings.optimiser] }, () => arena.bytes(4 * count));
    if (settings.optimiser === "adam") {
      const [first, second] = this.memory;
      const shares = { firstKept: FIRST_KEPT, secondKept: SECOND_KEPT, epsilon: EPSILON };
      const step = { ...shares, rate: 0, root: 1, shrink: 1, first, second };
      this.#descriptor = writeDescriptor(arena, fields.adamStep, step);
    } else {
      const [moving] = this.memory;
      const step = { kept: settings.momentum, rate: 0, shrink: 1, moving };
      this.#descriptor = writeDescriptor(arena, fields.momentumStep, step);
    }
  }

  /** Sets the number of steps already taken, so that a run can continue; the caller restores the memory. */
  resumeAt(steps: number): void {
    while (this.#steps < steps) this.#advance();
  }

  #advance(): void {
    this.#steps++;
    this.#firstDecay *= FIRST_KEPT;
    this.#secondDecay *= SECOND_KEPT;
  }

  /** Takes one step against the gradient; parameters and gradient are f32 [count]. */
  step(parameters: number, gradient: number, rate: number): void {
    this.#advance();
    const shrink = 1 - rate * this.#settings.decay;
    if (this.#settings.optimiser === "adam") {
      const change = { rate: rate / (1 - this.#firstDecay), root: 1 / Math.sqrt(1 - this.#secondDecay), shrink };
      changeDescriptor(this.#arena, fields.adamStep, this.#descriptor, change);
      this.#kernels.adamStep(this.#descriptor, parameters, gradient, this.#count);
    } else {
      changeDescriptor(this.#arena, fields.momentumStep, this.#descriptor, { rate, shrink });
      this.#kernels.momentumStep(this.#descriptor, parameters, gradient, this.#count);
    }
  }
}
