// Runs an exported model on the core with nothing but Node: no packages, no TypeScript. docs/abi.md describes the
// kernels' arguments.
//
//   superpose zoo steps-800 --out model
//   node examples/node-plain/main.mjs model/model.safetensors
//
// Prints the mean squared error of every readout of active circuits by layer, as JSON.

import { readFileSync } from "node:fs";

const [, , path = "model/model.safetensors", z = "1", samples = "64", seed = "1"] = process.argv;
const core = new WebAssembly.Instance(
  new WebAssembly.Module(readFileSync(new URL("../../build/core.wasm", import.meta.url))),
).exports;

// ── Memory: all bytes from heapBase() upwards are ours ───────────────────────────────────────────────────────────────

let next = core.heapBase();

/**
 * Allocates a block of the given size in bytes, filled with zeros, at an address that is a multiple of 64. Growing the
 * memory invalidates all earlier views.
 */
function allocate(bytes) {
  const start = Math.ceil(next / 64) * 64;
  next = start + bytes;
  const missing = next - core.memory.buffer.byteLength;
  if (missing > 0) core.memory.grow(Math.ceil(missing / 65536));
  return start;
}

function put(values) {
  const pointer = allocate(values.byteLength);
  new values.constructor(core.memory.buffer, pointer, values.length).set(values);
  return pointer;
}

/** A descriptor of u32 fields, in the order of docs/abi.md. */
const describe = (...fields) => put(Uint32Array.from(fields));

const f32 = (pointer, length) => new Float32Array(core.memory.buffer, pointer, length);
const f64 = (pointer, length) => new Float64Array(core.memory.buffer, pointer, length);
const u32 = (pointer, length) => new Uint32Array(core.memory.buffer, pointer, length);

// Is this the core that docs/abi.md describes?
if (core.abiVersion() !== 1)
  throw new Error(`The core has ABI ${core.abiVersion()}; this program is written for ABI 1.`);

// ── The file: an 8-byte header length, a JSON header, then the tensors ───────────────────────────────────────────────

const file = readFileSync(path);
const headerLength = Number(file.readBigUInt64LE(0));
const header = JSON.parse(file.toString("utf8", 8, 8 + headerLength));
const arrays = { F64: Float64Array, F32: Float32Array, I32: Int32Array };

function tensor(name) {
  const { dtype, shape, data_offsets } = header[name];
  const bytes = file.subarray(...data_offsets.map((offset) => 8 + headerLength + offset));
  return { shape, data: new arrays[dtype](new Uint8Array(bytes).buffer) };
}

const embedding = tensor("embedding.neurons");
const [L, T, S] = embedding.shape;
const d = tensor("circuits.bias").shape[1];
const D = tensor("layers.1.bias").shape[0];
const P = D / d;

// ── Samples: z active circuits each, and their inputs ────────────────────────────────────────────────────────────────

const count = Number(samples);
const occurrences = count * Number(z);
const ids = allocate(4 * occurrences);
const truth = Array.from({ length: L + 1 }, () => allocate(8 * occurrences * d));
const table = ["center", "cos", "sin", "low", "high", "vectors"]
  .map((name) => `inputs.0.${name}`)
  .filter((name) => name in header)
  .map(tensor);
// Kind 0 (angle) has three tables, kind 1 (uniform) has two and kind 2 (choice) has one.
const kind = 3 - table.length;
const choices = kind === 2 ? table[0].shape[0] : 0;
const tables = put(Float64Array.from(table.flatMap(({ data }) => [...data])));
const sampling = describe(ids, allocate(T), truth[0], 3, T, d, kind, tables, choices);
core.sampleActive(sampling, Number(seed), 0, Number(z), 0, count, Number(z), 0);

// ── The circuits alone: what the large network should compute ────────────────────────────────────────────────────────

const weights = tensor("circuits.weight").data;
const biases = tensor("circuits.bias").data;
const none = allocate(8 * d * d);
const layers = Array.from({ length: L }, (_, k) => ({
  own: put(weights.slice(k * T * d * d, (k + 1) * T * d * d)),
  bias: put(biases.slice(k * d, (k + 1) * d)),
}));
layers.forEach(({ own, bias }, k) => {
  core.truthLayer(describe(d, none, own, bias, 0), truth[k], truth[k + 1], ids, occurrences);
});

// ── The large network: embed, then ReLU(W A + b) layer by layer ──────────────────────────────────────────────────────

const values = allocate(8 * occurrences * d);
core.truthLayer(describe(d, none, layers[0].own, 0, 1), truth[0], values, ids, occurrences);
let A = allocate(4 * count * D);
let after = allocate(4 * count * D);
for (let occurrence = 0; occurrence < occurrences; occurrence++) {
  const sample = Math.floor(occurrence / Number(z));
  const t = u32(ids, occurrences)[occurrence];
  for (let s = 0; s < S; s++) {
    const n = embedding.data[t * S + s];
    for (let i = 0; i < d; i++)
      f32(A, count * D)[sample * D + i * P + n] += f64(values, occurrences * d)[occurrence * d + i];
  }
}

const workspace = allocate(core.denseWorkspace());
const plain = allocate(4 * D * D);
const packed = allocate(4 * D * 8 * Math.ceil(D / 8));
const readouts = Object.keys(header).filter((name) => name.startsWith("readout."));
const rows = [];
for (let l = 1; l <= L; l++) {
  const bias = put(tensor(`layers.${l}.bias`).data);
  const weight = header[`layers.${l}.weight`] ? tensor(`layers.${l}.weight`).data : identity();
  f32(plain, D * D).set(weight);
  core.packWeights(packed, plain, D, D);
  core.denseLayer(describe(packed, bias, workspace, D, D), after, A, count, 1);
  [A, after] = [after, A];
  rows.push({ layer: l, ...Object.fromEntries(readouts.map((name) => [name.slice(8), errorOf(name, l)])) });
}
console.log(JSON.stringify(rows));

/** The weights of layer 1: the circuits' first weights have been applied before the embedding. */
function identity() {
  const matrix = new Float32Array(D * D);
  for (let n = 0; n < D; n++) matrix[n * D + n] = 1;
  return matrix;
}

/** Mean over active circuits of |R·(â − a)|². */
function errorOf(name, l) {
  const R = tensor(name);
  const scale = tensor("unembedding.scale").data[l - 1];
  const shift = tensor("unembedding.shift").data[l - 1];
  const activations = f32(A, count * D);
  const wanted = f64(truth[l], occurrences * d);
  let total = 0;
  for (let occurrence = 0; occurrence < occurrences; occurrence++) {
    const t = u32(ids, occurrences)[occurrence];
    const block = (i) => Math.floor(occurrence / Number(z)) * D + i * P;
    const difference = Array.from({ length: d }, (_, i) => {
      const neurons = embedding.data.subarray(((l - 1) * T + t) * S, ((l - 1) * T + t + 1) * S);
      const own = neurons.reduce((sum, n) => sum + activations[block(i) + n], 0);
      const all = shift === 0 ? 0 : activations.subarray(block(i), block(i) + P).reduce((sum, value) => sum + value, 0);
      return scale * own - shift * all - wanted[occurrence * d + i];
    });
    for (let row = 0; row < R.shape[0]; row++) {
      total += difference.reduce((sum, value, i) => sum + R.data[row * d + i] * value, 0) ** 2;
    }
  }
  return total / occurrences;
}
