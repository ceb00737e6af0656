import { finiteNumber, given, oneOf, wholeNumber } from "../base/errors.js";
import { checkDraw } from "../base/random.js";
import { finish } from "../base/steps.js";
import { matrixConstructions, type MatrixConstruction } from "./construction.js";
import { matrixTerms } from "./construction-terms.js";
import { embeddingMatrix } from "./embedding-matrix.js";
import { assemble, checkedParts, type Network, type NetworkParts } from "./network.js";
import type { Training } from "./training.js";

/** The arguments of `buildMatrixNetwork`. */
export interface MatrixNetworkOptions extends NetworkParts {
  readonly construction: MatrixConstruction;
  /** The factor by which the χ of the load-aware construction is multiplied. Default 1. */
  readonly chiFactor?: number;
  /** How the trained construction draws the sets of circuits on which it trains. Default: seed 1, network 0, z = 1. */
  readonly training?: Training;
}

/**
 * Builds one large network from the circuits with a fitted embedding matrix, [E11b]. `measure` cannot run it; use
 * `measureModel` on its `denseModel`.
 *
 * @throws InputError when the sizes of shape, circuits and embedding disagree
 */
export function buildMatrixNetwork(options: MatrixNetworkOptions): Network {
  const { circuits, construction, chiFactor = 1, training = { seed: 1, network: 0, z: 1 } } = { ...options };
  oneOf("construction", construction, matrixConstructions);
  const parts = checkedParts(options);
  const { seed, network, z } = given("training", training, "an object { seed, network, z }");
  checkDraw(seed, network);
  wholeNumber("z", z, 1, parts.shape.T);
  const settings = { chiFactor: finiteNumber("chiFactor", chiFactor), circuits, training };
  const steps = assemble(parts, construction, 0, (between, k) => {
    const { weights, chi } = embeddingMatrix(construction, between, k + 1, settings);
    return { terms: matrixTerms(between, weights), chi };
  });
  return finish(steps);
}
