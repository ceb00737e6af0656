import type { Circuits } from "../circuits/circuits.js";
import { finiteNumber, given, InputError, listOf } from "../base/errors.js";
import { denseBias, denseWeights } from "./dense.js";
import type { Embedding } from "./embedding.js";
import type { Network } from "./network.js";
import { checkShape, type Shape } from "../base/shape.js";
import { checkedCircuits } from "../circuits/sizes.js";
import { checkDenseSize } from "./dense-size.js";

/**
 * A large network given only by its dense weights, with the circuits as its reference. The weights may have been
 * imported, edited or pruned. In lists over layers, index k holds layer k+1.
 */
export interface DenseModel {
  readonly shape: Shape;
  /** Provides the true values, the readouts and the distribution of inputs. */
  readonly circuits: Circuits;
  /**
   * The neurons of each circuit: its inputs are written to them (through its first weights), and its readouts are taken
   * from them.
   */
  readonly embedding: Embedding;
  /** W^l, [D][D] row-major: `A^l = ReLU(W^l A^{l−1} + B^l)`; null stands for the identity. */
  readonly weights: readonly (Float32Array | null)[];
  /** B^l, [D]. */
  readonly biases: readonly Float32Array[];
  readonly unembedding: readonly Unembedding[];
}

/** `â_t = scale·Σ_s A[neuron s of t] − shift·Σ_n A[n]`, per block. [E17] */
export interface Unembedding {
  readonly scale: number;
  readonly shift: number;
}

/**
 * Copies of the network's weights, written out in full. The weight of layer 1 is the identity, because inputs are
 * embedded with the circuits' first weights already applied. [E10] [E15]
 *
 * @throws InputError when the network has several parts, or the weights are too large to write out
 */
export function denseModel(network: Network): DenseModel {
  given("network", network, "made by buildNetwork or buildMatrixNetwork", "shape");
  const { shape, circuits, embedding, parts, layers, readouts } = network;
  if (parts.length !== 1) {
    throw new InputError(
      `This network has ${parts.length} parts: only networks of one part have a dense model.`,
      "invalid",
      "network",
    );
  }
  checkDenseSize(shape);
  return {
    shape,
    circuits,
    embedding,
    weights: layers.map((_, k) => (k === 0 ? null : new Float32Array(denseWeights(network, k + 1)))),
    biases: layers.map((layer) => denseBias(parts, layer)),
    unembedding: readouts.map(({ scale, shift }) => ({ scale, shift })),
  };
}

/**
 * Returns the model after checking its arrays against its shape.
 *
 * @throws InputError naming the first array of the wrong length, or a neuron outside its block
 */
export function checkDenseModel(model: DenseModel): DenseModel {
  const { circuits, embedding, weights, biases, unembedding } = given("model", model, "made by denseModel", "shape");
  const shape = checkShape(model.shape);
  const { D, d, T, S, L } = shape;
  const P = D / d;
  checkedCircuits(circuits, "model.circuits");
  for (const [name, list] of Object.entries({ embedding, weights, biases, unembedding })) {
    listOf(`model.${name}`, list as readonly unknown[], "L", L);
  }
  for (let k = 0; k < L; k++) {
    const weight = weights[k];
    if (weight !== null) listOf(`model.weights[${k}]`, weight, "D·D", D * D);
    listOf(`model.biases[${k}]`, biases[k], "D", D);
    const path = `model.embedding[${k}]`;
    const { neurons } = given(path, embedding[k], "an assignment", "neurons");
    listOf(`${path}.neurons`, neurons, "T·S", T * S);
    const at = neurons.findIndex((neuron) => !(neuron < P));
    if (at !== -1) throw new InputError(`${path}.neurons[${at}] = ${neurons[at]}: must be below P = ${P}.`, "range");
    const { scale, shift } = given(`model.unembedding[${k}]`, unembedding[k], "an object { scale, shift }");
    finiteNumber(`model.unembedding[${k}].scale`, scale);
    finiteNumber(`model.unembedding[${k}].shift`, shift);
  }
  for (const name of ["d", "T", "L"] as const) {
    if (circuits[name] !== shape[name]) {
      throw new InputError(`circuits.${name} = ${circuits[name]}: shape says ${shape[name]}.`, "conflict");
    }
  }
  return model;
}
