import type { Steps } from "../base/steps.js";
import { finishAsync, type AsyncOptions } from "../base/steps-async.js";
import { searchSteps, type AdversaryInput, type WorstCase } from "../engine/worst-case-search.js";
import type { Kernels } from "../kernels/kernels.js";
import { checkFree, inUse } from "../kernels/memory.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { buildSteps, type Network, type NetworkOptions } from "../network/network.js";
import { measureSteps, type MeasureInput } from "./measure.js";
import type { ErrorRow } from "./rows.js";

/** Finishes steps that have the core's memory to themselves: all other calls on it are refused, but while a step runs. */
export async function finishAlone<Result>(
  kernels: Kernels,
  steps: Steps<Result>,
  watch?: AsyncOptions,
): Promise<Result> {
  checkFree(kernels);
  function* alone(): Steps<Result> {
    for (;;) {
      inUse.delete(kernels);
      const step = steps.next();
      // Also while the last progress is told: a call that began there would lose its hold when this one ends.
      inUse.add(kernels);
      if (step.done === true) return step.value;
      yield step.value;
    }
  }
  inUse.add(kernels);
  try {
    return await finishAsync(alone(), watch);
  } finally {
    inUse.delete(kernels);
  }
}

/**
 * `buildNetwork` that lets the event loop go round between layers. The network is the same.
 *
 * @param options the network's; sizes are checked at once
 * @returns rejected with the signal's reason when it is aborted, with an InputError as `buildNetwork` throws it
 */
export async function buildNetworkAsync(options: NetworkOptions, watch?: AsyncOptions): Promise<Network> {
  return await finishAsync(buildSteps(options), watch);
}

/**
 * `measure` that lets the event loop go round between tiles of 16 samples, about every 25 ms. The rows are the same to the bit.
 *
 * @param kernels the core to run on, for this call alone until it is settled
 * @returns rejected with the signal's reason when it is aborted, with an InputError as `measure` throws it, and where another call
 *   runs on the core
 */
export async function measureAsync(
  network: Network,
  input: MeasureInput,
  kernels: Kernels,
  watch?: AsyncOptions,
): Promise<ErrorRow[]> {
  return await finishAlone(kernels, measureSteps(network, input, kernels), watch);
}

/**
 * `searchWorst` that lets the event loop go round between changes, about every 25 ms. What it finds is the same.
 *
 * @param kernels the core to run on, for this call alone until it is settled
 * @returns rejected with the signal's reason when it is aborted, with an InputError as `searchWorst` throws it, and where another
 *   call runs on the core
 */
export async function searchWorstAsync(
  network: MultiPartNetwork,
  input: AdversaryInput,
  kernels: Kernels,
  watch?: AsyncOptions,
): Promise<WorstCase> {
  return await finishAlone(kernels, searchSteps(network, input, kernels), watch);
}
