import type { Task, TaskKind } from "../../jobs/task.js";
import { measureTrained, type TrainedRow } from "../../training/evaluate.js";
import { compressedShape, parametersFrom, type CompressedTask } from "../../training/compressed.js";
import {
  initialParameters,
  trainToTheEnd,
  type InitialWeights,
  type TrainingSettings,
} from "../../training/trainer.js";
import { buildCompressed, type CompressedRecipe } from "../compressed-computation/measure.js";
import { decoderOf, encoderOf } from "../compressed-computation/network.js";

/** A network to train, and optionally to train further without mixed labels. [L8] */
export interface TrainingTask extends Task<TrainedNetwork> {
  readonly kind: "training";
  readonly settings: TrainingSettings<CompressedTask> & InitialWeights;
  /** The handmade code that provides the initial weights; null if they are random. */
  readonly code: CompressedRecipe | null;
  /** Whether training then continues on labels without M, for as many steps again. */
  readonly goesOn: boolean;
  /** Number of inputs to measure on. */
  readonly samples: number;
}

export interface TrainedNetwork {
  readonly trained: TrainedRow;
  /** The results after further training without M; null if there was none. */
  readonly transplanted: TrainedRow | null;
}

export const trainingKind: TaskKind<TrainingTask> = {
  name: "training",
  run(core, { settings, code, goesOn, samples }) {
    const train = (own: TrainingTask["settings"], from: Float32Array<ArrayBuffer>) => {
      const parameters = trainToTheEnd(core.claim(), own, from);
      return { parameters, row: measureTrained(core.claim(), own, parameters, samples) };
    };
    const made = code === null ? null : buildCompressed(core.claim(), code);
    const start =
      made === null
        ? initialParameters(compressedShape(settings), settings)
        : parametersFrom(settings, encoderOf(made), decoderOf(made));
    const first = train(settings, start);
    const next = goesOn ? train({ ...settings, mixing: "none" }, first.parameters) : null;
    return { trained: first.row, transplanted: next?.row ?? null };
  },
  cost: ({ settings: { F, N, steps, batch }, code, goesOn, samples }) => {
    const step = 0.02 + batch * F * N * 1.1e-7;
    const build = code === null ? 0 : code.swaps * 5e-4 + code.fitted * F * N * 7e-6;
    return { load: 0, run: build + (goesOn ? 2 : 1) * (steps * step + samples * F * 2e-5), resultBytes: 1000 };
  },
  describe: ({ settings: { F, N, q, mixing, sigma } }) =>
    `training ${N} neurons for ${F} ReLUs, q = ${q}${mixing === "none" ? "" : `, M ${mixing}, sigma = ${sigma}`}`,
};
