import { finishAsync } from "../base/steps-async.js";
import type { Kernels } from "../kernels/kernels.js";
import { checkDenseModel, type DenseModel } from "../network/dense-model.js";
import { DenseEngine } from "../engine/dense.js";
import { predictErrors } from "../theory/errors.js";
import { expectationSteps, type Expectations } from "../theory/expectations.js";
import { onePartRows } from "../results/error-rows.js";
import type { ErrorRow } from "../results/rows.js";
import { checkInput, measureEngine, type MeasureModelOptions, type ModelInput } from "./measure-engine.js";

/**
 * Runs random inputs through a dense model (imported, edited or pruned) and compares the results with those of its
 * circuits run alone. [E18] [E19]
 *
 * @param kernels the core to run on, reserved for this call until it settles
 * @returns a row for each z and layer 0…L, equal within rounding to the row that `runSpec` gives for the same network
 *   and input
 * @throws InputError naming the invalid input
 * @throws the signal's reason if the signal is aborted
 */
export async function measureModel(
  model: DenseModel,
  input: ModelInput,
  kernels: Kernels,
  options: MeasureModelOptions = {},
): Promise<ErrorRow[]> {
  const { shape, circuits } = checkDenseModel(model);
  checkInput(input, shape.T, options);
  const runner = new DenseEngine(kernels, model, { gate: input.gate, z: Math.max(...input.z) });
  const hasTheory = (input.schedule ?? "permuted") === "permuted";
  let expectations: Expectations[][] | null = null;
  return measureEngine(runner, input, kernels, options, async (z) => {
    if (hasTheory) expectations ??= await finishAsync(expectationSteps(circuits), { signal: options.signal });
    const predicted = expectations === null ? null : predictErrors(shape, circuits, z, expectations);
    return onePartRows(shape, { readouts: circuits.readouts, predicted, z });
  });
}
