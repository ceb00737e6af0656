import { shortNumber } from "../drawing/numbers.js";
import type { AndErrors, NeuronClass } from "./and-verdict.js";
import type { CircuitsErrors, FiveNumbers, NetworkMove } from "./circuits-verdict.js";
import type { DecoderComparison, TrainedRow } from "./evaluate.js";
import { constantLoss, MOST_COMPARED, naiveLoss, zeroLoss } from "./verdict.js";
import type { CurveLine } from "./curve-figure.js";

/** The sizes and the loss of the published trained network of arXiv 2607.04800. */
export const publishedTraining = { F: 100, N: 50, p: 0.02, q: 4, loss: 3.567e-5 } as const;

/**
 * The published network's loss if a row has that network's F, N, p and q and its labels are not mixed; null otherwise.
 */
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

/** Losses to compare a curve of the task with. */
export function linesOf(task: Pick<TrainedRow, "F" | "N" | "p" | "q" | "mixing">): CurveLine[] {
  const { p, q } = task;
  const published = publishedLoss(task);
  return [
    { name: "all 0", loss: zeroLoss(p, q) },
    { name: "naive", loss: naiveLoss(task, p, q) },
    ...(published === null ? [] : [{ name: "published", loss: published }]),
  ];
}

/** A trained network's results in plain words, one string per line. */
export function trainedLines(row: TrainedRow & DecoderComparison): string[] {
  const { F, N, p, q, mixing, sigma } = row;
  const published = publishedLoss(row);
  const labels = mixing === "none" ? "ReLU(x)" : `ReLU(x) + M x, M ${mixing}, sigma = ${sigma}`;
  return [
    `${F} labels ${labels} from ${N} neurons: loss |error|^${q} ${shortNumber(row.loss, 4)} ± ${shortNumber(row.lossError)} on ${row.samples} held-out inputs` +
      (published === null ? "." : `, ${(row.loss / published).toFixed(3)} times the published trained network's.`),
    `Against ReLU(x): ${shortNumber(row.overNaive)} times the naive network's loss (${shortNumber(naiveLoss({ F, N }, p, q))}) and ` +
      `${shortNumber(row.overConstant)} times the best constant's (${shortNumber(constantLoss(p, q))}).`,
    `Variation of the squared error over outputs: ${shortNumber(row.variation)}, or ${shortNumber(row.aloneVariation)} if only one input is on; coherence ${shortNumber(row.coherence)}; ` +
      `${shortNumber(row.featuresPerNeuron)} inputs per neuron: ${row.verdict}.`,
    decoderLine(row),
  ];
}

function decoderLine({ N, pinvScale, overOwnDecoder }: TrainedRow & DecoderComparison): string {
  if (pinvScale === null)
    return N > MOST_COMPARED
      ? `W_out is not compared with pinv(W_in), because there are more than ${MOST_COMPARED} neurons.`
      : "W_out is not compared with pinv(W_in), because neurons are linearly dependent or their weights are too close to 0.";
  const replaced = `With W_out replaced by ${pinvScale.toFixed(3)}·pinv(W_in), the loss is`;
  return overOwnDecoder === null
    ? `${replaced} not compared with the network's own loss, which is 0.`
    : `${replaced} ${shortNumber(overOwnDecoder, 4)} times as large.`;
}

/** The results of training circuits. */
export interface CircuitsSummary extends NetworkMove {
  readonly z: number;
  /** The circuits' steps whose readouts were learned. */
  readonly steps: readonly number[];
  /** Errors of the given network and of the trained network. */
  readonly before: CircuitsErrors;
  readonly after: CircuitsErrors;
  readonly numbers: FiveNumbers;
}

/** The results of training circuits, in plain words. @param start what training started from */
export function circuitsLines(
  { z, steps, before, after, numbers, moved, stayed }: CircuitsSummary,
  start: string,
): string[] {
  const list = (values: readonly (number | null)[]): string =>
    values.map((value) => (value === null ? "–" : shortNumber(value))).join(", ");
  const { layer, meanSquare, wrong, worst, worstBySearch, largestInactive, depth } = numbers;
  const isNaiveExact = after.overNaive.every((ratio) => ratio === null);
  const ratios = isNaiveExact
    ? "The naive network is exact here, because all circuits fit side by side (T·d ≤ D), so errors are not given relative to the naive network's."
    : `Squared error of all readouts relative to the naive network's, by step: ${list(after.overNaive)}; ` +
      `for active circuits only: ${list(after.activeOverNaive)} (relative to the best constants: ${list(after.activeOverConstant)}). For all readouts of the given network: ${list(before.overNaive)}.`;
  const off = wrong === null ? "" : `, ${shortNumber(100 * wrong)}% of them off by more than 0.25`;
  return [
    `Trained from ${start} on readouts after step ${steps.join(", ")}, z = ${z}. ${ratios}`,
    `After step ${layer}: mean square ${shortNumber(meanSquare)}${off}, worst ${shortNumber(worst)}, worst by search ${shortNumber(worstBySearch)}, largest readout of an inactive circuit ` +
      `${shortNumber(largestInactive)}; the mean square is at most 0.25 up to step ${depth}.`,
    `Change in the weights relative to their norm in the given network, by layer from layer 2 onwards: ${list(moved)}. Cosine between a circuit's activations before and after training, when the circuit runs alone, by step: ${list(stayed)}.`,
  ];
}

/** The results of a network that computes all ANDs, in plain words. */
export function andLines(
  row: AndErrors & { readonly dense: number; readonly classes: readonly NeuronClass[] },
): string[] {
  const { m, d, l, q, loss, overZero, onSquare, offSquare, dense, classes } = row;
  const relative =
    overZero === null
      ? "; none of their ANDs is 1, so a network that always outputs 0 is exact"
      : `, ${shortNumber(overZero)} times that of a network that always outputs 0`;
  const square = (value: number | null): string => (value === null ? "– (there is none)" : shortNumber(value));
  return [
    `All ANDs of ${m} inputs from ${d} neurons, with ${l} active inputs on average: loss |error|^${q} ${shortNumber(loss, 4)} on ${row.samples} held-out inputs${relative}.`,
    `Mean squared error of ANDs that are 1: ${square(onSquare)}; of ANDs that are 0: ${square(offSquare)}.`,
    `${shortNumber(100 * dense)}% of input weights are at least a quarter of their neuron's largest. For a pair of inputs, neurons fall into ${classes.length} classes according to which of 00, 01, 10, 11 turn them on: ` +
      `${classes.map(({ pattern, share }) => `${pattern} ${shortNumber(100 * share)}%`).join(", ")}.`,
  ];
}
