import { finiteNumber, InputError } from "../base/errors.js";
import { joined } from "../base/joined.js";
import type { Circuits } from "../circuits/circuits.js";
import { denseBias, denseWeights } from "../network/dense.js";
import { isOwned, widthOf, type Layer } from "../network/layer.js";
import { checkMultiPart, readoutMatrix, type MultiPartNetwork, type Read } from "../network/multi-part.js";
import { inputTensors } from "./input-tensors.js";
import type { Tensor } from "./tensor.js";

/**
 * @param L number of steps of the whole network, if `network` consists of only its first few steps
 * @throws InputError when a network's weights are larger than `largest` bytes
 */
export function checkMultiPartSize(
  { circuits, layers, parts }: MultiPartNetwork,
  largest: number,
  L = circuits.L,
): void {
  const D = widthOf(parts);
  const bytes = 4 * D * D * new Set(layers.slice(1)).size;
  if (bytes <= largest) return;
  const mebibytes = (value: number): string => Math.ceil(value / 2 ** 20).toLocaleString("en");
  throw new InputError(
    `D = ${D}, L = ${L}: the model needs ${L > circuits.L ? "more than " : ""}${mebibytes(bytes)} MiB; the limit is ${mebibytes(largest)} MiB. Choose a smaller L or D.`,
  );
}

/**
 * A network of several parts as named tensors. Equal layers and steps are written once.
 *
 *     weights.K             F32 [D, D]     A^n = ReLU(W A^{n−1} + B) with K = layers.weights[n−1]; −1 is the identity
 *     biases.K              F32 [D]        B, K = layers.biases[n−1]
 *     layers.weights        I32 [N]
 *     layers.biases         I32 [N]
 *     steps                 I32 [L]        the layer n after which the circuits have taken step l
 *     components.K.U.index  I32 [entries, 3]  circuit, k, neuron: U_t[neuron, k] += value, where weights.K is
 *                                             Σ_t U_t V_t plus a remainder that belongs to no circuit
 *     components.K.U.value  F32 [entries]
 *     components.K.V.…      the same for V_t[k, neuron]; absent if no circuit has weights in the layer
 *     write.index           I32 [entries, 3]  circuit, component, neuron: A^0[neuron] += value·a_t^0[component]
 *     write.value           F32 [entries]
 *     reads                 I32 [L]        the K of read.K for each step
 *     read.K.index          I32 [entries, 3]  circuit, row, neuron: y_t[row] += value·A[neuron]
 *     read.K.value          F32 [entries]
 *     constants             F64 [L, rows]  added to y_t
 *     circuits.weight       F64 [T, d, d]  small circuits, a^l = ReLU(w_t a^{l−1} + b) in all steps; or [L, T, d, d]
 *     circuits.bias         F64 [d], or [L, d]
 *     readout.NAME          F64 [rows, d]  y = R·a; rows of all readouts in the order of the metadata
 *     inputs.…              F64            how inputs a^0 are drawn
 *
 * @param largest the largest number of bytes that the weights may take
 * @throws InputError if an argument is out of bounds (the error names it) or the weights take more bytes than `largest`
 */
export function multiPartTensors(network: MultiPartNetwork, largest: number): Map<string, Tensor> {
  const { circuits, layers, parts, steps, constants } = checkMultiPart(network);
  finiteNumber("largest", largest, 0);
  const { d, T, L } = circuits;
  const D = widthOf(parts);
  const tensors = new Map<string, Tensor>();
  checkMultiPartSize(network, largest);
  const distinct = [...new Set(layers.slice(1))];
  const whole = (name: string, shape: readonly number[], data: Int32Array): void =>
    void tensors.set(name, { dtype: "I32", shape, data });
  const doubles = (name: string, shape: readonly number[], data: Float64Array): void =>
    void tensors.set(name, { dtype: "F64", shape, data });

  distinct.forEach((layer, k) => {
    const data = new Float32Array(denseWeights(network, layers.indexOf(layer) + 1));
    tensors.set(`weights.${k}`, { dtype: "F32", shape: [D, D], data });
    const { U, V } = componentEntries(network, layer);
    if (U.value.length === 0) return;
    addEntries(tensors, `components.${k}.U`, U);
    addEntries(tensors, `components.${k}.V`, V);
  });
  whole(
    "layers.weights",
    [layers.length],
    Int32Array.from(layers, (layer, k) => (k === 0 ? -1 : distinct.indexOf(layer))),
  );
  const biases: { readonly layer: Layer; readonly data: Float32Array }[] = [];
  const biasOf = Int32Array.from(layers, (layer) => {
    const known = biases.findIndex((bias) => bias.layer === layer);
    if (known !== -1) return known;
    biases.push({ layer, data: denseBias(parts, layer) });
    return biases.length - 1;
  });
  biases.forEach(({ data }, k) => tensors.set(`biases.${k}`, { dtype: "F32", shape: [D], data }));
  whole("layers.biases", [layers.length], biasOf);
  whole("steps", [L], Int32Array.from(steps));
  addEntries(tensors, "write", writeEntries(network));

  const lists = [...new Set(network.reads)];
  whole(
    "reads",
    [L],
    Int32Array.from(network.reads, (list) => lists.indexOf(list)),
  );
  lists.forEach((list, k) => addEntries(tensors, `read.${k}`, readEntries(network, list)));
  doubles("constants", [L, constants[0].length], Float64Array.from(constants.flat()));

  const isAlike = areAlike(circuits);
  const written = isAlike ? 1 : L;
  const weights = Array.from({ length: written }, (_, k) =>
    circuits.delta[k].map((value, index) => circuits.mean[k][index % (d * d)] + value),
  );
  doubles("circuits.weight", isAlike ? [T, d, d] : [L, T, d, d], joined(weights));
  doubles("circuits.bias", isAlike ? [d] : [L, d], joined(circuits.bias.slice(0, written)));
  for (const { name, matrix } of circuits.readouts) {
    doubles(`readout.${name}`, [matrix.length, d], Float64Array.from(matrix.flat()));
  }
  for (const [name, tensor] of inputTensors(circuits.inputs)) tensors.set(name, tensor);
  return tensors;
}

/** Whether circuits have the same weights and biases in all steps. */
export function areAlike({ mean, delta, bias }: Circuits): boolean {
  return [mean, delta, bias].every((layers) => layers.every((layer) => layer === layers[0]));
}

/** Entries of a sparse table: three indices and a value for each entry. */
export interface Entries {
  readonly index: number[];
  readonly value: number[];
}

function addEntries(tensors: Map<string, Tensor>, name: string, { index, value }: Entries): void {
  tensors.set(`${name}.index`, { dtype: "I32", shape: [value.length, 3], data: Int32Array.from(index) });
  tensors.set(`${name}.value`, { dtype: "F32", shape: [value.length], data: Float32Array.from(value) });
}

function writeEntries({ circuits, parts, writes }: MultiPartNetwork): Entries {
  const { d, T } = circuits;
  const entries: Entries = { index: [], value: [] };
  for (const { part, assignment, shared, own } of writes) {
    const { d: blocks, P, offset } = parts[part];
    const { S, neurons } = assignment;
    for (let t = 0; t < T; t++) {
      for (let i = 0; i < blocks; i++) {
        for (let j = 0; j < d; j++) {
          const weight = shared.scale * shared.matrix[i * d + j] + own.scale * own.matrix[(t * blocks + i) * d + j];
          if (weight === 0) continue;
          for (let s = t * S; s < (t + 1) * S; s++) {
            entries.index.push(t, j, offset + i * P + neurons[s]);
            entries.value.push(weight);
          }
        }
      }
    }
  }
  return entries;
}

/** Each circuit's part of a layer's weights, as factors U and V; each term adds d columns to U and d rows to V. */
export function componentEntries(
  { parts }: Pick<MultiPartNetwork, "parts">,
  { terms }: Layer,
): { readonly U: Entries; readonly V: Entries } {
  const [U, V]: [Entries, Entries] = [
    { index: [], value: [] },
    { index: [], value: [] },
  ];
  const add = ({ index, value }: Entries, t: number, k: number, neuron: number, entry: number): void => {
    index.push(t, k, neuron);
    value.push(entry);
  };
  let first = 0;
  for (const term of terms) {
    if (!isOwned(term)) continue;
    const { gather, scatter, shared, own, everywhere } = term;
    const [from, to] = [parts[term.from], parts[term.to]];
    for (let t = 0; t < gather.T; t++) {
      for (let j = 0; j < from.d; j++) {
        for (let s = t * gather.S; s < (t + 1) * gather.S; s++) {
          add(V, t, first + j, from.offset + j * from.P + gather.neurons[s], 1);
        }
        for (let i = 0; i < to.d; i++) {
          const at = i * from.d + j;
          const weight = shared.scale * shared.matrix[at] + own.scale * own.matrix[t * to.d * from.d + at];
          if (weight === 0) continue;
          const block = to.offset + i * to.P;
          for (let s = t * scatter.S; s < (t + 1) * scatter.S; s++)
            add(U, t, first + j, block + scatter.neurons[s], weight);
          if (everywhere === 0) continue;
          for (let n = 0; n < to.P; n++) add(U, t, first + j, block + n, weight * everywhere);
        }
      }
    }
    first += from.d;
  }
  return { U, V };
}

function readEntries(network: MultiPartNetwork, reads: readonly Read[]): Entries {
  const { rows, starts, columns, values } = readoutMatrix(network, reads);
  const perCircuit = rows / network.circuits.T;
  const index: number[] = [];
  for (let row = 0; row < rows; row++) {
    for (let e = starts[row]; e < starts[row + 1]; e++) {
      index.push(Math.floor(row / perCircuit), row % perCircuit, columns[e]);
    }
  }
  return { index, value: Array.from(values) };
}
