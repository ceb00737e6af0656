import type { Steps } from "../base/steps.js";
import { finishAsync, type AsyncOptions } from "../base/steps-async.js";
import { searchSteps, type AdversaryInput, type WorstCase } from "../engine/worst-case-search.js";
import type { Kernels } from "../kernels/kernels.js";
import { checkFree, inUse } from "../kernels/memory.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import { buildSteps, type Network, type NetworkOptions } from "../network/network.js";
import { measureSteps, type MeasureInput } from "./measure.js";
import type { ErrorRow } from "./rows.js";

/** Runs steps that own the core's memory; until the steps have finished, other calls on the core are rejected. */
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
      // The memory stays reserved during the last progress callback: a call begun by that callback would lose its
      // reservation when this call ends.
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
 * Like `buildNetwork`, but lets the event loop run between layers. The network is the same.
 *
 * @param options options of the network; sizes are checked immediately
 * @returns a promise that is rejected with the signal's reason if the signal is aborted, or with the InputError that
 * `buildNetwork` would throw
 */
export async function buildNetworkAsync(options: NetworkOptions, watch?: AsyncOptions): Promise<Network> {
  return await finishAsync(buildSteps(options), watch);
}

/**
 * Like `measure`, but lets the event loop run between tiles of 16 samples, about every 25 ms. The rows are identical.
 *
 * @param kernels the core to run on, reserved for this call until it settles
 * @returns a promise that is rejected with the signal's reason if the signal is aborted, with the InputError that
 * `measure` would throw, or with an error if another call is running on the core
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
 * Like `searchWorst`, but lets the event loop run between changes, about every 25 ms. The result is the same.
 *
 * @param kernels the core to run on, reserved for this call until it settles
 * @returns a promise that is rejected with the signal's reason if the signal is aborted, with the InputError that
 * `searchWorst` would throw, or with an error if another call is running on the core
 */
export async function searchWorstAsync(
  network: MultiPartNetwork,
  input: AdversaryInput,
  kernels: Kernels,
  watch?: AsyncOptions,
): Promise<WorstCase> {
  return await finishAlone(kernels, searchSteps(network, input, kernels), watch);
}
