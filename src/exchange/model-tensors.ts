import type { Circuits, Readout } from "../circuits/circuits.js";
import { given, InputError } from "../base/errors.js";
import { joined } from "../base/joined.js";
import { checkDenseModel, type DenseModel } from "../network/dense-model.js";
import { denseBytes } from "../network/dense-size.js";
import type { Embedding } from "../network/embedding.js";
import { checkShape, type Shape } from "../base/shape.js";
import { inputTensors, readInputs } from "./input-tensors.js";
import { checkTensors, numbersOf, tensorError, type Dtype, type Tensor } from "./tensor.js";

/**
 * A dense model as named tensors. In names, layers are numbered from 1. In tensors over layers, index k holds layer
 * k+1.
 *
 *     layers.2.weight …     F32 [D, D]        A^l = ReLU(W^l A^{l−1} + B^l); layer 1 is the identity, without a tensor
 *     layers.1.bias …       F32 [D]
 *     embedding.neurons     I32 [L, T, S]     neurons n of each circuit; component i is on neuron i·P + n, P = D/d
 *     unembedding.scale     F64 [L]           â_t = scale·Σ_s A[neuron s] − shift·Σ_n A[n], per block
 *     unembedding.shift     F64 [L]
 *     circuits.weight       F64 [L, T, d, d]  the small circuits: a^l = ReLU(w_t^l a^{l−1} + b^l)
 *     circuits.mean         F64 [L, d, d]     w̄, the part without θ; the theory needs it
 *     circuits.bias         F64 [L, d]
 *     readout.NAME          F64 [rows, d]     readout of a circuit, y = R·a
 *     inputs.…              F64               how inputs a^0 are drawn
 *
 * All sizes follow from the tensors, so files whose weights were edited or whose metadata is missing can be read too.
 */
export function modelTensors(model: DenseModel): Map<string, Tensor> {
  const { shape, circuits, embedding, weights, biases, unembedding } = checkDenseModel(model);
  const { D, d, T, S, L } = shape;
  const tensors = new Map<string, Tensor>();
  weights.forEach((data, k) => {
    if (data !== null) tensors.set(`layers.${k + 1}.weight`, { dtype: "F32", shape: [D, D], data });
  });
  biases.forEach((data, k) => tensors.set(`layers.${k + 1}.bias`, { dtype: "F32", shape: [D], data }));
  const neurons = new Int32Array(L * T * S);
  embedding.forEach((assignment, k) => neurons.set(assignment.neurons, k * T * S));
  tensors.set("embedding.neurons", { dtype: "I32", shape: [L, T, S], data: neurons });
  const doubles = (name: string, of: readonly number[], data: Float64Array): void =>
    void tensors.set(name, { dtype: "F64", shape: of, data });
  doubles(
    "unembedding.scale",
    [L],
    Float64Array.from(unembedding, ({ scale }) => scale),
  );
  doubles(
    "unembedding.shift",
    [L],
    Float64Array.from(unembedding, ({ shift }) => shift),
  );
  const size = d * d;
  const own = new Float64Array(L * T * size);
  circuits.delta.forEach((delta, k) => {
    const mean = circuits.mean[k];
    own.set(delta.map((value, index) => mean[index % size] + value), k * T * size); // prettier-ignore
  });
  doubles("circuits.weight", [L, T, d, d], own);
  doubles("circuits.mean", [L, d, d], joined(circuits.mean));
  doubles("circuits.bias", [L, d], joined(circuits.bias));
  for (const { name, matrix } of circuits.readouts) {
    doubles(`readout.${name}`, [matrix.length, d], Float64Array.from(matrix.flat()));
  }
  for (const [name, tensor] of inputTensors(circuits.inputs)) tensors.set(name, tensor);
  return tensors;
}

/** Bytes of a model's tensors, except readouts and inputs. */
export function modelBytes(shape: Shape): number {
  const { d, T, S, L } = shape;
  return denseBytes(shape) + 4 * L * T * S + 8 * L * ((T + 1) * d * d + d + 2);
}

/**
 * Builds the model that tensors describe. Weights in float32 are views of these tensors; everything else is copied.
 *
 * @param about facts that are not in the tensors: the circuits' kind, and the order of the readouts
 * @throws InputError naming the first tensor that is missing, not finite, or inconsistent in shape
 */
export function modelFromTensors(
  tensors: ReadonlyMap<string, Tensor>,
  about: { readonly kind?: string | undefined; readonly readouts?: readonly string[] | undefined } = {},
): DenseModel {
  checkTensors(tensors);
  given("about", about, "an object { kind, readouts }");
  const read = new Reader(tensors);
  const [L, T, S] = read.lengths("embedding.neurons", "[L, T, S]", 3) as [number, number, number];
  const [, d] = read.lengths("circuits.bias", "[L, d]", 2) as [number, number];
  const [D] = read.lengths("layers.1.bias", "[D]", 1) as [number];
  const shape = checkShape({ D, d, T, S, L });
  const layers = Array.from({ length: L }, (_, k) => k);
  const isIdentity = (k: number): boolean => k === 0 && !tensors.has("layers.1.weight");
  const scale = read.numbers("unembedding.scale", [L]);
  const shift = read.numbers("unembedding.shift", [L]);
  return checkDenseModel({
    shape,
    circuits: readCircuits(read, shape, about),
    embedding: readEmbedding(read, shape),
    weights: layers.map((k) => (isIdentity(k) ? null : read.singles(`layers.${k + 1}.weight`, [D, D]))),
    biases: layers.map((k) => read.singles(`layers.${k + 1}.bias`, [D])),
    unembedding: layers.map((k) => ({ scale: scale[k], shift: shift[k] })),
  });
}

/** Reads tensors by name, and checks each of them. */
export class Reader {
  readonly tensors: ReadonlyMap<string, Tensor>;

  constructor(tensors: ReadonlyMap<string, Tensor>) {
    this.tensors = tensors;
  }

  #get(name: string): Tensor<Dtype> {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw tensorError(name, `missing.`);
    return tensor;
  }

  lengths(name: string, meaning: string, dimensions: number): readonly number[] {
    const { shape } = this.#get(name);
    if (shape.length !== dimensions || shape.includes(0)) {
      throw tensorError(name, `shape [${shape.join(", ")}] must be ${meaning}.`);
    }
    return shape;
  }

  #shaped(name: string, shape: readonly number[]): Tensor {
    const tensor = this.#get(name);
    if (tensor.shape.join() !== shape.join()) {
      throw tensorError(
        name,
        `shape [${tensor.shape.join(", ")}] must be [${shape.join(", ")}] to match the other tensors.`,
      );
    }
    return tensor;
  }

  numbers(name: string, shape: readonly number[]): Float64Array {
    return finite(name, numbersOf(name, this.#shaped(name, shape)));
  }

  singles(name: string, shape: readonly number[]): Float32Array {
    const tensor = this.#shaped(name, shape);
    const { data } = tensor;
    // Checked before rounding, so that messages show the numbers in the file.
    return data instanceof Float32Array ? finite(name, data) : new Float32Array(finite(name, numbersOf(name, tensor)));
  }
}

/**
 * The largest magnitude of weights and inputs; a spec has the same limit. With larger values, sums of squares
 * would overflow.
 */
const LARGEST = 1e9;

function finite<A extends Float32Array | Float64Array>(name: string, values: A): A {
  for (let at = 0; at < values.length; at++) {
    if (!Number.isFinite(values[at])) {
      throw tensorError(name, `the value at index ${at} is ${values[at]}; all values must be finite.`);
    }
    if (Math.abs(values[at]) > LARGEST) {
      throw tensorError(name, `the value at index ${at} is ${values[at]}; all values must be within ±${LARGEST}.`);
    }
  }
  return values;
}

function readEmbedding(read: Reader, { D, d, T, S, L }: Shape): Embedding {
  const P = D / d;
  const neurons = read.numbers("embedding.neurons", [L, T, S]);
  const wrong = neurons.find((neuron) => !Number.isInteger(neuron) || neuron < 0 || neuron >= P);
  if (wrong !== undefined) {
    throw tensorError(
      "embedding.neurons",
      `one value is ${wrong}; all values must be whole numbers from 0 to P − 1 = ${P - 1}.`,
    );
  }
  return Array.from({ length: L }, (_, k) => ({
    ...{ T, S, P },
    neurons: Uint32Array.from(neurons.subarray(k * T * S, (k + 1) * T * S)),
  }));
}

function readCircuits(read: Reader, { d, T, L }: Shape, about: Parameters<typeof modelFromTensors>[1] = {}): Circuits {
  const size = d * d;
  const weights = read.numbers("circuits.weight", [L, T, d, d]);
  const means = read.numbers("circuits.mean", [L, d, d]);
  const biases = read.numbers("circuits.bias", [L, d]);
  const mean = sliced(means, size);
  const delta = sliced(weights, T * size).map((own, k) => own.map((value, index) => value - mean[k][index % size]));
  return {
    kind: about.kind ?? "imported",
    ...{ d, T, L, delta: shareEqual(delta), mean: shareEqual(mean), bias: shareEqual(sliced(biases, d)) },
    readouts: readReadouts(read, d, about.readouts ?? []),
    inputs: readInputs(read.tensors, { T, d }),
  };
}

function sliced(values: Float64Array, length: number): Float64Array[] {
  return Array.from({ length: values.length / length }, (_, k) => values.slice(k * length, (k + 1) * length));
}

/** Makes layers with the same weights share one array, as they do in newly built networks. */
function shareEqual(layers: Float64Array[]): Float64Array[] {
  const isSame = (a: Float64Array, b: Float64Array): boolean => a.every((value, index) => value === b[index]);
  layers.forEach((layer, k) => {
    if (k > 0 && isSame(layer, layers[k - 1])) layers[k] = layers[k - 1];
  });
  return layers;
}

/** The readouts in a file, in the given order; names that `order` lacks come last. */
export function readReadouts(read: Reader, d: number, order: readonly string[]): Readout[] {
  const prefix = "readout.";
  const names = [...read.tensors.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
  if (names.length === 0)
    throw new InputError(`tensors ${prefix}…: missing; the file must have at least one readout.`, "missing", prefix);
  const rank = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  names.sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return names.map((name) => {
    const rows = read.lengths(`${prefix}${name}`, "[rows, d]", 2)[0];
    const matrix = read.numbers(`${prefix}${name}`, [rows, d]);
    return { name, matrix: sliced(matrix, d).map((row) => [...row]) };
  });
}
