import type { Passes } from "./layers.js";

/** Settings that, together with the task, determine the samples of a step. */
export interface BatchSettings {
  /** Samples per step. */
  readonly batch: number;
  readonly seed: number;
}

/** A loss over drawn samples, and its gradient, in the core's memory. */
export interface Objective {
  readonly passes: Passes;
  /** The loss is the sum over the samples of a batch, divided by batch·norm. */
  readonly norm: number;
  /** From now on, losses are added to the f64 at this address. */
  addLossTo(address: number): void;
  /**
   * Draws `count` samples for a tile of a step and adds their gradient.
   *
   * @param gradient address of f32 [count of parameters]
   */
  pass(gradient: number, step: number, tile: number, count: number): void;
}
