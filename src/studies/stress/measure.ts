import { buildMultiPartNetwork } from "../../config/build.js";
import { HOLDS } from "../../engine/sums.js";
import type { LoadedCore } from "../../jobs/loaded-core.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { stressCost, type StressedNetworks } from "./cost.js";
import { inventoryOf, type Inventory } from "./inventory.js";
import { partnersOf } from "./partners.js";
import type { Perturbation } from "./perturbations.js";
import { LayerwiseRunner, UNDISTURBED, type InactiveReadouts, type StepErrors } from "./runner.js";
import { activeSets, withPartners, type ActiveSets, type Drawn } from "./samples.js";
import { worstSets } from "./worst-sets.js";
import { WrittenNetwork } from "./written.js";

interface StressTask<Result> extends Task<Result> {
  readonly spec: StressedNetworks;
  /** The index of the network in the run; for a model, its index in the run that it came from. */
  readonly network: number;
  readonly seed: number;
  readonly samples: number;
  /**
   * Total number of networks measured. A network is stopped once its errors alone make the mean over all networks too
   * large.
   */
  readonly networks: number;
}

/** Runs samples through one perturbed network. */
export interface PerturbedTask extends StressTask<readonly StepErrors[]> {
  readonly kind: "stress";
  readonly perturbation: Perturbation;
  /** The last step to run; by default, the circuits' last step. */
  readonly until?: number;
  /** Whether all steps are run, however large the error of x becomes. */
  readonly isWhole?: boolean;
}

/** Further facts about a network with a given number of active circuits. */
export interface DetailsTask extends StressTask<StressDetails> {
  readonly kind: "stress-details";
  readonly z: number;
  /** The step at which worst sets and inactive circuits are examined; inactive circuits are also examined at step 1. */
  readonly step: number;
  /** Number of changes tried on each sample in the search for the worst sets. */
  readonly changes: number;
}

export interface StressDetails {
  readonly inventory: Inventory;
  /** The readouts of inactive circuits at step 1 and at the examined step. */
  readonly inactive: readonly [first: InactiveReadouts, later: InactiveReadouts];
  /**
   * The largest |δx| that a search found, the set in which it occurs, and the errors of all sets at the end of the
   * search. With z = 1, a set is a single circuit.
   */
  readonly worst: {
    readonly error: number;
    readonly circuits: readonly number[];
    readonly steps: readonly StepErrors[];
  };
}

/**
 * Number of further steps to run once the mean square of one network is enough to make the mean over all networks too
 * large; they show how the errors continue.
 */
const AFTER = 10;
/** Largest number of samples in which inactive circuits are read. */
const INACTIVE_SAMPLES = 32;

export const stressKind: TaskKind<PerturbedTask> = {
  name: "stress",
  networkOf: ({ network }) => network,
  run(core, task) {
    const { perturbation, until, isWhole } = task;
    const { z, inputs, partners, equalInputs, conditions } = perturbation;
    const runner = runnerOf(core, task, z);
    const { network } = runner.written;
    const { circuits } = network;
    const drawn = drawnOf(runner, task, z);
    const table = partners === null ? null : partnersOf(network, partners);
    const sets = activeSets(circuits, { ...drawn, ...withPartners(circuits, drawn, table, equalInputs) }, inputs);
    const isDone = isWhole === true ? () => false : untilFailed(sets, task.networks, until);
    return runner.run(sets, conditions, task, isDone);
  },
  cost: ({ spec, samples }) => stressCost(spec, samples),
  describe: ({ perturbation: { name, z }, network }) => `network ${network}, z = ${z}: ${name}`,
};

export const stressDetailsKind: TaskKind<DetailsTask> = {
  name: "stress-details",
  networkOf: ({ network }) => network,
  run(core, task) {
    const { z, step, changes, samples, networks } = task;
    const runner = runnerOf(core, task, z);
    const { circuits } = runner.written.network;
    const drawn = drawnOf(runner, task, z);
    const read = Math.min(samples, INACTIVE_SAMPLES);
    const first = { ...drawn, ids: drawn.ids.slice(0, read * z), inputs: drawn.inputs.slice(0, read * z * circuits.d) };
    const few = activeSets(circuits, first, null);
    const inactiveAt = (at: number): InactiveReadouts => {
      runner.run(few, UNDISTURBED, task, (l) => l === at);
      return runner.inactive(at, few);
    };
    const inactive = [inactiveAt(1), inactiveAt(step)] as const;
    const { sets, error, circuits: ids } = worstSets(runner, drawn, step, changes);
    const steps = runner.run(sets, UNDISTURBED, task, untilFailed(sets, networks));
    return { inventory: inventoryOf(runner.written), inactive, worst: { error, circuits: ids, steps } };
  },
  cost: ({ spec, samples, changes }) => stressCost(spec, samples * (2 + changes)),
  describe: ({ network, z }) => `network ${network}, z = ${z}: inactive circuits and the worst sets`,
};

/** Ends a run a few steps after it becomes certain that the mean over all networks is too large. */
function untilFailed({ samples, z }: ActiveSets, networks: number, until = Infinity) {
  let failed = Infinity;
  return (l: number, { squares }: StepErrors): boolean => {
    if (failed === Infinity && !(squares / (samples * z) <= HOLDS * networks)) failed = l;
    return l >= Math.min(until, failed + AFTER);
  };
}

function runnerOf(core: LoadedCore, { spec, network, samples }: StressTask<unknown>, z: number): LayerwiseRunner {
  const written = core.build(["stress", spec, network], () => {
    return new WrittenNetwork("model" in spec ? spec.model : buildMultiPartNetwork(spec.run, network));
  });
  // A runner handles sets of at most z circuits, so z is part of the key.
  return core.load(["stress", spec, network, samples, z], (kernels) => {
    return new LayerwiseRunner(kernels, written, { samples, z });
  });
}

function drawnOf(runner: LayerwiseRunner, { samples, seed, network }: StressTask<unknown>, z: number): Drawn {
  return { z, seed, network, ...runner.draw({ z, seed, network, sampling: "random" }, samples) };
}
