import type { Kernels } from "../kernels/kernels.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { SparseEngine } from "../engine/sparse.js";
import type { ErrorRow } from "../results/rows.js";
import { checkInput, measureEngine, type MeasureModelOptions, type ModelInput } from "./measure-engine.js";
import { rowsOfParts } from "./rows.js";

/**
 * `measureModel` for a network of several parts, run from its sparse weights. All neurons are ReLUs, and the rows
 * contain no predictions.
 */
export async function measureMultiPart(
  network: MultiPartNetwork,
  input: Omit<ModelInput, "gate">,
  kernels: Kernels,
  options: MeasureModelOptions = {},
): Promise<ErrorRow[]> {
  checkInput(input, network.circuits.T, options);
  const runner = new SparseEngine(kernels, network, { z: Math.max(...input.z) });
  return measureEngine(runner, input, kernels, options, rowsOfParts(network, network.circuits));
}
