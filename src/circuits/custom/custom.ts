import { finiteNumbers, given, InputError, listOf, oneOf, wholeNumber } from "../../base/errors.js";
import type { Circuits, InputDistribution, Readout } from "../circuits.js";
import { splitMean, toRaw, type RawCircuits } from "../raw.js";
import { checkInputs, checkReadouts } from "../sizes.js";
import { neededWidth, outputs, squared, widthsOf, type GivenShape } from "./square.js";

/** Weights, biases and readouts of your own circuits. [E1] */
export interface CustomWeights {
  /**
   * `w_t` per layer, [L][T][out][in]; a single entry repeats in every layer and must be square. d is the widest
   * layer's size.
   */
  readonly weights: readonly (readonly (readonly (readonly number[])[])[])[];
  /** `b` per layer, shared by all circuits, [L][out]; a single entry repeats in every layer. */
  readonly biases: readonly (readonly number[])[];
  /** "linear" means no ReLU after the last layer; two neurons then carry each output. Default "relu". */
  readonly output?: "relu" | "linear";
  /** Readouts of the last layer's outputs, [rows][out]. Default: all outputs, as one readout named "a". */
  readonly readouts?: readonly Readout[];
  /** Distribution of the first layer's inputs, [in]. Default: every component is uniform in 0…1. */
  readonly inputs?: InputDistribution;
  /** Name of the circuits in reports. Default "custom". */
  readonly name?: string;
}

/**
 * Circuits given by their weights, which are split into `w̄ = mean over t` and `Δw_t = w_t − w̄`. (R5.18, section 4)
 *
 * @param L number of layers to run; if weights or biases have several entries, there must be one for each layer
 * @throws InputError naming the entry that is missing, not finite or of the wrong length
 */
export function customCircuits(custom: CustomWeights, L: number): Circuits {
  const { layers: stated, ...whole } = checkedWeights(custom);
  wholeNumber("L", L, 1, stated === 1 ? 10_000 : stated);
  const square = squared(complete(whole));
  const layers = square.weights.map((circuits) => splitMean(Float64Array.from(circuits.flat(2)), circuits.length));
  const biases = square.biases.map((bias) => Float64Array.from(bias));
  const T = square.weights[0].length;
  const d = square.biases[0].length;
  const at = <A>(list: readonly A[], k: number): A => (list.length === 1 ? list[0] : list[k]);
  const indices = Array.from({ length: L }, (_, k) => k);
  return {
    kind: custom.name ?? "custom",
    d,
    T,
    L,
    mean: indices.map((k) => at(layers, k).mean),
    delta: indices.map((k) => at(layers, k).delta),
    bias: indices.map((k) => at(biases, k)),
    readouts: square.readouts,
    inputs: square.inputs,
  };
}

/** @returns the given circuits and their number of layers, or 1 if one layer repeats */
function checkedWeights(custom: CustomWeights): CustomWeights & { readonly layers: number } {
  const {
    weights,
    biases,
    output = "relu",
    readouts,
    inputs,
  } = given("custom", custom, "an object { weights, biases, … }");
  const count = listOf("weights[0]", listOf("weights", weights)[0]).length;
  wholeNumber("weights[0].length", count, 1);
  let width = listOf("weights[0][0][0]", listOf("weights[0][0]", weights[0][0])[0]).length;
  const first = width;
  const sizes = Array.from(weights, (layer, k) => {
    const out = listOf(`weights[${k}][0]`, listOf(`weights[${k}]`, layer, "T", count)[0]).length;
    Array.from(layer, (matrix, t) =>
      listOf(`weights[${k}][${t}]`, matrix, "out", out).forEach((row, i) =>
        finiteNumbers(`weights[${k}][${t}][${i}]`, row, "in", width),
      ),
    );
    return (width = out);
  });
  if (sizes.length === 1) listOf("weights[0][0][0]", weights[0][0][0], "d", width);
  listOf("biases", biases);
  const layers = Math.max(sizes.length, biases.length);
  for (const [name, { length }] of Object.entries({ weights, biases })) {
    if (length !== 1 && length !== layers) {
      throw new InputError(
        `${name} has ${length} entr${length === 1 ? "y" : "ies"}: must have ${layers}, one per layer, or 1 for all.`,
        "shape",
      );
    }
  }
  for (let k = 0; k < layers; k++) {
    const at = biases.length === 1 ? 0 : k;
    finiteNumbers(`biases[${at}]`, biases[at], "out", sizes.length === 1 ? sizes[0] : sizes[k]);
  }
  oneOf("output", output, outputs);
  wholeNumber("d", neededWidth(custom), 1, 64);
  if (readouts !== undefined) checkReadouts("readouts", readouts, width);
  if (inputs !== undefined) checkInputs("inputs", inputs, first, count);
  return { ...custom, layers };
}

/** Adds the default readout and inputs where they are missing. */
function complete<Given extends GivenShape & Pick<CustomWeights, "readouts" | "inputs">>(given: Given) {
  const widths = widthsOf(given);
  return {
    ...given,
    readouts: given.readouts ?? [identityReadout(widths[widths.length - 1])],
    inputs: given.inputs ?? uniformInputs(widths[0]),
  };
}

/** A readout named "a" of all d components. */
export function identityReadout(d: number): Readout {
  return { name: "a", matrix: Array.from({ length: d }, (_, i) => Array.from({ length: d }, (__, j) => +(i === j))) };
}

/** Inputs in which every component of a^0 is uniform in 0…1. */
export function uniformInputs(d: number): InputDistribution {
  return { kind: "uniform", low: new Array<number>(d).fill(0), high: new Array<number>(d).fill(1) };
}

/**
 * Circuits given by their weights, each with separate biases, [L or 1][T][out]; a single entry repeats in every layer.
 *
 * @param L number of layers to run
 */
export function rawCustomCircuits(
  given: Omit<CustomWeights, "biases"> & { readonly biases: readonly (readonly (readonly number[])[])[] },
  L: number,
): RawCircuits {
  const square = squared(complete(given));
  const shared = customCircuits({ ...square, biases: square.biases.map((layer) => layer[0]) }, L);
  const biases = square.biases.map((layer) => Float64Array.from(layer.flat()));
  return {
    ...toRaw(shared),
    biases: Array.from({ length: L }, (_, k) => (biases.length === 1 ? biases[0] : biases[k])),
  };
}

/**
 * Circuits given by their weights, checked and with all defaults filled in. They determine d and T, and also L if
 * weights or biases differ by layer.
 */
export type CustomCircuits = Required<Omit<CustomWeights, "output">> & Pick<CustomWeights, "output">;

/**
 * Converts circuits to the form of a circuits file: nested lists, with a single entry if all layers are the same.
 *
 * @throws InputError naming the missing or invalid entry
 */
export function customWeightsOf(circuits: Circuits): CustomCircuits {
  const { weights: all, T, d, readouts, inputs, kind } = toRaw(circuits);
  const { bias } = circuits;
  const layers = all.every((weights) => weights === all[0]) ? all.slice(0, 1) : all;
  return {
    name: kind,
    weights: layers.map((weights) =>
      Array.from({ length: T }, (_, t) =>
        Array.from({ length: d }, (__, i) => Array.from(weights.subarray((t * d + i) * d, (t * d + i + 1) * d))),
      ),
    ),
    biases: bias.map((layer) => Array.from(layer)),
    readouts,
    inputs,
  };
}
