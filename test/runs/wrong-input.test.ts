import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import type { Circuits } from "../../src/circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { denseModel } from "../../src/network/dense-model.js";
import { measureModel } from "../../src/runs/measure-model.js";
import { runSpec } from "../../src/runs/run.js";
import { reproduce } from "../../src/report/reproduce.js";
import { nodeExecutor } from "../../src/workers/node-pool.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measure } from "../../src/results/measure.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork, type NetworkOptions } from "../../src/network/network.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { chiSquared, RandomSequence } from "../../src/base/random.js";
import { parseSpec } from "../../src/config/parse-spec.js";

const shape = { D: 80, d: 4, T: 10, S: 3, L: 2 };
const circuits = rotations(anglesFromTurns(randomTurns(shape.T, 1)), shape.L);
const embedding = permutedEmbedding(primeSteps({ T: shape.T, P: 20, S: 3 }), shape.L, 1);
const options: NetworkOptions = { shape, circuits, embedding, construction: "capped" };
const network = buildNetwork(options);
const kernels = loadKernels();
const input = { z: 2, samples: 8, seed: 1 };
/** The type is wrong on purpose. */
const any = (value: unknown): never => value as never;

describe("the library refuses wrong input with a reason", () => {
  test.each<[string, () => unknown, string]>([
    ...[0, 1, 2, 5, 12, 1.5, NaN, -1].map((lanes): [string, () => unknown, string] => [
      `${lanes} lanes`,
      () => measure(network, { ...input, lanes: any(lanes) }, kernels),
      `lanes = ${lanes}: must be one of 4, 8, 16.`,
    ]),
    ["a gate", () => measure(network, { ...input, gate: any("Oracle") }, kernels), 'gate = "Oracle": must be one of relu, oracle.'],
    ["a sampling", () => measure(network, { ...input, sampling: any("all") }, kernels), 'sampling = "all": must be one of random, each.'],
    ["10^12 samples", () => measure(network, { ...input, samples: 1e12 }, kernels), "samples = 1000000000000: must be a whole number from 1 to 4294967295."],
    ["a tile's count", () => new FactoredEngine(kernels, network, { gate: "relu", z: 2 }).runTile(16, 2), "count = 16: must be a whole number from 1 to 8."],
    ["a chunk's count", () => new FactoredEngine(kernels, network, { gate: "relu", z: 2 }).runChunk({ z: 2, sampling: "random", seed: 1, network: 0 }, 0, Infinity), "count = Infinity: must be"],
    ["lanes of parts", () => new SparseEngine(kernels, asMultiPart(network), { z: 2, lanes: any(0) }), "lanes = 0: must be one of 4, 8, 16."],
    ["where noise is", () => new SparseEngine(kernels, asMultiPart(network), { z: 2, noise: { noise: 0.1, noiseAt: any("x") } }), 'noiseAt = "x": must be one of pre-activation, activation.'],
    ["workers", () => nodeExecutor(0), "workers = 0: must be a whole number from 1 to 256."],
    ["a bound", () => new RandomSequence(1, "user").below(0), "bound = 0: must be a whole number from 1 to 4294967295."],
    ["degrees", () => chiSquared(new RandomSequence(1, "user"), NaN), "degrees = NaN: must be a finite number of at least 2."],
    ["a construction", () => buildNetwork({ ...options, construction: any("best") }), 'construction = "best": must be one of capped, balanced, split.'],
    ["a row with a neuron twice", () => buildNetwork({ ...options, embedding: embedding.map((own) => ({ ...own, neurons: own.neurons.map((n, k) => (k === 4 ? own.neurons[3]! : n)) })) }), "uses it twice; its S = 3 neurons must be distinct."],
  ])("%s", (_, use, message) => {
    expect(use).toThrow(InputError);
    expect(use).toThrow(message);
  }); // prettier-ignore

  test.each<[string, Partial<Circuits>, string]>([
    ["short Δw", { delta: circuits.delta.map((own) => own.subarray(1)) }, "circuits.delta[0] has 159 entries: must have T·d·d = 160."],
    ["too few layers", { bias: circuits.bias.slice(1) }, "circuits.bias has 1 entries: must have L = 2."],
    ["a readout's row", { readouts: [{ name: "y", matrix: [[1, 2]] }] }, 'circuits.readouts[0].matrix[0] has 2 entries: must have d = 4.'],
    ["two readouts of a name", { readouts: [...circuits.readouts, circuits.readouts[0]!] }, 'circuits.readouts[2].name = "alpha": names must differ.'],
    ["inputs", { inputs: { kind: "uniform", low: [0, 0], high: [1, 1, 1, 1] } }, 'circuits.inputs.low has 2 entries: must have d = 4.'],
    ["no vectors", { inputs: { kind: "choice", vectors: [] } }, "circuits.inputs.vectors.length = 0: must be a whole number of at least 1."],
    ["a distribution that is not there", { inputs: { kind: "byCircuit", of: Array<number>(10).fill(1), distributions: [{ kind: "choice", vectors: [[1, 0, 0, 0]] }] } }, "circuits.inputs.of[0] = 1: must be a whole number from 0 to 0."],
  ])("circuits: %s", (_, change, message) => {
    const use = (): unknown => buildNetwork({ ...options, circuits: { ...circuits, ...change } });
    expect(use).toThrow(InputError);
    expect(use).toThrow(message);
  }); // prettier-ignore

  test("also if the result is a promise", async () => {
    const model = denseModel(network);
    const asked = { ...input, z: [2], sampling: "random", gate: "relu", network: 0 } as const;
    const of = (change: object) => measureModel(model, { ...asked, ...change }, kernels);
    await expect(of({ z: 2 })).rejects.toThrow("z = 2: must be a nonempty list of circuit counts.");
    await expect(of({ samples: 0 })).rejects.toThrow("samples = 0: must be");
    await expect(of({ seed: -1 })).rejects.toThrow("seed = -1: must be");
    await expect(of({ gate: "tanh" })).rejects.toThrow('gate = "tanh": must be one of relu, oracle.');
    await expect(runSpec(parseSpec({ samples: 1, L: 1 }), { engine: any("fast") })).rejects.toThrow(
      'engine = "fast": must be one of factored, dense.',
    );
    await expect(reproduce({ figures: ["r3"], seed: 1, quick: true })).rejects.toThrow(
      'figures = "r3": must be one of R1,',
    );
    await expect(reproduce({ figures: ["R3"], seed: -1, quick: true })).rejects.toThrow("seed = -1: must be");
  });
});
