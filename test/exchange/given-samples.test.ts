import { describe, expect, test } from "vitest";
import { samplesFromLists, samplesFromTensors, sampleLists, sampleTensors } from "../../src/exchange/given-samples.js";
import type { Tensor } from "../../src/exchange/tensor.js";

const size = { T: 5, d: 2 };
const samples = {
  z: 2,
  circuits: Uint32Array.of(3, 0, 1, 4, 0, 3),
  inputs: Float64Array.from({ length: 12 }, (_, at) => at / 3),
};
const f32 = (shape: number[], data: number[]): Tensor => ({ dtype: "F32", shape, data: Float32Array.from(data) });
const tensors = (circuits: Tensor, inputs: Tensor) => new Map([["circuits", circuits], ["inputs", inputs]]); // prettier-ignore

test("samples survive a file to the bit, as tensors and as lists", () => {
  expect(samplesFromTensors(sampleTensors(samples), size)).toEqual(samples);
  expect(samplesFromLists(JSON.parse(JSON.stringify(sampleLists(samples))), size)).toEqual(samples);
});

test("circuits of any integer type are read, and other tensors are ignored", () => {
  const circuits: Tensor = { dtype: "I64", shape: [1, 1], data: BigInt64Array.of(4n) };
  const file = tensors(circuits, f32([1, 1, 2], [0.5, 1])).set("activations.0", f32([1, 3], [1, 2, NaN]));
  expect(samplesFromTensors(file, size)).toEqual({
    z: 1,
    circuits: Uint32Array.of(4),
    inputs: Float64Array.of(0.5, 1),
  });
});

describe("refused in one line", () => {
  test.each<[string, Tensor, Tensor, string]>([
    ["empty", f32([0, 1], []), f32([0, 1, 2], []), "tensor circuits: shape [0, 1] must be [samples, z]"],
    ["no circuits", f32([1, 0], []), f32([1, 0, 2], []), "tensor circuits: shape [1, 0] must be"],
    ["one list", f32([2], [0, 1]), f32([2, 1, 2], [1, 1, 1, 1]), "tensor circuits: shape [2] must be"],
    ["other d", f32([1, 1], [0]), f32([1, 1, 3], [1, 1, 1]), "tensor inputs: shape [1, 1, 3] must be [1, 1, 2]"],
    ["fewer samples", f32([2, 1], [0, 1]), f32([1, 1, 2], [1, 1]), "tensor inputs: shape [1, 1, 2] must be [2, 1, 2]"],
    [
      "beyond T",
      f32([1, 1], [5]),
      f32([1, 1, 2], [1, 1]),
      "sample 0: circuit 5 must be a whole number from 0 to T − 1 = 4",
    ],
    ["negative", f32([2, 1], [0, -1]), f32([2, 1, 2], [1, 1, 1, 1]), "sample 1: circuit -1 must be"],
    ["half", f32([1, 1], [0.5]), f32([1, 1, 2], [1, 1]), "sample 0: circuit 0.5 must be"],
    ["twice", f32([1, 2], [3, 3]), f32([1, 2, 2], [1, 1, 1, 1]), "sample 0 has circuit 3 twice"],
    [
      "NaN",
      f32([2, 1], [0, 3]),
      f32([2, 1, 2], [1, 1, 1, NaN]),
      "sample 1: input NaN of circuit 3 must be a finite number",
    ],
    ["Infinity", f32([1, 1], [0]), f32([1, 1, 2], [-Infinity, 1]), "sample 0: input -Infinity of circuit 0"],
  ])("%s", (_, circuits, inputs, message) => {
    expect(() => samplesFromTensors(tensors(circuits, inputs), size)).toThrow(message);
  });

  test("no inputs", () => {
    const file = new Map([["circuits", f32([1, 1], [0])]]);
    expect(() => samplesFromTensors(file, size)).toThrow("tensor inputs is missing");
  });

  test.each<[string, unknown, string]>([
    ["null", null, "must have the lists `circuits`"],
    ["no samples", { circuits: [], inputs: [] }, "must have the lists `circuits`"],
    ["another z", { circuits: [[0], [1, 2]], inputs: [[[1, 1]], [[1, 1], [1, 1]]] }, "circuits[1] has a length of 2; it must be a list of 1 (active circuits, the same number in every sample)"], // prettier-ignore
    ["no active circuit", { circuits: [[]], inputs: [[]] }, "circuits[0] has a length of 0; it must be a list of 1"],
    ["words", { circuits: [["one"]], inputs: [[[1, 1]]] }, 'circuits[0][0] = "one": must be a number'],
    ["null inside", { circuits: [[1]], inputs: [[[1, null]]] }, "inputs[0][0][1] = null: must be a number"],
    [
      "other d",
      { circuits: [[1]], inputs: [[[1]]] },
      "inputs[0][0] has a length of 1; it must be a list of 2 (components, d)",
    ],
    ["flat", { circuits: [[1]], inputs: [[1, 1]] }, "inputs[0] has a length of 2; it must be a list of 1 (active"],
    ["twice", { circuits: [[1, 1]], inputs: [[[1, 1], [1, 1]]] }, "sample 0 has circuit 1 twice"], // prettier-ignore
    ["too large", { circuits: [[1]], inputs: [[[1e39, 1]]] }, "sample 0: input 1e+39 of circuit 1"],
  ])("lists: %s", (_, content, message) => {
    expect(() => samplesFromLists(content, size)).toThrow(message);
  });
});
