import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { RandomSequence } from "../../src/base/random.js";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { customCircuits, rawCustomCircuits } from "../../src/circuits/custom/custom.js";
import { customSize, hasSharedBiases, parseAnyCircuits, parseCustomCircuits } from "../../src/circuits/custom/parse.js";
import { drawInput, inputsOf } from "../../src/circuits/inputs.js";
import { applyMend } from "../../src/circuits/mends/advised.js";
import { runRawAlone, toRaw } from "../../src/circuits/raw.js";
import { paddingText, usedNeurons } from "../../src/circuits/usage.js";
import { buildCircuits, buildRunNetwork } from "../../src/config/build.js";
import { specHash } from "../../src/config/hash.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { exportModel, importModel } from "../../src/exchange/model.js";
import { modelCard } from "../../src/exchange/card.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";

/** Random circuits with layers of the given sizes and individual or shared biases. */
function randomGiven(widths: readonly number[], T: number, seed: number, areOwn: boolean) {
  const random = new RandomSequence(seed, "user");
  const list = (length: number): number[] => Array.from({ length }, () => 2 * random.uniform() - 1);
  const layers = widths.slice(1);
  return {
    weights: layers.map((out, k) =>
      Array.from({ length: T }, () => Array.from({ length: out }, () => list(widths[k]!))),
    ),
    biases: layers.map((out) => (areOwn ? Array.from({ length: T }, () => list(out)) : list(out))),
  };
}

/** The arithmetic of the layers, written out. */
function run({ weights, biases }: ReturnType<typeof randomGiven>, t: number, x: readonly number[], isLinear: boolean) {
  return weights.reduce<readonly number[]>((a, layer, k) => {
    const bias = (Array.isArray(biases[k]![0]) ? biases[k]![t] : biases[k]) as number[];
    const sums = layer[t]!.map((row, i) => row.reduce((sum, weight, j) => sum + weight * a[j]!, bias[i]!));
    return isLinear && k === weights.length - 1 ? sums : sums.map((sum) => Math.max(0, sum));
  }, x);
}

const shapes = fc.record({
  widths: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 3, maxLength: 5 }),
  T: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1e6),
  areOwn: fc.boolean(),
  isLinear: fc.boolean(),
});

test("any layers, with or without a last ReLU: outputs are read out unchanged to 1e-12, also after mending", () => {
  fc.assert(
    fc.property(shapes, ({ widths, T, seed, areOwn, isLinear }) => {
      const given = randomGiven(widths, T, seed, areOwn);
      const parsed = parseAnyCircuits({ ...given, output: isLinear ? "linear" : "relu" });
      const L = widths.length - 1;
      const d = Math.max(...widths, isLinear ? 2 * widths.at(-1)! : 0);
      expect(customSize(parsed)).toEqual({ d, T, L });
      const circuits = hasSharedBiases(parsed) ? toRaw(customCircuits(parsed, L)) : rawCustomCircuits(parsed, L);
      expect([circuits.d, circuits.T, circuits.L]).toEqual([d, T, L]);
      const mended = applyMend(circuits, "indicator");
      for (let t = 0; t < T; t++) {
        const a0 = drawInput(inputsOf(circuits.inputs, t), new RandomSequence(seed, "user", t));
        const wanted = run(given, t, a0.slice(0, widths[0]), isLinear);
        expect(a0.slice(widths[0]).every((value) => value === 0)).toBe(true);
        const own = applyReadout(circuits.readouts[0]!, runRawAlone(circuits, t, a0)[L]!);
        const again = applyReadout(mended.circuits.readouts[1]!, runAlone(mended.circuits, t, mended.input(a0))[L]!);
        wanted.forEach((y, i) => {
          expect(own[i]).toBeCloseTo(y, 12);
          expect(again[i]).toBeCloseTo(y, 12);
        });
      }
    }),
    { numRuns: 100 },
  );
});

test("readouts, names and inputs refer to outputs and inputs", () => {
  const given = randomGiven([2, 5, 3], 2, 1, false);
  const inputs = { kind: "byCircuit", of: [0, 1], distributions: [
    { kind: "choice", vectors: [[1, 2]] },
    { kind: "angle", center: [0, 1], cos: [1, 0], sin: [0, 1] },
  ] }; // prettier-ignore
  const parsed = parseCustomCircuits({ ...given, output: "linear", readouts: ["x", "y", "x"], inputs });
  expect(parseCustomCircuits(parsed)).toEqual(parsed);
  const circuits = customCircuits(parsed, 2);
  expect(circuits.readouts).toEqual([
    { name: "x", matrix: [[1, 0, 0, -1, 0, 0], [0, 0, 1, 0, 0, -1]] },
    { name: "y", matrix: [[0, 1, 0, 0, -1, 0]] },
  ]); // prettier-ignore
  expect(circuits.inputs).toEqual({ kind: "byCircuit", of: [0, 1], distributions: [
    { kind: "choice", vectors: [[1, 2, 0, 0, 0, 0]] },
    { kind: "angle", center: [0, 1, 0, 0, 0, 0], cos: [1, 0, 0, 0, 0, 0], sin: [0, 1, 0, 0, 0, 0] },
  ] }); // prettier-ignore
});

test("circuits with the default output, or with a last ReLU, are unchanged", async () => {
  const square = { weights: [[[[2, -2], [2, -2]]]], biases: [[-0.5, -1.5]] }; // prettier-ignore
  const before = parseSpec({ circuits: square, D: 20, S: 2 });
  const after = parseSpec({ circuits: { ...square, output: "relu" }, D: 20, S: 2 });
  expect(after).toEqual(before);
  // This was the hash of the same spec before circuits had the field `output`.
  expect(await specHash(before)).toBe("f33346731a8e4b70056dd35456f6c9fa6c718dfd90dc99246fa1d1f5f7738124");
});

test("the cost of padding: unused neurons by layer", () => {
  const circuits = (widths: readonly number[], output: string) =>
    toRaw(customCircuits(parseCustomCircuits({ ...randomGiven(widths, 3, 2, false), output }), widths.length - 1));
  const linear = circuits([4, 16, 4], "linear");
  expect(usedNeurons(linear)).toEqual([16, 8]);
  expect(usedNeurons(toRaw(applyMend(linear, "indicator").circuits))).toEqual([18, 10]);
  expect(paddingText(circuits([4, 16, 4], "relu"))).toBe(
    "Each circuit takes d = 16 neurons in every layer, 1.6 times as many as without padding: layers 1 and 2 use 16 and 4 of them.",
  );
  expect(paddingText(circuits([8, 2, 2, 2], "relu"))).toBe(
    "Each circuit takes d = 8 neurons in every layer, 4 times as many as without padding: 2 are used.",
  );
  expect(paddingText(circuits([3, 3, 3, 6, 3, 3, 3, 3, 3], "relu"))).toMatch(
    "1.78 times as many as without padding: layers use 3 to 6 of them.",
  );
  expect(paddingText(circuits([4, 4, 4], "relu"))).toBeNull();
  expect(paddingText(toRaw(buildCircuits(parseSpec({ circuits: "gates", D: 1600, T: 200, L: 3 }), 0)))).toBeNull();
});

test("an exported model has the linear output, and its card the cost", async () => {
  const spec = parseSpec({ circuits: { ...randomGiven([3, 6, 2], 4, 3, false), output: "linear" }, D: 60, S: 2 });
  const network = buildRunNetwork(spec, 0);
  const { tensors, metadata } = await exportModel(network, spec);
  const { circuits } = importModel(writeSafetensors(tensors, metadata)).model;
  expect(circuits.readouts).toEqual([{ name: "a", matrix: [[1, 0, -1, 0, 0, 0], [0, 1, 0, -1, 0, 0]] }]); // prettier-ignore
  for (let t = 0; t < 4; t++) {
    const a0 = [0.3, 0.7, 0.2, 0, 0, 0];
    expect(runAlone(circuits, t, a0)).toEqual(runAlone(network.circuits, t, a0));
  }
  const card = modelCard(network, tensors, { title: "", about: "", command: "", version: "", specHash: "" });
  expect(card).toContain("1.2 times as many as without padding: layers 1 and 2 use 6 and 4 of them.");
});

describe("refused in one line", () => {
  const given = randomGiven([4, 6, 2], 2, 1, false);
  const wide = randomGiven([2, 40, 33], 1, 1, false);
  const square = randomGiven([2, 2], 1, 1, false);
  test.each<[string, object, string]>([
    ["an output of another kind", { ...given, output: "logits" }, 'circuits.output = "logits": must be one of relu, linear.'],
    ["an output that is a number", { ...given, output: 1 }, "circuits.output = 1: must be one of relu, linear."],
    ["a linear output of a layer that repeats", { ...square, output: "linear" }, 'circuits.output = "linear": weights for a single layer are used in every layer of a run, with a ReLU after each; give every layer its own weights.'],
    ["more linear outputs than neurons", { ...wide, output: "linear" }, 'circuits.output = "linear": two neurons for each of 33 outputs make d = 66, but d must be at most 64.'],
    ["layers that do not follow each other", { ...given, weights: [given.weights[0], given.weights[0]] }, "circuits.weights[1][0][0] has 4 entries: must have in = 6."],
    ["one bias for layers of different sizes", { ...given, biases: [given.biases[0]] }, "circuits.biases has the biases of only one layer, but layers have 6 and 2 outputs; give biases for every layer."],
    ["biases of another size", { ...given, biases: [given.biases[1], given.biases[1]] }, "circuits.biases[0] has 2 entries: must have out = 6."],
    ["a readout of a hidden layer's size", { ...given, readouts: [{ name: "y", matrix: [[1, 0, 0, 0, 0, 0]] }] }, "circuits.readouts[0].matrix[0] has 6 entries: must have out = 2."],
    ["inputs of d numbers", { ...given, inputs: { kind: "choice", vectors: [[1, 0, 0, 0, 0, 0]] } }, "circuits.inputs.vectors[0] has 6 entries: must have in = 4."],
    ["too many inputs", randomGiven([65, 2, 2], 1, 1, false), "circuits.weights[0][0] has 65 columns: d must be at most 64."],
  ])("%s", (_, circuits, message) => {
    expect(() => parseCustomCircuits(circuits)).toThrow(new InputError(message));
  }); // prettier-ignore
});
