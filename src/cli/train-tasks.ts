import type { ModelFile } from "../exchange/model-files.js";
import type { CurveLine } from "../training/curve-figure.js";
import type { TrainingSettings } from "../training/trainer.js";

/** A training of `superpose train`, whatever its task. */
export interface PreparedTraining {
  readonly settings: TrainingSettings;
  /** Parameters to begin with. */
  readonly parameters: Float32Array<ArrayBuffer>;
  /** What the result depends on besides the spec: a start that is not random. */
  readonly given: Uint8Array | null;
  /** Lines that the curve of the loss is compared with. */
  readonly curveLines: readonly CurveLine[];
  result(parameters: Float32Array<ArrayBuffer>, text: ResultText): Promise<TrainingResult>;
}

export interface ResultText {
  readonly command: string;
  readonly version: string;
}

export interface TrainingResult {
  readonly files: readonly ModelFile[];
  /** What the network does, a line each. */
  readonly lines: readonly string[];
  /** The same as numbers. */
  readonly rows: readonly object[];
}
