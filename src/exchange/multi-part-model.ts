import type { Circuits } from "../circuits/circuits.js";
import { InputError } from "../base/errors.js";
import { countedBlocks, layOut, widthOf, type Layer, type Part } from "../network/layer.js";
import { asOnePart, writtenLayer } from "../network/one-part.js";
import { readoutRows, type MultiPartNetwork, type Read, type Write } from "../network/multi-part.js";
import { memoize } from "../base/memoize.js";
import type { Entries } from "./multi-part-tensors.js";
import { readInputs } from "./input-tensors.js";
import { importModel, LARGEST_MODEL, namesFrom, type ImportedModel } from "./model.js";
import { readReadouts, Reader } from "./model-tensors.js";
import { readTensorFile } from "./tensor-file.js";

/** A network from a file, of one or more parts, and its metadata. */
export interface ImportedNetwork {
  readonly network: MultiPartNetwork;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Rebuilds a network of any design from a file written by `export` or `zoo`; metadata may be missing. All neurons
 * form one part.
 *
 * @param bytes the whole file; weights may be views of it
 * @throws InputError with the fault in one line
 */
export function importNetwork(bytes: Uint8Array): ImportedNetwork {
  const imported = importModelOrNetwork(bytes);
  return "network" in imported ? imported : { network: asOnePart(imported.model), metadata: imported.metadata };
}

/** Like {@link importNetwork}, but returns a dense model if the network has one part. */
export function importModelOrNetwork(bytes: Uint8Array): ImportedModel | ImportedNetwork {
  const { tensors, metadata } = readTensorFile(bytes, 2 * LARGEST_MODEL);
  if (!tensors.has("write.index")) return importModel(bytes);
  return { network: networkFromTensors(new Reader(tensors), metadata), metadata };
}

/**
 * Like {@link importModelOrNetwork}, but a network of several parts also comes with a function `owned`. For layer n,
 * this function returns the factors of the weights that belong to circuits, or null if no circuit owns weights there.
 */
export function importToScore(
  bytes: Uint8Array,
): ImportedModel | (ImportedNetwork & { readonly owned: (n: number) => { U: Entries; V: Entries } | null }) {
  const imported = importModelOrNetwork(bytes);
  if (!("network" in imported)) return imported;
  const read = new Reader(readTensorFile(bytes, 2 * LARGEST_MODEL).tensors);
  const { circuits, layers, parts } = imported.network;
  const which = read.numbers("layers.weights", [layers.length]);
  const entries = (name: string): Entries => {
    const [count] = read.lengths(`${name}.index`, "[entries, 3]", 2);
    const index = indicesBelow(read, name, count, [circuits.T, Infinity, widthOf(parts)]);
    return { index: Array.from(index), value: Array.from(read.numbers(`${name}.value`, [count])) };
  };
  const owned = memoize((layer: Layer) => {
    const name = `components.${which[layers.indexOf(layer)]}`;
    return read.tensors.has(`${name}.U.index`) ? { U: entries(`${name}.U`), V: entries(`${name}.V`) } : null;
  });
  return { ...imported, owned: (n) => owned(layers[n - 1]) };
}

function networkFromTensors(read: Reader, metadata: Readonly<Record<string, string>>): MultiPartNetwork {
  const [D] = read.lengths("biases.0", "[D]", 1);
  const [N] = read.lengths("layers.weights", "[layers]", 1);
  const [L] = read.lengths("steps", "[L]", 1);
  const circuits = readCircuits(read, L, namesFrom(metadata["readouts"]));
  const steps = indices(read, "steps", [L], N + 1);
  if (steps.some((step, k) => step <= (k === 0 ? 0 : steps[k - 1]))) {
    throw new InputError("tensor steps: must be layers counted from 1, in strictly ascending order.");
  }
  const rows = readoutRows(circuits);
  const constants = read.numbers("constants", [L, rows]);
  const lists = indices(read, "reads", [L], L);
  const parsed = Array.from({ length: Math.max(...lists) + 1 }, (_, k) =>
    readReads(read, `read.${k}`, circuits, rows, D),
  );
  return {
    circuits,
    parts: [{ name: "neurons", d: 1, P: D, offset: 0 }],
    ...countedFrom(metadata["parts"], D),
    layers: readLayers(read, N, D),
    steps,
    writes: readWrites(read, circuits, D),
    reads: lists.map((k) => parsed[k]),
    constants: steps.map((_, k) => Array.from(constants.subarray(k * rows, (k + 1) * rows))),
  };
}

/** Parts matter only for counting active neurons. If they cannot be read, all neurons are counted together. */
function countedFrom(text: string | undefined, D: number): Pick<MultiPartNetwork, "counted"> {
  try {
    const parts = layOut(JSON.parse(text ?? "[]") as Part[]);
    const isSize = (size: unknown): boolean => Number.isSafeInteger(size) && (size as number) >= 1;
    return parts.every(({ d, P }) => isSize(d) && isSize(P)) && widthOf(parts) === D
      ? { counted: countedBlocks(parts) }
      : {};
  } catch {
    return {};
  }
}

/** Reads the layers. Layers with the same weights and biases become one object. */
function readLayers(read: Reader, N: number, D: number): Layer[] {
  const weights = indices(read, "layers.weights", [N], N, -1);
  const biases = indices(read, "layers.biases", [N], N);
  const known = new Map<string, Layer>();
  return weights.map((which, k) => {
    const key = `${which} ${biases[k]} ${k === 0}`;
    const layer =
      known.get(key) ??
      writtenLayer(
        which === -1 ? null : read.singles(`weights.${which}`, [D, D]),
        read.singles(`biases.${biases[k]}`, [D]),
        k === 0,
      );
    known.set(key, layer);
    return layer;
  });
}

function readCircuits(read: Reader, L: number, order: readonly string[]): Circuits {
  const isAlike = read.tensors.get("circuits.weight")?.shape.length !== 4;
  const shape = isAlike
    ? read.lengths("circuits.weight", "[T, d, d]", 3)
    : read.lengths("circuits.weight", "[L, T, d, d]", 4).slice(1);
  const [T, d] = shape;
  const steps = isAlike ? [] : [L];
  const weights = read.numbers("circuits.weight", [...steps, T, d, d]);
  const bias = read.numbers("circuits.bias", [...steps, d]);
  const mean = new Float64Array(d * d);
  const each = (values: Float64Array, size: number): Float64Array[] =>
    Array.from({ length: L }, (_, k) => (isAlike ? values : values.slice(k * size, (k + 1) * size)));
  return {
    kind: "imported",
    ...{ d, T, L, mean: new Array<Float64Array>(L).fill(mean) },
    ...{ delta: each(weights, T * d * d), bias: each(bias, d) },
    readouts: readReadouts(read, d, order),
    inputs: readInputs(read.tensors, { T, d }),
  };
}

/** Reads whole numbers from `least` to `below` − 1. */
function indices(read: Reader, name: string, shape: readonly number[], below: number, least = 0): number[] {
  const values = Array.from(read.numbers(name, shape));
  const wrong = values.find((value) => !Number.isInteger(value) || value < least || value >= below);
  if (wrong === undefined) return values;
  throw new InputError(
    `tensor ${name} has the value ${wrong}; all values must be whole numbers from ${least} to ${below - 1}.`,
  );
}

/**
 * The entries [circuit, middle, neuron] of a sparse tensor, arranged by circuit: the circuit's neurons and, for each
 * neuron, a column with one value per `middle`.
 */
interface Table {
  /** The largest number of neurons that a circuit has. */
  readonly slots: number;
  /** The neurons, [T][slots], padded with 0 if a circuit has fewer. */
  readonly neurons: Uint32Array;
  /** The columns of values, [T][slots][size], padded with 0 if a circuit has fewer neurons. */
  readonly values: Float64Array;
}

/** The indices of a table's entries, [entries][3]. */
function indicesBelow(read: Reader, name: string, entries: number, bounds: readonly number[]): Float64Array {
  const index = read.numbers(`${name}.index`, [entries, 3]);
  index.forEach((at, k) => {
    if (Number.isInteger(at) && at >= 0 && at < bounds[k % 3]) return;
    throw new InputError(
      `tensor ${name}.index has ${at} in column ${k % 3}; values there must be below ${bounds[k % 3]}.`,
    );
  });
  return index;
}

function readTable(read: Reader, name: string, T: number, size: number, D: number): Table {
  const [entries] = read.lengths(`${name}.index`, "[entries, 3]", 2);
  const index = indicesBelow(read, name, entries, [T, size, D]);
  const value = read.numbers(`${name}.value`, [entries]);
  const own = Array.from({ length: T }, () => new Map<number, Float64Array>());
  for (let e = 0; e < entries; e++) {
    const [t, middle, neuron] = index.subarray(3 * e, 3 * e + 3);
    const column = own[t].get(neuron) ?? new Float64Array(size);
    column[middle] += value[e];
    own[t].set(neuron, column);
  }
  const slots = own.reduce((most, { size: count }) => Math.max(most, count), 0);
  const neurons = new Uint32Array(T * slots);
  const values = new Float64Array(T * slots * size);
  own.forEach((columns, t) => {
    let slot = t * slots;
    for (const [neuron, column] of columns) {
      neurons[slot] = neuron;
      values.set(column, slot++ * size);
    }
  });
  return { slots, neurons, values };
}

/** Column `slot` of a table, with one neuron per circuit. */
function slotOf({ slots, neurons, values }: Table, slot: number, T: number, size: number, P: number) {
  const own = new Uint32Array(T);
  const matrix = new Float64Array(T * size);
  for (let t = 0; t < T; t++) {
    const at = t * slots + slot;
    own[t] = neurons[at];
    matrix.set(values.subarray(at * size, (at + 1) * size), t * size);
  }
  return { assignment: { T, S: 1, P, neurons: own }, matrix };
}

function readWrites(read: Reader, { T, d }: Circuits, D: number): Write[] {
  const table = readTable(read, "write", T, d, D);
  return Array.from({ length: table.slots }, (_, slot): Write => {
    const { assignment, matrix } = slotOf(table, slot, T, d, D);
    const shared = { matrix: new Float64Array(d), scale: 0 };
    return { part: 0, assignment, shared, own: { matrix, scale: 1 } };
  });
}

function readReads(read: Reader, name: string, { T }: Circuits, rows: number, D: number): Read[] {
  const table = readTable(read, name, T, rows, D);
  return Array.from({ length: table.slots }, (_, slot): Read => {
    return { kind: "circuit", part: 0, everywhere: 0, ...slotOf(table, slot, T, rows, D) };
  });
}
