import { describe, expect, test } from "vitest";
import { rawCustomCircuits } from "../../src/circuits/custom/custom.js";
import { runRawAlone } from "../../src/circuits/raw.js";
import { circuitsFromTensors, type NumberTensor } from "../../src/circuits/custom/tensors.js";
import { InputError } from "../../src/base/errors.js";
import { hasSharedBiases, parseAnyCircuits, parseCustomCircuits } from "../../src/circuits/custom/parse.js";
import { randomInput, randomRaw } from "./random-raw.js";

const raw = randomRaw({ d: 3, T: 4, L: 2, seed: 5, signs: "mixed" });

function tensors(from: number, own = true): Map<string, NumberTensor> {
  const entries = raw.weights.flatMap((weights, k): [string, NumberTensor][] => [
    [`layer.${from + k}.weight`, { shape: [4, 3, 3], numbers: weights }],
    [
      `layer.${from + k}.bias`,
      own ? { shape: [4, 3], numbers: raw.biases[k]! } : { shape: [3], numbers: raw.biases[k]!.slice(0, 3) },
    ],
  ]);
  return new Map(entries);
}

test.each([0, 1])("layers counted from %i: the same circuits", (from) => {
  const given = parseAnyCircuits(circuitsFromTensors(tensors(from)));
  if (hasSharedBiases(given)) throw new Error("biases are the circuits' own");
  const read = rawCustomCircuits(given, 2);
  for (let t = 0; t < 4; t++) {
    const a0 = randomInput(raw, t);
    runRawAlone(raw, t, a0).forEach((a, l) => {
      runRawAlone(read, t, a0)[l]!.forEach((value, i) => expect(value).toBeCloseTo(a[i]!, 12));
    });
  }
});

test("shared biases, name, readouts and inputs make circuits that a spec accepts", () => {
  const metadata = {
    name: "tiny",
    readouts: JSON.stringify(["x", "x", "y"]),
    inputs: JSON.stringify({ kind: "choice", vectors: [[1, 0, 0], [0, 1, 0]] }), // prettier-ignore
  };
  const circuits = parseCustomCircuits(circuitsFromTensors(tensors(1, false), metadata));
  expect(circuits).toMatchObject({ name: "tiny", inputs: { kind: "choice" } });
  expect(circuits.readouts).toEqual([
    { name: "x", matrix: [[1, 0, 0], [0, 1, 0]] }, // prettier-ignore
    { name: "y", matrix: [[0, 0, 1]] },
  ]);
  expect(() => parseCustomCircuits(circuitsFromTensors(tensors(0)))).toThrow("`superpose check FILE --mended OUT`");
});

test.each([
  ["sae v1.0", "sae-v1-0"],
  ["Schön 2", "Sch-n-2"],
  ["3 MLPs", "MLPs"],
  ["模型", "custom"],
  ["", "custom"],
  ["a".repeat(50), "a".repeat(32)],
])("a foreign name, %j, is no reason to refuse a file: %s", (name, own) => {
  expect(parseCustomCircuits(circuitsFromTensors(tensors(1, false), { name, format: "pt" })).name).toBe(own);
});

test("shared biases beside individual ones apply to every circuit", () => {
  const mixed = tensors(0).set("layer.0.bias", { shape: [3], numbers: [1, 2, 3] });
  const { biases } = parseAnyCircuits(circuitsFromTensors(mixed));
  expect(biases[0]).toEqual([[1, 2, 3], [1, 2, 3], [1, 2, 3], [1, 2, 3]]); // prettier-ignore
});

describe("refused in one line", () => {
  const zeros = (...shape: number[]): NumberTensor => ({
    shape,
    numbers: new Float64Array(shape.reduce((product, length) => product * length, 1)),
  });
  test.each<[string, Map<string, NumberTensor>, string]>([
    ["no tensors", new Map(), "the file has no tensors"],
    ["other names alone", new Map([["fc1.weight", zeros(3)]]), 'the file has only tensors with other names, such as "fc1.weight"; it must have layer.{k}.weight and layer.{k}.bias.'],
    ["an exported model", new Map([["embedding.neurons", zeros(3)]]), "It is an exported model; use `superpose import`"],
    ["layers from 2", tensors(2), "tensor layer.2.weight: layers must be counted from 0 or 1."],
    ["a gap", tensors(0).set("layer.5.weight", zeros(4, 3, 3)), "tensor layer.2.weight is missing; the file has 3 layers."],
    ["weights of another T", tensors(0).set("layer.1.weight", zeros(5, 3, 3)), "tensor layer.1.weight has shape [5, 3, 3]; it must be [T = 4, out, in = 3]."],
    ["weights of two dimensions", tensors(0).set("layer.0.weight", zeros(3, 3)), "has shape [3, 3]"],
    ["biases of another d", tensors(0).set("layer.1.bias", zeros(4, 2)), "tensor layer.1.bias has shape [4, 2]; it must be [out = 3] or [T = 4, out = 3]."],
    ["layers that do not follow each other", tensors(0).set("layer.1.weight", zeros(4, 3, 5)), "tensor layer.1.weight has shape [4, 3, 5]; it must be [T = 4, out, in = 3]."],
    ["one layer that is not square", new Map([["layer.0.weight", zeros(4, 3, 2)], ["layer.0.bias", zeros(3)]]), "must be [T, d, d], because the only layer given is used for all layers."],
    ["weights as [in][out]", new Map([["layer.0.weight", zeros(4, 2, 5)], ["layer.0.bias", zeros(4, 5)], ["layer.1.weight", zeros(4, 5, 2)], ["layer.1.bias", zeros(4, 2)]]), "tensor layer.0.bias has shape [4, 5]; it must be [out = 2] or [T = 4, out = 2]; weights are [circuit][out][in], as in PyTorch: transpose them."],
  ])("%s", (_, given, message) => {
    expect(() => circuitsFromTensors(given)).toThrow(InputError);
    expect(() => circuitsFromTensors(given)).toThrow(message);
  }); // prettier-ignore

  test("metadata that is not JSON", () => {
    expect(() => circuitsFromTensors(tensors(0), { inputs: "{" })).toThrow("the file's metadata: inputs is not JSON.");
  });

  test("numbers that are not finite, by the parser", () => {
    const given = tensors(0).set("layer.1.bias", { shape: [3], numbers: [0, NaN, 0] });
    expect(() => parseAnyCircuits(circuitsFromTensors(given))).toThrow("circuits.biases[1][0][1] = NaN");
  });
});
