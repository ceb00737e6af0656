import type { Passes } from "./layers.js";

/** What samples of a step depend on besides the task. */
export interface BatchSettings {
  /** Samples of a step. */
  readonly batch: number;
  readonly seed: number;
}

/** A loss over samples that are drawn, and its gradient, in the core's memory. */
export interface Objective {
  readonly passes: Passes;
  /** The loss is the sum over a batch's samples over batch·norm. */
  readonly norm: number;
  /** Has losses added to an f64 from now on. */
  addLossTo(address: number): void;
  /**
   * Draws `count` samples of a tile of a step and adds their gradient.
   *
   * @param gradient address of f32 [count of parameters]
   */
  pass(gradient: number, step: number, tile: number, count: number): void;
}
