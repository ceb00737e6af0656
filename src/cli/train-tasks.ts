import type { ModelFile } from "../exchange/model-files.js";
import type { CurveLine } from "../training/curve-figure.js";
import type { TrainingSettings } from "../training/trainer.js";

/** A training run of `superpose train` that is ready to start, for any task. */
export interface PreparedTraining {
  readonly settings: TrainingSettings;
  /** Initial parameters. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** Anything other than the spec that affects the result, such as given initial weights. */
  readonly given: Uint8Array | null;
  /** Reference lines for the loss curve. */
  readonly curveLines: readonly CurveLine[];
  result(parameters: Float32Array<ArrayBuffer>, text: ResultText): Promise<TrainingResult>;
}

export interface ResultText {
  readonly command: string;
  readonly version: string;
}

export interface TrainingResult {
  readonly files: readonly ModelFile[];
  /** Findings about the network, one per line. */
  readonly lines: readonly string[];
  /** The same findings as numbers. */
  readonly rows: readonly object[];
}
