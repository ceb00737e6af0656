import { constructions } from "../network/construction.js";
import { loadSection } from "./card-load.js";
import { tensorRows } from "./card.js";
import type { ModelFile } from "./model-files.js";
import { modelPy, multiPartModelPy } from "./model-py.js";
import { importNetwork } from "./multi-part-model.js";
import { writeNpz } from "./npz.js";
import { writeSafetensors, type TensorFile } from "./safetensors.js";
import type { Tensor } from "./tensor.js";

/** Trained parameters that replace those in a file. In lists over layers, index k is layer k + 1. */
export interface TrainedWeights {
  /** The weights W, [D][D] row-major; null for the first layer. */
  readonly weights: readonly (Float32Array<ArrayBuffer> | null)[];
  readonly biases: readonly Float32Array<ArrayBuffer>[];
  /** The embedding vector of each input component, [T·d][D]; undefined if the embedding is unchanged. */
  readonly embedding?: Float32Array;
  /** The readouts after a step, [T·rows][D]; undefined if the readouts are unchanged. */
  readonly readouts?: readonly { readonly step: number; readonly matrix: Float32Array }[];
}

/** Whether a file contains a network of several parts, which can have arbitrary embeddings and readouts. */
export const isOfParts = ({ tensors }: TensorFile): boolean => tensors.has("write.index");

/**
 * The tensors of a file, with trained parameters in place of the old ones.
 *
 * @param file must contain a network of several parts if embedding or readouts are given
 */
export function withTrainedWeights(file: TensorFile, trained: TrainedWeights): Map<string, Tensor> {
  const { weights, biases, embedding, readouts = [] } = trained;
  const D = biases[0].length;
  const tensors = new Map(file.tensors);
  const f32 = (name: string, shape: readonly number[], data: Float32Array<ArrayBuffer>): void =>
    void tensors.set(name, { dtype: "F32", shape, data });
  if (!isOfParts(file)) {
    weights.forEach((data, k) => {
      if (data !== null) f32(`layers.${k + 1}.weight`, [D, D], data);
    });
    biases.forEach((data, k) => f32(`layers.${k + 1}.bias`, [D], data));
    return tensors;
  }
  for (const name of tensors.keys()) if (/^(weights|biases|components)\./.test(name)) tensors.delete(name);
  const layers = biases.map((_, k) => k);
  const whole = (name: string, data: readonly number[]): void =>
    void tensors.set(name, { dtype: "I32", shape: [data.length], data: Int32Array.from(data) });
  weights.forEach((data, k) => {
    if (data !== null) f32(`weights.${k - 1}`, [D, D], data);
  });
  biases.forEach((data, k) => f32(`biases.${k}`, [D], data));
  whole(
    "layers.weights",
    layers.map((k) => k - 1),
  );
  whole("layers.biases", layers);
  const { d } = importNetwork(writeSafetensors(file.tensors, file.metadata)).network.circuits;
  if (embedding !== undefined) addTable(tensors, "write", embedding, D, d);
  if (readouts.length > 0) replaceReads(tensors, readouts, D);
  return tensors;
}

/** Adds a table of entries [circuit, middle, neuron], made from a matrix [T·size][D]. */
function addTable(tensors: Map<string, Tensor>, name: string, matrix: Float32Array, D: number, size: number): void {
  const index: number[] = [];
  const value: number[] = [];
  matrix.forEach((entry, at) => {
    if (entry === 0) return;
    const row = Math.floor(at / D);
    index.push(Math.floor(row / size), row % size, at % D);
    value.push(entry);
  });
  tensors.set(`${name}.index`, { dtype: "I32", shape: [value.length, 3], data: Int32Array.from(index) });
  tensors.set(`${name}.value`, { dtype: "F32", shape: [value.length], data: Float32Array.from(value) });
}

/** Gives every step with trained readouts its own table of readouts, and drops tables that are no longer used. */
function replaceReads(
  tensors: Map<string, Tensor>,
  readouts: NonNullable<TrainedWeights["readouts"]>,
  D: number,
): void {
  const reads = Array.from(tensors.get("reads")?.data as Int32Array);
  const rows = tensors.get("constants")?.shape[1] ?? 1;
  let next = Math.max(...reads) + 1;
  for (const { step, matrix } of readouts) {
    reads[step - 1] = next;
    addTable(tensors, `read.${next}`, matrix, D, rows);
    next++;
  }
  const used = [...new Set(reads)];
  const kept = new Map(used.map((k, at) => [k, at]));
  const tables = used.map((k) => ["index", "value"].map((end) => tensors.get(`read.${k}.${end}`) as Tensor));
  for (const name of tensors.keys()) if (name.startsWith("read.")) tensors.delete(name);
  tables.forEach(([index, value], k) => {
    tensors.set(`read.${k}.index`, index);
    tensors.set(`read.${k}.value`, value);
  });
  const data = Int32Array.from(reads, (k) => kept.get(k) ?? 0);
  tensors.set("reads", { dtype: "I32", shape: [reads.length], data });
}

/** The files of a trained network of circuits, in the form that `export` writes. */
export function trainedFiles(
  { tensors, metadata }: TensorFile,
  text: {
    readonly title: string;
    readonly about: string;
    readonly command: string;
    readonly version: string;
    readonly errors: string;
  },
): ModelFile[] {
  const ofParts = isOfParts({ tensors, metadata });
  const construction = constructions.find((one) => one === metadata["construction"]) ?? "balanced";
  const content = writeSafetensors(tensors, metadata);
  const { circuits, layers, parts } = importNetwork(content).network;
  const { T, L } = circuits;
  const card = `# ${text.title}

${text.about}

A ReLU network of ${layers.length} layers with ${parts[0].P} neurons each. Its weights were trained by gradient descent, so it is not known how the network works. The file states what the
network should compute: the small circuits, their inputs and their readouts. A circuit need not be computed on the neurons from which it is read.

Made by version ${text.version} of circuits-in-superposition. The same command produces the same bytes:

\`\`\`sh
${text.command}
\`\`\`

## Errors

${text.errors}

## Tensors

The names are those of an exported hand-made network; docs/training.md explains which tensors were trained.

| name | type | shape | what |
|---|---|---|---|
${tensorRows(tensors)}

${loadSection({ layers: layers.length, L, D: parts[0].P, T, readout: circuits.readouts.at(-1)?.name ?? "", hasComponents: false })}

\`superpose import model.safetensors\` runs random samples through the file and prints the errors by layer.
`;
  return [
    { name: "model.safetensors", content },
    { name: "model.npz", content: writeNpz(tensors, metadata) },
    { name: "README.md", content: card },
    { name: "model.py", content: ofParts ? multiPartModelPy : modelPy(construction) },
  ];
}
