import { mean } from "../../results/statistics.js";
import type { BuiltCompressed, CompressedRecipe, CompressedSums } from "./measure.js";
import { naiveLoss, verdictOf, zeroLoss, type Verdict } from "../../training/verdict.js";
import { codeStatistics } from "./network.js";

/** Results of a handmade network on inputs that were not used for fitting. */
export interface CompressedRow extends Pick<CompressedRecipe, "F" | "N" | "K" | "p" | "q" | "code" | "refit"> {
  readonly network: number;
  readonly inputs: number;
  /** Mean over features and inputs of |ŷ − y|^q, and its standard error. */
  readonly loss: number;
  readonly lossError: number;
  /**
   * Loss relative to the naive network's, and relative to the published trained network's (F = 100, N = 50, p = 0.02,
   * q = 4; null for other sizes).
   */
  readonly overNaive: number;
  readonly overTrained: number | null;
  /** Mean squared error relative to an output of 0. */
  readonly squareOverZero: number;
  /** Standard deviation over features of the mean squared error, divided by its mean. */
  readonly variation: number;
  /**
   * Mean squared error of a feature that is active alone, for x uniform in (0, 1), and the variation of this error over
   * features.
   */
  readonly alone: number;
  readonly aloneVariation: number;
  readonly b: number;
  readonly c: number;
  readonly largestOverlap: number;
  readonly coherence: number;
  readonly featuresPerNeuron: number;
  readonly verdict: Verdict;
}

/** Loss of the trained network of arXiv 2607.04800 at the published sizes. */
export const trained = { F: 100, N: 50, p: 0.02, q: 4, loss: 3.567e-5 } as const;

export function compressedRow(
  recipe: CompressedRecipe,
  { network, alone }: BuiltCompressed,
  parts: readonly CompressedSums[],
): CompressedRow {
  const { F, N, K, p, q, code, refit, repeat } = recipe;
  const sum = (of: (part: CompressedSums) => number): number => parts.reduce((all, part) => all + of(part), 0);
  const inputs = sum((part) => part.inputs);
  const loss = sum((part) => part.loss) / inputs;
  const lossError = Math.sqrt(Math.max(0, sum((part) => part.lossSquared) / inputs - loss * loss) / inputs);
  const squares = Array.from({ length: F }, (_, f) => sum((part) => part.squares[f]) / inputs);
  const [square, variation] = meanAndVariation(squares);
  const [meanAlone, aloneVariation] = meanAndVariation(Array.from(alone));
  const overNaive = loss / naiveLoss({ F, N }, p, q);
  const isTrained = F === trained.F && N === trained.N && p === trained.p && q === trained.q;
  const weights = codeStatistics(network);
  return {
    ...{ F, N, K, p, q, code, refit, network: repeat, inputs, loss, lossError, overNaive },
    overTrained: isTrained ? loss / trained.loss : null,
    ...{ squareOverZero: square / zeroLoss(p, 2), variation },
    ...{ alone: meanAlone, aloneVariation, b: network.b, c: network.c, ...weights },
    verdict: verdictOf({ ...weights, variation, overNaive }),
  };
}

/** The mean, and the standard deviation divided by it. */
function meanAndVariation(values: readonly number[]): readonly [number, number] {
  const centre = mean(values);
  return [centre, Math.sqrt(mean(values.map((value) => (value - centre) ** 2))) / centre];
}
