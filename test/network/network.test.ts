import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { findLinks, suppression } from "../../src/network/connections.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { buildNetwork, type Network, type NetworkOptions } from "../../src/network/network.js";
import { measure } from "../../src/results/measure.js";
import { runInputs } from "../../src/engine/run-inputs.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { correctionKappa } from "../../src/theory/overlap.js";

const [T, S, L] = [40, 4, 3];
const shape = { D: 160, d: 4, T, S, L };
const circuits = rotations(anglesFromTurns(randomTurns(T, 1)), L);
const embedding = permutedEmbedding(primeSteps({ T, P: 40, S }), L, 1);
const options: NetworkOptions = { shape, circuits, embedding, construction: "capped" };

describe("χ and κ of a network", () => {
  test("capped: χ of [E12] per layer, 0 for layer 1, no κ", () => {
    const { chi, kappa } = buildNetwork(options);
    const wanted = [1, 2].map((k) => suppression(findLinks(embedding[k]!, embedding[k - 1]!), shape));
    expect(chi).toEqual([0, ...wanted]);
    expect(Math.min(...wanted)).toBeGreaterThan(0);
    expect(kappa).toBe(0);
  });

  test("chiFactor multiplies the computed χ", () => {
    const { chi } = buildNetwork(options);
    expect(buildNetwork({ ...options, chiFactor: 1.15 }).chi).toEqual(chi.map((value) => 1.15 * value));
    expect(buildNetwork({ ...options, chiFactor: 0 }).chi).toEqual([0, 0, 0]);
  });

  test("a given χ is used unchanged, without the factor", () => {
    expect(buildNetwork({ ...options, chi: [0, 0.2, 0.3], chiFactor: 1.15 }).chi).toEqual([0, 0.2, 0.3]);
  });

  test.each(["balanced", "split"] as const)("%s: κ of [E13] or a given one, no χ", (construction) => {
    const network = buildNetwork({ ...options, construction });
    expect(network.chi).toEqual([0, 0, 0]);
    expect(network.kappa).toBe(correctionKappa(shape));
    expect(buildNetwork({ ...options, construction, kappa: 0 }).kappa).toBe(0);
    expect(buildNetwork({ ...options, construction, kappa: 0.01 }).kappa).toBe(0.01);
  });
});

describe("contradictory sizes are refused with a reason", () => {
  const withNeurons = (change: (neurons: Uint32Array) => Uint32Array): NetworkOptions => ({
    ...options,
    embedding: embedding.map((layer, k) => (k === 1 ? { ...layer, neurons: change(layer.neurons.slice()) } : layer)),
  });

  test.each<[string, NetworkOptions, string]>([
    ["D", { ...options, shape: { ...shape, D: 161 } }, "D = 161: must be a multiple of d = 4, such as 160 or 164."],
    ["d", { ...options, shape: { ...shape, d: 2 } }, "circuits.d = 4: shape says 2."],
    ["T", { ...options, shape: { ...shape, T: 41 } }, "circuits.T = 40: shape says 41."],
    ["L", { ...options, shape: { ...shape, L: 4 } }, "circuits.L = 3: shape says 4."],
    ["L below 1", { ...options, shape: { ...shape, L: 0 } }, "L = 0: must be a whole number from 1 to 10000."],
    ["NaN", { ...options, shape: { ...shape, T: NaN } }, "T = NaN: must be a whole number from 1 to 16777216."],
    [
      "S above P",
      { ...options, shape: { ...shape, S: 41 } },
      "S = 41: must be at most P = D/d = 40, the number of neurons in a block.",
    ],
    ["layers", { ...options, embedding: embedding.slice(1) }, "embedding has 2 entries: must have L = 3."],
    [
      "an assignment for another network",
      { ...options, embedding: [...embedding.slice(1), { ...embedding[0]!, P: 41 }] },
      "embedding[2].P = 41: shape says 40.",
    ],
    [
      "too few neurons",
      withNeurons((neurons) => neurons.subarray(1)),
      "embedding[1].neurons has 159 entries: must have T·S = 160.",
    ],
    [
      "a neuron outside the block",
      withNeurons((neurons) => neurons.fill(40, 9, 10)),
      "embedding[1].neurons[9] = 40: must be a whole number from 0 to 39.",
    ],
    ["χ per layer", { ...options, chi: [0, 1] }, "chi has 2 entries: must have L = 3."],
    ["χ", { ...options, chi: [0, NaN, 0] }, "chi[1] = NaN: must be a finite number."],
    ["chiFactor", { ...options, chiFactor: Infinity }, "chiFactor = Infinity: must be a finite number."],
    ["κ", { ...options, construction: "balanced", kappa: NaN }, "kappa = NaN: must be a finite number."],
    [
      "κ that cancels 1/S",
      { ...options, construction: "split", kappa: -0.25 },
      "kappa = -0.25: must not be −1/S; circuits are read with 1/S + kappa.",
    ],
  ])("%s", (_what, given, message) => {
    expect(() => buildNetwork(given)).toThrow(InputError);
    expect(() => buildNetwork(given)).toThrow(message);
  });

  test("κ of a network in which every circuit uses every neuron", () => {
    const full = { D: 16, d: 4, T, S, L };
    const rows = { T, S, P: 4, neurons: Uint32Array.from({ length: T * S }, (_, at) => at % 4) };
    const given = { ...options, shape: full, embedding: [rows, rows, rows] };
    expect(() => buildNetwork({ ...given, construction: "balanced" })).toThrow(
      "S = 4: with P = D/d = 4, every circuit uses every neuron and κ is infinite; use S below P or give kappa.",
    );
    expect(buildNetwork({ ...given, construction: "balanced", kappa: 0.1 }).kappa).toBe(0.1);
    expect(buildNetwork(given).chi).toEqual([0, 0, 0]);
  });
});

test.each<[string, string, string, object]>([
  ["circuits of another shape", "conflict", "circuits.T", { shape: { ...shape, T: 41 } }],
  [
    "an assignment of another shape",
    "conflict",
    "embedding[2].P",
    { embedding: [...embedding.slice(1), { ...embedding[0]!, P: 41 }] },
  ],
  ["no shape", "missing", "d", { shape: undefined }],
  ["no circuits", "missing", "circuits.mean", { circuits: undefined }],
  ["no embedding", "missing", "embedding", { embedding: undefined }],
  ["a layer without assignment", "missing", "embedding[1].T", { embedding: [embedding[0]!, undefined, embedding[2]!] }],
])("%s: code %s, argument %s", (_what, code, argument, wrong) => {
  const refused = expect.objectContaining({ name: "InputError", code, argument }) as Error;
  expect(() => buildNetwork({ ...options, ...wrong })).toThrow(refused);
});

test("a network of several parts is refused with a reason where one part is needed", () => {
  const parts = asMultiPart(buildNetwork(options)) as unknown as Network;
  const words = "network.shape is missing: must be as returned by buildNetwork; searchWorst takes several parts.";
  expect(() => measure(parts, { z: 1, samples: 1, seed: 1 }, referenceKernels())).toThrow(words);
  expect(() => runInputs(parts, { active: [[0]], inputs: [[[1, 1, 0, 1]]] }, referenceKernels())).toThrow(words);
});
