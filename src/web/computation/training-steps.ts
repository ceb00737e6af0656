import type { LoadedCore } from "../../jobs/loaded-core.js";
import type { Task } from "../../jobs/task.js";
import { compareDecoder, measureTrained, type DecoderComparison, type TrainedRow } from "../../training/evaluate.js";
import type { CompressedSpec } from "../../training/settings.js";
import { Trainer, type TrainingState } from "../../training/trainer.js";

/** A few steps of a training run, and perhaps a measurement of the network after them. */
export interface TrainingStepsTask extends Task<TrainedSteps> {
  readonly kind: "training-steps";
  readonly spec: CompressedSpec;
  readonly state: TrainingState;
  readonly steps: number;
  readonly isMeasured: boolean;
}

export interface TrainedSteps {
  /** The loss before each step. */
  readonly losses: readonly number[];
  readonly state: TrainingState;
  /** The same numbers as in training.json of `superpose train`; null if nothing was measured. */
  readonly row: (TrainedRow & DecoderComparison) | null;
}

/**
 * Takes the steps. The result depends only on the task itself, so a run gives the same bytes however its steps are
 * divided into tasks.
 */
export function takeSteps(core: LoadedCore, { spec, state, steps, isMeasured }: TrainingStepsTask): TrainedSteps {
  const trainer = core.load(["training", spec], (kernels) => new Trainer(kernels, spec, state));
  trainer.restore(state);
  const losses = Array.from({ length: steps }, () => trainer.takeWholeStep());
  const reached = trainer.state();
  if (!isMeasured) return { losses, state: reached, row: null };
  const measured = measureTrained(core.claim(), spec, reached.parameters, spec.samples);
  return { losses, state: reached, row: { ...measured, ...compareDecoder(core.claim(), spec, reached.parameters) } };
}
