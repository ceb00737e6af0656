import type { Task, TaskKind } from "../../jobs/task.js";
import { measureTrained, type TrainedRow } from "../../training/evaluate.js";
import { Trainer, type TrainingSettings } from "../../training/trainer.js";

/** A network that is trained from random weights, and perhaps goes on without mixed labels. [L8] */
export interface TrainingTask extends Task<TrainedNetwork> {
  readonly kind: "training";
  readonly settings: TrainingSettings;
  /** Whether it is trained on, as long again, for labels without M. */
  readonly goesOn: boolean;
  /** Inputs that it is measured on. */
  readonly samples: number;
}

export interface TrainedNetwork {
  readonly trained: TrainedRow;
  /** After going on without M; null where it did not. */
  readonly transplanted: TrainedRow | null;
}

export const trainingKind: TaskKind<TrainingTask> = {
  name: "training",
  run(core, { settings, goesOn, samples }) {
    const train = (own: TrainingSettings, from?: Float32Array<ArrayBuffer>) => {
      const start = from === undefined ? undefined : { step: 0, parameters: from, memory: [] };
      const trainer = new Trainer(core.claim(), own, start);
      while (trainer.step < own.steps) trainer.takeWholeStep();
      const { parameters } = trainer.state();
      return { parameters, row: measureTrained(core.claim(), own, parameters, samples) };
    };
    const first = train(settings);
    const next = goesOn ? train({ ...settings, mixing: "none" }, first.parameters) : null;
    return { trained: first.row, transplanted: next?.row ?? null };
  },
  cost: ({ settings: { F, N, steps, batch }, goesOn, samples }) => {
    const step = 0.02 + batch * F * N * 1.1e-7;
    return { load: 0, run: (goesOn ? 2 : 1) * (steps * step + samples * F * 2e-5), resultBytes: 1000 };
  },
  describe: ({ settings: { F, N, q, mixing, sigma } }) =>
    `training ${N} neurons for ${F} ReLUs, q = ${q}${mixing === "none" ? "" : `, M ${mixing}, sigma = ${sigma}`}`,
};
