import { shortNumber } from "../drawing/numbers.js";
import type { DecoderComparison, TrainedRow } from "./evaluate.js";
import { constantLoss, naiveLoss, zeroLoss } from "./verdict.js";
import type { CurveLine } from "./curve-figure.js";

/** The published trained network of arXiv 2607.04800 at its sizes. */
export const publishedTraining = { F: 100, N: 50, p: 0.02, q: 4, loss: 3.567e-5 } as const;

/** The published network's loss where a row is of its sizes, its loss and labels; null elsewhere. */
export function publishedLoss({
  F,
  N,
  p,
  q,
  mixing,
}: Pick<TrainedRow, "F" | "N" | "p" | "q" | "mixing">): number | null {
  const { loss, ...sizes } = publishedTraining;
  return F === sizes.F && N === sizes.N && p === sizes.p && q === sizes.q && mixing === "none" ? loss : null;
}

/** Losses that a curve of the task is compared with. */
export function linesOf(task: Pick<TrainedRow, "F" | "N" | "p" | "q" | "mixing">): CurveLine[] {
  const { p, q } = task;
  const published = publishedLoss(task);
  return [
    { name: "all 0", loss: zeroLoss(p, q) },
    { name: "naive", loss: naiveLoss(task, p, q) },
    ...(published === null ? [] : [{ name: "published", loss: published }]),
  ];
}

/** What a trained network does, in plain words: one line each. */
export function trainedLines(row: TrainedRow & DecoderComparison): string[] {
  const { F, N, p, q, mixing, sigma } = row;
  const published = publishedLoss(row);
  const labels = mixing === "none" ? "ReLU(x)" : `ReLU(x) + M x, M ${mixing}, sigma = ${sigma}`;
  return [
    `${F} labels ${labels} from ${N} neurons: loss |error|^${q} ${shortNumber(row.loss, 4)} ± ${shortNumber(row.lossError)} on ${row.samples} other inputs` +
      (published === null ? "." : `, ${(row.loss / published).toFixed(3)} of the published trained network's.`),
    `Against ReLU(x): ${shortNumber(row.overNaive)} of the naive network's loss (${shortNumber(naiveLoss({ F, N }, p, q))}), ` +
      `${shortNumber(row.overConstant)} of the best constant's (${shortNumber(constantLoss(p, q))}).`,
    `Variation of the squared error over outputs ${shortNumber(row.variation)}, alone ${shortNumber(row.aloneVariation)}; coherence ${shortNumber(row.coherence)}; ` +
      `${shortNumber(row.featuresPerNeuron)} inputs a neuron: ${row.verdict}.`,
    ...(row.pinvScale === null
      ? []
      : [
          `With ${row.pinvScale.toFixed(3)}·pinv(W_in) for W_out: ${shortNumber(row.overOwnDecoder ?? NaN, 4)} times the loss.`,
        ]),
  ];
}
