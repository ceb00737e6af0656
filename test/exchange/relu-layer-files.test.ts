import { expect, test } from "vitest";
import { circuitsFromTensors } from "../../src/circuits/custom/tensors.js";
import { importModel } from "../../src/exchange/model.js";
import { importModelOrNetwork, importNetwork, importToScore } from "../../src/exchange/multi-part-model.js";
import { readNpz } from "../../src/exchange/npz.js";
import { reluLayerFiles } from "../../src/exchange/relu-layer-files.js";
import { readSafetensors } from "../../src/exchange/safetensors.js";

const text = { title: "two from one", about: "About.", command: "superpose export x.yaml --out y", version: "1" };
const layer = { F: 2, N: 1, encoder: [1, -0.5], decoder: [2, 3] };

test("weights are read back from both files, and the card explains them", () => {
  const files = new Map(reluLayerFiles(layer, text).map(({ name, content }) => [name, content]));
  const bytes = (name: string): Uint8Array => files.get(name) as Uint8Array;
  const { tensors, metadata } = readSafetensors(bytes("model.safetensors"));
  expect(metadata).toMatchObject({ format: "circuits-in-superposition relu-layer", version: "1" });
  for (const read of [tensors, readNpz(bytes("model.npz"), 2 ** 20).tensors]) {
    expect(read.get("W_in")).toMatchObject({ shape: [1, 2], data: Float32Array.of(1, -0.5) });
    expect(read.get("b")).toMatchObject({ shape: [1], data: Float32Array.of(0) });
    expect(read.get("W_out")).toMatchObject({ shape: [2, 1], data: Float32Array.of(2, 3) });
  }
  expect(files.get("README.md")).toContain("| W_in | [1][2] |");
  expect(files.get("model.py")).toContain("class ReluLayer");
});

test("where circuits are needed, the file is refused with the commands that accept it", () => {
  const files = reluLayerFiles(layer, text).filter(({ name }) => /safetensors|npz/.test(name));
  for (const { content } of files)
    for (const read of [importModel, importNetwork, importModelOrNetwork, importToScore])
      expect(() => read(content as Uint8Array)).toThrow(
        /^holds W_in and W_out of a network with one hidden layer, .*`superpose floors FILE --tensor W_in --transpose` .* `start: FILE`/,
      );
  expect(() => circuitsFromTensors(new Map(), {}, ["W_in", "W_out", "b"])).toThrow("use `superpose floors` with --tensor W_in --transpose"); // prettier-ignore
});

test("weights of another length are refused", () => {
  expect(() => reluLayerFiles({ ...layer, encoder: [1] }, text)).toThrow("W_in has 1 entries: must be [1][2], 2.");
});
