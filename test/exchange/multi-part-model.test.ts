import { expect, test } from "vitest";
import { importNetwork } from "../../src/exchange/multi-part-model.js";
import { multiPartTensors } from "../../src/exchange/multi-part-tensors.js";
import { exportModel } from "../../src/exchange/model.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import type { LayerSums } from "../../src/engine/sums.js";
import { asMultiPart, type MultiPartNetwork } from "../../src/network/multi-part.js";
import { designNetwork } from "../support/multi-part-network.js";

const kernels = loadKernels();

function sumsOf(network: MultiPartNetwork): LayerSums {
  const engine = new SparseEngine(kernels, network, { z: 2 });
  return engine.runChunk({ z: 2, sampling: "random", seed: 5, network: 0 }, 0, 20);
}

function expectSame(network: MultiPartNetwork, other: MultiPartNetwork): void {
  const [a, b] = [sumsOf(network), sumsOf(other)];
  expect(b.inactiveCount).toBe(a.inactiveCount);
  a.layers.forEach(({ errors }, l) => {
    errors.forEach(({ active, inactive }, r) => {
      const of = b.layers[l]!.errors[r]!;
      expect(of.active.sum / 40).toBeCloseTo(active.sum / 40, 4);
      expect(of.inactive.max).toBeCloseTo(inactive.max, 3);
      expect(of.active.wrong).toBe(active.wrong);
    });
  });
}

const metadata = { readouts: '["alpha","x"]' };
const tensorsOf = (fields: Record<string, unknown>): Map<string, Tensor> =>
  multiPartTensors(designNetwork(fields).network, 2 ** 28);

test.each([
  { design: "groups", D: 160, T: 90, z: [2], L: 5 },
  { design: "windows", D: 200, T: 60, z: [2], L: 3 },
  { design: "rows", D: 160, T: 60, z: [1, 2], L: 3 },
  { design: "switched", D: 420, T: 60, z: [2], L: 3 },
  { design: "columns", D: 160, T: 60, z: [2], L: 13 },
  { design: "general", circuits: { kind: "automata", states: 2 }, D: 160, T: 60, z: [2], L: 3 },
])("a design's file gives the network from which it was written, within rounding: %j", (fields) => {
  const { network } = designNetwork(fields);
  const metadata = { readouts: JSON.stringify(network.circuits.readouts.map(({ name }) => name)) };
  for (const write of [writeSafetensors, writeNpz]) {
    const { network: other } = importNetwork(new Uint8Array(write(tensorsOf(fields), metadata)));
    expect(other.layers.length).toBe(network.layers.length);
    expect(other.steps).toEqual(network.steps);
    expect(new Set(other.layers).size).toBe(new Set(network.layers).size);
    expectSame(network, other);
  }
});

test.each(["capped", "balanced", "split"])("a file of one part gives its network: %s", async (construction) => {
  const circuits = { kind: "mixed", of: ["rotation", { kind: "gates", ramp: [0.25, 0.75] }] };
  const spec = parseSpec({ D: 480, T: 40, S: 4, L: 3, z: [2], construction, circuits });
  const network = buildRunNetwork(spec, 0);
  const { tensors, metadata: own } = await exportModel(network, spec);
  const imported = importNetwork(new Uint8Array(writeSafetensors(tensors, own)));
  expect(imported.metadata["network"]).toBe("0");
  expectSame(asMultiPart(network), imported.network);
});

test.each([
  ["steps", (tensor: Tensor) => void (tensor.data as Int32Array).fill(1), "steps: must be layers counted from 1"],
  ["reads", (tensor: Tensor) => void (tensor.data as Int32Array).fill(9), "reads has the value 9; all values must"],
  ["write.index", (tensor: Tensor) => void (tensor.data as Int32Array).fill(-1), "write.index has -1 in column 0"],
  ["layers.biases", (tensor: Tensor) => void (tensor.data as Int32Array).fill(4), "tensor biases.4: missing"],
])("a file whose %s is wrong is refused", (name, spoil, message) => {
  const tensors = tensorsOf({ design: "groups", D: 160, T: 90, z: [2], L: 5 });
  const own = tensors.get(name)!;
  const copy = { ...own, data: own.data.slice() } as Tensor;
  spoil(copy);
  tensors.set(name, copy);
  expect(() => importNetwork(new Uint8Array(writeSafetensors(tensors, metadata)))).toThrow(message);
});
