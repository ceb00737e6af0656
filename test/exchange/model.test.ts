import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { statisticAt, statisticsOf } from "../../src/results/rows.js";
import { InputError } from "../../src/base/errors.js";
import { modelFiles } from "../../src/exchange/model-files.js";
import { modelBytes, modelFromTensors, modelTensors } from "../../src/exchange/model-tensors.js";
import { checkModelSize, exportModel, FORMAT, importModel } from "../../src/exchange/model.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { measureModel } from "../../src/runs/measure-model.js";
import { runSpec } from "../../src/runs/run.js";
import { loadKernels } from "../../src/kernels/node.js";
import { denseModel, type DenseModel } from "../../src/network/dense-model.js";
import { DenseEngine } from "../../src/engine/dense.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { specHash } from "../../src/config/hash.js";
import { networkOf, plans } from "../support/random-networks.js";

const spec = parseSpec({ D: 120, T: 24, S: 4, L: 3, z: [1, 2], samples: 150, seed: 11, networks: 2 });
const network = buildRunNetwork(spec, 1);
const kernels = loadKernels();

/** The contents of a model, as plain data. */
function plain(model: DenseModel) {
  const { circuits, embedding, weights, biases, ...rest } = model;
  return {
    ...rest,
    weights: weights.map((weight) => weight && Array.from(weight)),
    biases: biases.map((bias) => Array.from(bias)),
    neurons: embedding.map(({ neurons }) => Array.from(neurons)),
    circuits: {
      ...circuits,
      mean: circuits.mean.map((mean) => [...mean]),
      bias: circuits.bias.map((bias) => [...bias]),
      delta: null,
    },
    delta: circuits.delta.map((delta) => Array.from(delta, (value) => Math.round(value * 1e12) / 1e12 + 0)),
  };
}

test("any network is rebuilt from the bytes alone, safetensors and npz (Δw to 1e-12, everything else bit for bit)", () => {
  fc.assert(
    fc.property(plans({ T: [1, 12], spare: [1, 8] }), (plan) => {
      const model = denseModel(networkOf(plan));
      const tensors = modelTensors(model);
      const metadata = {
        circuits: model.circuits.kind,
        readouts: JSON.stringify(model.circuits.readouts.map(({ name }) => name)),
      };
      for (const file of [writeSafetensors(tensors, metadata), writeNpz(tensors, metadata)]) {
        expect(plain(importModel(file).model)).toEqual(plain(model));
      }
    }),
    { numRuns: 60, seed: 1 },
  );
});

describe("an imported model", () => {
  test("has the errors of the factored engine on the same samples, in a run's rows (1e-4 relative, or 1e-8)", async () => {
    const { tensors, metadata } = await exportModel(network, spec, 1);
    const { model } = importModel(writeSafetensors(tensors, metadata));
    const { z, samples, sampling, seed, gate } = spec;
    const rows = await measureModel(model, { z, samples, sampling, seed, gate, network: 1 }, kernels);
    const alone = await runSpec(spec);
    const both = await Promise.all([0, 1].map((index) => exportModel(buildRunNetwork(spec, index), spec, index)));
    const other = await measureModel(
      importModel(writeSafetensors(both[0]!.tensors)).model,
      {
        z,
        samples,
        sampling,
        seed,
        gate,
        network: 0,
      },
      kernels,
    );
    expect(rows.length).toBe(alone.rows.length);
    rows.forEach((row, k) => {
      const wanted = alone.rows[k]!;
      expect([row.z, row.layer, row.samples]).toEqual([wanted.z, wanted.layer, wanted.samples]);
      for (const { meanSquare, theory, worst, ...name } of statisticsOf(row)) {
        // The run averages over both networks.
        const second = statisticAt(other[k]!, name)!;
        const mean = (meanSquare + second.meanSquare) / 2;
        const of = statisticAt(wanted, name)!;
        expect(Math.abs(mean - of.meanSquare)).toBeLessThanOrEqual(1e-8 + 1e-4 * of.meanSquare);
        expect(Math.max(worst, second.worst)).toBeCloseTo(of.worst, 4);
        expect(theory).toBeCloseTo(of.theory!, 9);
      }
    });
  });

  test("has no theory, like a run, if shared neurons are not drawn anew in every layer", async () => {
    const { z, samples, sampling, seed, gate } = spec;
    const input = { z: [z[0]!], samples: Math.min(samples, 8), sampling, seed, gate, network: 0, schedule: "parting" };
    const rows = await measureModel(denseModel(network), input, kernels);
    for (const { theory } of rows.flatMap((row) => statisticsOf(row))) expect(theory).toBe(null);
  });

  test("states its origin", async () => {
    const { tensors, metadata } = await exportModel(network, spec, 1, "9.9.9");
    const read = importModel(writeSafetensors(tensors, metadata)).metadata;
    expect(read).toMatchObject({ format: FORMAT, version: "9.9.9", seed: "11", network: "1", construction: "capped" });
    expect(read["spec_hash"]).toBe(await specHash(spec));
    expect(parseSpec(JSON.parse(read["spec"]!))).toEqual(spec);
    expect(JSON.parse(read["shape"]!)).toEqual({ D: 120, d: 4, T: 24, S: 4, L: 3 });
  });

  test("needs no metadata, and accepts half precision and edited weights", () => {
    const tensors = modelTensors(denseModel(network));
    const half: Tensor = { dtype: "BF16", shape: [120], data: new Uint16Array(120).fill(0xbf80) };
    tensors.set("layers.2.bias", half);
    tensors.set("layers.2.weight", { dtype: "F32", shape: [120, 120], data: new Float32Array(14400) });
    const { model, metadata } = importModel(writeSafetensors(tensors));
    expect({ ...metadata }).toEqual({});
    expect(model.circuits.kind).toBe("imported");
    const runner = new DenseEngine(kernels, model, { gate: "relu", z: 1 });
    runner.setInputs([[0]], [[[1.5, 0.5, 2, 1]]]);
    runner.runTile(1, 1);
    expect(Math.max(...runner.activations(1, 0))).toBeGreaterThan(0);
    expect(Math.max(...runner.activations(2, 0))).toBe(0);
  });
});

describe("files that are not models are refused, naming the tensor", () => {
  const good = modelTensors(denseModel(network));
  const f64 = (shape: number[], fill = 0): Tensor => ({
    dtype: "F64",
    shape,
    data: new Float64Array(shape.reduce((a, b) => a * b, 1)).fill(fill),
  });
  const neurons = (fill: number): Tensor => ({ dtype: "I32", shape: [3, 24, 4], data: new Int32Array(288).fill(fill) });
  test.each<[string, string, Tensor | null, string]>([
    ["no weight", "layers.2.weight", null, "tensor layers.2.weight: missing."],
    ["no bias of the last layer", "layers.3.bias", null, "tensor layers.3.bias: missing."],
    ["no embedding", "embedding.neurons", null, "tensor embedding.neurons: missing."],
    [
      "a weight that is not square",
      "layers.3.weight",
      f64([120, 60]),
      "tensor layers.3.weight: shape [120, 60] must be [120, 120]",
    ],
    [
      "a weight that is not finite",
      "layers.3.weight",
      f64([120, 120], NaN),
      "tensor layers.3.weight: the value at index 0 is NaN; all values must be finite.",
    ],
    ...["layers.3.weight", "layers.2.bias", "unembedding.scale"].map((name): [string, string, Tensor, string] => [
      `finite numbers in ${name} whose sums are not`,
      name,
      f64([...good.get(name)!.shape], 1e300),
      `tensor ${name}: the value at index 0 is 1e+300; all values must be within ±1000000000.`,
    ]),
    ["an embedding of no layers", "embedding.neurons", f64([0, 24, 4]), "shape [0, 24, 4] must be [L, T, S]"],
    ["an embedding in two dimensions", "embedding.neurons", f64([24, 4]), "shape [24, 4] must be [L, T, S]"],
    [
      "a neuron outside its block",
      "embedding.neurons",
      neurons(30),
      "is 30; all values must be whole numbers from 0 to P − 1 = 29",
    ],
    ["a negative neuron", "embedding.neurons", neurons(-1), "is -1; all values must be whole numbers"],
    ["half a neuron", "embedding.neurons", f64([3, 24, 4], 0.5), "is 0.5; all values must be whole numbers"],
    [
      "other T",
      "circuits.weight",
      f64([3, 25, 4, 4]),
      "shape [3, 25, 4, 4] must be [3, 24, 4, 4] to match the other tensors",
    ],
    ["D not a multiple of d", "circuits.bias", f64([3, 7]), "D = 120: must be a multiple of d = 7"],
    ["a readout of other d", "readout.x", f64([2, 3]), "tensor readout.x: shape [2, 3] must be [2, 4]"],
    ["inputs without an end", "inputs.0.sin", null, "tensor inputs.0.sin is missing."],
    ["no inputs", "inputs.0.center", null, "tensors inputs.0.…: missing"],
    [
      "8-bit floats",
      "unembedding.scale",
      { dtype: "F8_E4M3", shape: [3], data: new Uint8Array(3) },
      "dtype F8_E4M3 is not supported",
    ],
  ])("%s", (_, name, tensor, message) => {
    const tensors = new Map(good);
    if (tensor === null) tensors.delete(name);
    else tensors.set(name, tensor);
    expect(() => modelFromTensors(tensors)).toThrow(InputError);
    expect(() => modelFromTensors(tensors)).toThrow(message);
  });

  test("a file of something else", () => {
    expect(() => importModel(writeSafetensors(new Map([["w", f64([2])]])))).toThrow(
      "tensor embedding.neurons: missing.",
    );
    expect(() => importModel(new Uint8Array(100))).toThrow("Not a valid safetensors file");
    expect(() => importModel(Uint8Array.of(0x50, 0x4b, 3, 4))).toThrow("Not a valid npz file");
  });

  test("invalid metadata does not matter", () => {
    const file = writeSafetensors(good, { readouts: "{", spec: "[", circuits: "any" });
    expect(importModel(file).model.circuits.readouts.map(({ name }) => name)).toEqual(["alpha", "x"]);
  });
});

test("a model too large to write is refused, stating its size", () => {
  expect(() => checkModelSize({ D: 20000, d: 4, T: 1000, S: 6, L: 3 })).toThrow(
    "D = 20000, T = 1000, L = 3: the model needs 3,053 MiB; the limit is 512 MiB. Choose a smaller D or L.",
  );
  const tensors = modelTensors(denseModel(network));
  let bytes = 0;
  for (const [name, { data }] of tensors) if (!/^(readout|inputs)\./.test(name)) bytes += data.byteLength;
  expect(modelBytes(network.shape)).toBe(bytes);
});

describe("the files of a model", () => {
  const text = { title: "A model", about: "It is for tests.", command: "superpose export spec.yaml", version: "1.0.0" };

  test("have reproducible bytes", async () => {
    const [one, two] = [
      await modelFiles(network, spec, 1, text),
      await modelFiles(buildRunNetwork(spec, 1), spec, 1, text),
    ];
    expect(one.map(({ name }) => name)).toEqual(["model.safetensors", "model.npz", "README.md", "model.py"]);
    one.forEach(({ content }, k) => expect(Buffer.compare(Buffer.from(content), Buffer.from(two[k]!.content))).toBe(0));
  });

  test("the card lists and explains every tensor", async () => {
    const card = String((await modelFiles(network, spec, 1, text))[2]!.content);
    for (const name of modelTensors(denseModel(network)).keys()) {
      expect(card).toContain(`\`${name.replace("layers.2.bias", "layers.3.bias")}\``);
    }
    const rows = card.split("\n").filter((line) => /^\| `[a-z]+\./.test(line) && !/model\./.test(line));
    expect(rows.length).toBe(13);
    for (const row of rows) expect(row).toMatch(/^\| .+ \| [A-Z]+\d+ \| \[[\d, ]+\] \| \S.+ \|$/);
    expect(card).toContain("3 layers with 120 neurons each that runs 24 small circuits of 4 neurons");
    expect(card).not.toMatch(/undefined|NaN|\[object/);
  });
});

test.each([
  ["balanced", "W is a sum over circuits, with no shared part", "Trained: nothing; all weights are made by hand."],
  ["split", "W is a sum over circuits, with no shared part", "Trained: nothing;"],
  ["capped", "W is not a sum over circuits:", "Trained: nothing;"],
  ["load-aware", "W is not a sum over circuits:", "Trained: nothing;"],
  ["ridge", "fitted in closed form", "Trained: the matrix 𝒲 of every layer (fitted in closed form);"],
  [
    "trained",
    "W is not a sum over circuits:",
    "Trained: the matrix 𝒲 of every layer; all other weights are made by hand.",
  ],
])(
  "the card of %s says how W is made, which circuits own it and what is trained",
  async (construction, whose, trained) => {
    const own = parseSpec({ construction, D: 80, T: 14, S: 4, L: 2 });
    const text = { title: "t", about: "a", command: "c", version: "0" };
    const card = String((await modelFiles(buildRunNetwork(own, 0), own, 0, text))[2]!.content);
    expect(card).toContain("    W^l = ");
    expect(card).toContain(whose);
    expect(card).toContain(trained);
    expect(card).toContain("two circuits share at most one cell of d neurons");
  },
);

test("the card of custom circuits does not claim that they are made by hand", async () => {
  const circuits = {
    weights: [[[[2, -2], [2, -2]], [[2, -2], [2, -2]]]], biases: [[-0.5, -1.5]],
    inputs: { kind: "choice", vectors: [[1.5, 0.5]] },
  }; // prettier-ignore
  const own = parseSpec({ circuits, D: 20, T: 2, S: 2, L: 2 });
  const text = { title: "t", about: "a", command: "c", version: "0" };
  const card = String((await modelFiles(buildRunNetwork(own, 0), own, 0, text))[2]!.content);
  expect(card).toContain("Trained: nothing; all weights are made by hand, except those of the small circuits, which");
});

test("the header of an exported file is aligned and starts as the format says", async () => {
  const { tensors, metadata } = await exportModel(network, spec);
  const file = writeSafetensors(tensors, metadata);
  expect(Number(new DataView(file.buffer).getBigUint64(0, true)) % 8).toBe(0);
  expect(readSafetensors(file).tensors.size).toBe(tensors.size);
});
