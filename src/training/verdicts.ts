import { given, InputError, wholeNumber } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import { checkMultiPart, type MultiPartNetwork } from "../network/multi-part.js";
import { wholeReluLayer, type ReluLayer } from "../network/relu-layer.js";
import { andShape } from "./and-task.js";
import { denseShare, measureAnd, neuronClasses, type AndErrors, type NeuronClass } from "./and-verdict.js";
import {
  fiveNumbers,
  measureCircuits,
  moveBetween,
  type CircuitsErrors,
  type CircuitsInput,
  type FiveNumbers,
  type NetworkMove,
} from "./circuits-verdict.js";
import { compressedShape } from "./compressed.js";
import { compareDecoder, measureTrained, type DecoderComparison, type TrainedRow } from "./evaluate.js";
import { parametersOfLayer } from "./relu-layer.js";
import { parseTraining, type AndSpec } from "./settings.js";

/**
 * The samples of compressed computation on which a network is measured; docs/training.md describes these keys and their
 * defaults.
 */
export interface CompressedInput {
  readonly samples: number;
  readonly p?: number;
  readonly q?: number;
  readonly mixing?: "none" | "normal" | "embedding";
  readonly sigma?: number;
  readonly seed?: number;
}

/**
 * The samples of universal AND on which a network is measured; docs/training.md describes these keys and their
 * defaults.
 */
export interface AndInput {
  readonly samples: number;
  readonly l?: number;
  readonly q?: number;
  readonly on?: number;
  readonly seed?: number;
}

/**
 * Measures how well any network with one hidden layer computes the ReLUs of sparse inputs: the loss relative to the
 * naive network and the best constant, the variation of errors over features, the weights' coherence, the published
 * classifier's verdict, and a comparison of the decoder with the pseudo-inverse. [L6] [L8]
 *
 * @throws InputError if weights have the wrong length or a key is out of bounds (the error names it)
 */
export function compressedVerdict(
  layer: ReluLayer,
  input: CompressedInput,
  kernels: Kernels,
): TrainedRow & DecoderComparison {
  const whole = wholeReluLayer(layer);
  const { F, N } = whole;
  const spec = parseTraining({ ...inputOf(input), task: "compressed", F, N, biases: "hidden" });
  const parameters = parametersOfLayer(compressedShape(spec), whole);
  return { ...measureTrained(kernels, spec, parameters, spec.samples), ...compareDecoder(kernels, spec, parameters) };
}

/**
 * Measures how well any network with one hidden layer computes the ANDs of all pairs of Boolean inputs, and finds the
 * classes of its neurons. The AND of inputs i < j is output i(2m − i − 1)/2 + j − i − 1.
 *
 * @throws InputError if weights have the wrong length or a key is out of bounds (the error names it)
 */
export function andVerdict(
  layer: ReluLayer,
  input: AndInput,
  kernels: Kernels,
): AndErrors & { readonly dense: number; readonly classes: readonly NeuronClass[] } {
  const whole = wholeReluLayer(layer);
  const spec = parseTraining({ ...inputOf(input), task: "universal-and", m: whole.F, d: whole.N }) as AndSpec;
  const parameters = parametersOfLayer(andShape(spec), whole);
  const weights = { dense: denseShare(spec, parameters), classes: neuronClasses(spec, parameters) };
  return { ...measureAnd(kernels, spec, parameters, spec.samples), ...weights };
}

/**
 * Measures how well any network computes its circuits: errors by step, relative to the naive network and the best
 * constants, and the five numbers reported for one step, including the worst error that a search finds. [L4]
 *
 * @param input.layer the step for which the five numbers are computed; the last step if omitted
 * @throws InputError naming the argument that is out of bounds
 */
export function circuitsVerdict(
  network: MultiPartNetwork,
  input: Omit<CircuitsInput, "network"> & { readonly layer?: number },
  kernels: Kernels,
): CircuitsErrors & { readonly numbers: FiveNumbers } {
  const { circuits } = checkMultiPart(network);
  const { T, L } = circuits;
  const { z, samples, seed, layer = L } = given("input", input, "an object { z, samples, seed }", "z");
  wholeNumber("z", z, 1, T);
  wholeNumber("samples", samples, 1);
  wholeNumber("seed", seed, 0);
  wholeNumber("layer", layer, 1, L);
  const own = { z, samples, seed, network: 0 };
  const errors = measureCircuits(kernels, network, own);
  return { ...errors, numbers: fiveNumbers(kernels, network, errors, own, layer) };
}

/**
 * Compares two networks with the same circuits and sizes: how far apart their weights are, and how similar their
 * circuits' activations are.
 *
 * @throws InputError if the networks' sizes differ
 */
export function compareNetworks(before: MultiPartNetwork, after: MultiPartNetwork, kernels: Kernels): NetworkMove {
  const [one, other] = Object.entries({ before, after }).map(([name, network]) => {
    const { circuits, layers, parts } = checkMultiPart(network, name);
    const D = parts.reduce((sum, { d, P }) => sum + d * P, 0);
    return `T = ${circuits.T}, d = ${circuits.d}, D = ${D}, ${layers.length} layers`;
  });
  if (one !== other) throw new InputError(`after has ${other}, before has ${one}: their sizes must be equal.`, "shape");
  return moveBetween(kernels, before, after);
}

function inputOf<Input extends CompressedInput | AndInput>(input: Input): Input {
  return given("input", input, "an object { samples, … }", "samples");
}
