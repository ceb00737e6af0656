import { given, InputError, wholeNumber } from "../base/errors.js";
import type { Steps } from "../base/steps.js";
import type { AsyncOptions } from "../base/steps-async.js";
import type { Kernels } from "../kernels/kernels.js";
import { checkMultiPart, type MultiPartNetwork } from "../network/multi-part.js";
import { wholeReluLayer, type ReluLayer, type WholeReluLayer } from "../network/relu-layer.js";
import { finishAlone } from "../results/async.js";
import { circuitsNetwork, circuitsShape, circuitsTask } from "./circuits-task.js";
import { LossCurve } from "./curve.js";
import { shapeOf } from "./learned.js";
import { layerOf, parametersOfLayer } from "./relu-layer.js";
import { learnedSteps, parseTraining, type CircuitsSpec } from "./settings.js";
import { divergence, initialParameters, isDiverged, startAt, Trainer, type TrainingSettings } from "./trainer.js";

/** Settings of the training itself: keys described in docs/training.md, with their defaults. */
export interface TrainingKeys {
  readonly q?: number;
  readonly initial?: "uniform" | "normal";
  readonly scale?: number;
  readonly steps?: number;
  readonly batch?: number;
  readonly optimiser?: "adam" | "momentum";
  readonly rate?: number;
  readonly schedule?: "cosine" | "constant";
  readonly warmUp?: number;
  readonly momentum?: number;
  readonly decay?: number;
  readonly seed?: number;
}

/** The task of a network with one hidden layer and how it is trained, as keys described in docs/training.md. */
export type LayerTraining = TrainingKeys &
  (
    | {
        readonly task: "compressed";
        readonly F?: number;
        readonly N?: number;
        readonly p?: number;
        readonly biases?: "none" | "hidden";
        readonly mixing?: "none" | "normal" | "embedding";
        readonly sigma?: number;
      }
    | {
        readonly task: "universal-and";
        readonly m?: number;
        readonly d?: number;
        readonly l?: number;
        readonly on?: number;
      }
  );

/** How circuits in a network are trained, given by the keys described in docs/training.md. */
export interface CircuitsTraining extends TrainingKeys {
  /** Circuits active at once. */
  readonly z: number;
  readonly trains?: "layers" | "embedding" | "readouts" | "all";
  readonly layers?: readonly number[];
  readonly inactive?: number;
  /** Whether the trained parameters start from random values or from the network's values; default random. */
  readonly start?: "random" | "constructed";
}

/** The loss during training, as at most 500 averages, each over the same number of steps. */
export interface TrainingCurve {
  readonly every: number;
  readonly means: readonly number[];
}

/**
 * Trains a network with one hidden layer, in time slices of about 25 ms. The result is byte-identical to that of
 * `superpose train` with the same settings.
 *
 * @param kernels the core to run on, reserved for this call until it settles
 * @param options.from the network to start from; random weights if omitted
 * @returns a promise, rejected with the signal's reason if aborted, and with an Error if the loss is not finite
 *   or exceeds a million times both its first value and the loss of a network that always outputs 0
 * @throws InputError, as a rejection, naming the invalid setting
 */
export async function trainLayer(
  settings: LayerTraining,
  kernels: Kernels,
  options: AsyncOptions & { readonly from?: ReluLayer } = {},
): Promise<{ readonly layer: WholeReluLayer; readonly curve: TrainingCurve }> {
  const { from, ...watch } = given("options", options, "an object { from, signal, onProgress }");
  const spec = parseTraining(given("settings", settings, "an object { task, … }", "task"));
  if (spec.task === "circuits")
    throw new InputError('task = "circuits": must be compressed or universal-and; use trainCircuits for circuits.', "choice"); // prettier-ignore
  if (spec.start !== "random") throw new InputError("start: pass the starting network as `from`.", "choice");
  const shape = shapeOf(spec);
  const start = from === undefined ? initialParameters(shape, spec) : parametersOfLayer(shape, wholeReluLayer(from));
  const { parameters, curve } = await finishAlone(kernels, trainingSteps(kernels, spec, start), watch);
  return { layer: layerOf(shape, parameters), curve };
}

/**
 * Trains the circuits of a network on their readouts, in time slices of about 25 ms. All neurons of the result are in
 * one part.
 *
 * @param network the network with the circuits to learn; parameters that are not trained do not change
 * @param kernels the core to run on, reserved for this call until it settles
 * @returns a promise, rejected with the signal's reason if aborted, and with an Error if training diverges
 * @throws InputError, as a rejection, naming the invalid setting
 */
export async function trainCircuits(
  network: MultiPartNetwork,
  settings: CircuitsTraining,
  kernels: Kernels,
  options: AsyncOptions = {},
): Promise<{ readonly network: MultiPartNetwork; readonly curve: TrainingCurve }> {
  const { circuits } = checkMultiPart(network);
  const { z, ...keys } = given("settings", settings, "an object { z, … }", "z");
  wholeNumber("z", z, 1, circuits.T);
  for (const key of ["spec", "network"])
    if (key in keys) throw new InputError(`${key}: the network is given as an argument; omit ${key}.`, "conflict", key);
  const spec = parseTraining({ ...keys, task: "circuits" }) as CircuitsSpec;
  if (typeof spec.start === "object")
    throw new InputError(
      'start: must be "random" or "constructed"; pass the network as an argument, not as a file.',
      "choice",
    );
  const steps = learnedSteps(spec, circuits.L);
  const { task, parameters: built } = circuitsTask(network, { ...spec, z, steps });
  const start = spec.start === "random" ? initialParameters(circuitsShape(task), spec) : built;
  const training = trainingSteps(kernels, { ...spec, ...task }, start);
  const { parameters, curve } = await finishAlone(kernels, training, options);
  return { network: circuitsNetwork(network, task, parameters), curve };
}

/** Runs all steps on one core and reserves the memory that they need. */
function* trainingSteps(
  kernels: Kernels,
  settings: TrainingSettings,
  start: Float32Array<ArrayBuffer>,
): Steps<{ readonly parameters: Float32Array<ArrayBuffer>; readonly curve: TrainingCurve }> {
  const trainer = new Trainer(kernels, settings, startAt(start));
  const curve = new LossCurve(settings.steps);
  while (trainer.step < settings.steps) {
    const loss = trainer.takeWholeStep();
    curve.add(loss);
    if (isDiverged(loss, curve.first ?? loss, settings))
      throw new Error(`${divergence(trainer.step, loss, settings)}.`);
    yield trainer.step / settings.steps;
  }
  return { parameters: trainer.state().parameters, curve: { every: curve.every, means: curve.means } };
}
