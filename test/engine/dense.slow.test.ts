import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { denseModel, type DenseModel } from "../../src/network/dense-model.js";
import { checkDenseSize, denseBytes } from "../../src/network/dense-size.js";
import { DenseEngine } from "../../src/engine/dense.js";
import { errorRows, onePartRows } from "../../src/results/error-rows.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import type { RandomInput } from "../../src/engine/sampling.js";
import type { LayerSums } from "../../src/engine/sums.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork, type Network } from "../../src/network/network.js";
import { activeCount, networkOf, plans } from "../support/random-networks.js";

const kernels = loadKernels();
const denseKernels = loadKernels();

function rotationNetwork(shape: { D: number; T: number; S: number; L: number }): Network {
  const { D, T, S, L } = shape;
  const embedding = permutedEmbedding(primeSteps({ T, P: D / 4, S }), L, 1);
  const circuits = rotations(anglesFromTurns(randomTurns(T, 1)), L);
  return buildNetwork({ shape: { ...shape, d: 4 }, circuits, embedding, construction: "capped" });
}

const small = rotationNetwork({ D: 160, T: 40, S: 4, L: 3 });
const input: RandomInput = { z: 2, sampling: "random", seed: 5, network: 0 };

test("both engines have the same activations: any circuits, construction and gate (2e-5 of the layer's largest)", () => {
  fc.assert(
    fc.property(plans({ T: [1, 20], spare: [1, 10], samples: 6 }), (plan) => {
      const network = networkOf(plan);
      const { D, L } = network.shape;
      const z = activeCount(plan, network);
      const { gate } = plan;
      const factored = new FactoredEngine(kernels, network, { gate, z, lanes: 16, keepActivations: true });
      const dense = new DenseEngine(denseKernels, denseModel(network), { gate, z });
      factored.sample({ ...input, z, seed: plan.seed }, 0, plan.samples);
      const ids = factored.activeCircuits(plan.samples, z);
      const a = factored.truth(0, plan.samples * z);
      dense.setInputs(
        ids,
        ids.map((_, b) => a.slice(b * z, (b + 1) * z)),
      );
      factored.runTile(plan.samples, z);
      dense.runTile(plan.samples, z);
      for (let b = 0; b < plan.samples; b++) {
        expect(dense.activations(0, b)).toEqual(factored.activations(0, b));
        let largest = 1;
        for (let l = 1; l <= L; l++) {
          const [ours, theirs] = [dense.activations(l, b), factored.activations(l, b)];
          // Rounding errors carry over to later layers, so they are measured relative to the largest value so far.
          largest = Math.max(largest, ...theirs.map(Math.abs));
          for (let n = 0; n < D; n++) expect(Math.abs(ours[n]! - theirs[n]!)).toBeLessThanOrEqual(2e-5 * largest);
        }
      }
    }),
    { numRuns: 150, seed: 1 },
  );
});

/**
 * The largest relative difference between two runs' mean squares and worst errors; for values below 1e-3, relative to
 * 1e-3.
 */
function largestDifference(a: LayerSums, b: LayerSums, network: Network): number {
  const { circuits, shape } = network;
  const of = onePartRows(shape, { readouts: circuits.readouts, predicted: null, z: 1 });
  const [ours, theirs] = [a, b].map((sums) => errorRows(of, [sums]));
  expect([a.activeCount, a.inactiveCount]).toEqual([b.activeCount, b.inactiveCount]);
  let largest = 0;
  ours!.forEach(({ readouts, activeFraction }, l) => {
    for (const [name, { active, inactive }] of Object.entries(readouts)) {
      const wanted = theirs![l]!.readouts[name]!;
      for (const [ours, theirs] of [
        [active, wanted.active],
        [inactive, wanted.inactive],
      ] as const) {
        for (const key of ["meanSquare", "worst"] as const) {
          largest = Math.max(largest, Math.abs(ours[key] - theirs[key]) / Math.max(theirs[key], 1e-3));
        }
      }
    }
    activeFraction.forEach((share, i) =>
      expect(Math.abs(share - theirs![l]!.activeFraction[i]!)).toBeLessThanOrEqual(1e-4),
    );
  });
  return largest;
}

test.each([1, 2, 3])("the post's network has the same errors in both engines, z = %i (1e-4 relative)", (z) => {
  const network = rotationNetwork({ D: 1000, T: 557, S: 6, L: 4 });
  const chunk = { ...input, z };
  const factored = new FactoredEngine(kernels, network, { gate: "relu", z }).runChunk(chunk, 0, 48);
  const dense = new DenseEngine(denseKernels, denseModel(network), { gate: "relu", z }).runChunk(chunk, 0, 48);
  expect(largestDifference(dense, factored, network)).toBeLessThan(1e-4);
});

describe("a chunk's sums", () => {
  const model = denseModel(small);

  test("do not depend on the batch, bit for bit, and continue where the previous chunk ended", () => {
    const run = (batch: number): LayerSums =>
      new DenseEngine(denseKernels, model, { gate: "relu", z: 2, batch }).runChunk(input, 3, 20);
    const wanted = run(64);
    expect(run(1)).toEqual(wanted);
    expect(run(7)).toEqual(wanted);
    const runner = new DenseEngine(denseKernels, model, { gate: "relu", z: 3 });
    runner.runChunk({ ...input, z: 3 }, 0, 9);
    expect(runner.runChunk(input, 3, 20)).toEqual(wanted);
  });

  test("are the same from the core and from its twin, bit for bit", () => {
    const [core, twin] = [denseKernels, referenceKernels()].map((each) =>
      new DenseEngine(each, model, { gate: "relu", z: 2 }).runChunk(input, 0, 6),
    );
    expect(twin).toEqual(core);
  });
});

test("weights are those of the model: without them only the biases remain", () => {
  const model = denseModel(small);
  const { D } = model.shape;
  const edited: DenseModel = {
    ...model,
    weights: model.weights.map((_, k) => (k === 1 ? new Float32Array(D * D) : model.weights[k]!)),
    biases: model.biases.map((bias, k) => (k === 1 ? bias.map((_, n) => (n % 3) - 1) : bias)),
  };
  const runner = new DenseEngine(denseKernels, edited, { gate: "relu", z: 1 });
  runner.setInputs([[4]], [[[1.5, 0.5, 2, 1]]]);
  runner.runTile(1, 1);
  expect([...runner.activations(2, 0)]).toEqual(Array.from({ length: D }, (_, n) => Math.max(0, (n % 3) - 1)));
});

describe("a model whose arrays disagree with its shape is refused", () => {
  const model = denseModel(small);
  const replaced = (list: readonly unknown[], k: number, value: unknown) =>
    list.map((old, at) => (at === k ? value : old));
  test.each<[string, Partial<Record<keyof DenseModel, unknown>>, string]>([
    [
      "a weight",
      { weights: replaced(model.weights, 1, new Float32Array(5)) },
      "model.weights[1] has 5 entries: must have D·D = 25600.",
    ],
    [
      "a bias",
      { biases: replaced(model.biases, 2, new Float32Array(5)) },
      "model.biases[2] has 5 entries: must have D = 160.",
    ],
    ["layers", { weights: model.weights.slice(1) }, "model.weights has 2 entries: must have L = 3."],
    [
      "an embedding",
      { embedding: replaced(model.embedding, 0, { ...model.embedding[0], neurons: new Uint32Array(160).fill(40) }) },
      "model.embedding[0].neurons[0] = 40: must be below P = 40.",
    ],
    ["circuits", { shape: { ...model.shape, T: 20, S: 8 } }, "circuits.T = 40: shape says 20."],
  ])("%s", (_, change, message) => {
    const broken = { ...model, ...change } as DenseModel;
    expect(() => new DenseEngine(denseKernels, broken, { gate: "relu", z: 1 })).toThrow(message);
  });
});

test("the number of dense bytes is that of the arrays", () => {
  const { weights, biases, shape } = denseModel(small);
  const bytes = [...weights, ...biases].reduce((sum, array) => sum + (array?.byteLength ?? 0), 0);
  expect(denseBytes(shape)).toBe(bytes);
  expect(() => checkDenseSize({ D: 20000, L: 3 })).toThrow(
    "D = 20000, L = 3: dense weights need 3,052 MiB; the limit is 1,024 MiB. Choose a smaller D or L.",
  );
});
