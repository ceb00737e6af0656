import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations, steps } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { runSpec } from "../../src/runs/run.js";
import { loadKernels } from "../../src/kernels/node.js";
import { denseModel } from "../../src/network/dense-model.js";
import { DenseEngine } from "../../src/engine/dense.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { matrixConstructions, type MatrixConstruction } from "../../src/network/construction.js";
import { loadAwareMatrix, ridgeMatrix } from "../../src/network/embedding-matrix.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { findLinks, suppression } from "../../src/network/connections.js";
import { buildMatrixNetwork } from "../../src/network/matrix-network.js";
import { asMultiPart } from "../../src/network/multi-part.js";
import { openingDrive, train } from "../../src/network/training.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { hotRows, linked } from "../support/defined-network.js";

const [T, P, S] = [100, 60, 4];
const [before, after] = permutedEmbedding(primeSteps({ T, P, S }), 2, 3) as [Assignment, Assignment];

/** `⟨n|𝒲|e_u⟩`, [P][T]. */
function drives(weights: Float64Array): number[][] {
  const rows = hotRows(before);
  return Array.from({ length: P }, (_, n) =>
    rows.map((row) => row.reduce((sum, value, m) => sum + value * weights[n * P + m]!, 0)),
  );
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe("load-aware χ", () => {
  const { weights, chi } = loadAwareMatrix(after, before);
  const isOwn = hotRows(after);

  test("on average other circuits do not drive a neuron (1e-12); with a single χ for all neurons they do", () => {
    const others = (drive: readonly number[], n: number): number => mean(drive.filter((_, t) => isOwn[t]![n] === 0));
    drives(weights).forEach((drive, n) => expect(Math.abs(others(drive, n))).toBeLessThan(1e-12));
    const shared = suppression(findLinks(after, before), { T, S });
    const C = linked(after, before).flat();
    const capped = drives(Float64Array.from(C, (value) => value / S - shared * (1 - value)));
    expect(Math.max(...capped.map((drive, n) => Math.abs(others(drive, n))))).toBeGreaterThan(0.05);
  });

  test("linked pairs are 1/S, and the rest of a row is one number; χ is its mean over neurons", () => {
    const C = linked(after, before);
    const ofNeuron = C.map((row, n) => {
      const rest = new Set(row.flatMap((value, m) => (value === 0 ? [weights[n * P + m]!] : [])));
      expect(rest.size).toBeLessThanOrEqual(1);
      row.forEach((value, m) => value === 1 && expect(weights[n * P + m]).toBe(1 / S));
      return [...rest][0] ?? 0;
    });
    expect(Math.abs(chi + mean(ofNeuron))).toBeLessThan(1e-12);
    expect(chi).toBeGreaterThan(0);
  });

  test("the factor multiplies every χ", () => {
    const half = loadAwareMatrix(after, before, 0.5);
    expect(half.chi).toBeCloseTo(chi / 2, 12);
    half.weights.forEach((value, at) => expect(value).toBe(weights[at]! < 0 ? weights[at]! / 2 : weights[at]));
  });
});

describe("ridge", () => {
  const weights = ridgeMatrix(after, before);

  test("for each neuron, its own circuits drive it to 1 and others to 0 on average (1e-9)", () => {
    const isOwn = hotRows(after);
    drives(weights).forEach((drive, n) => {
      const own = drive.filter((_, t) => isOwn[t]![n] === 1);
      const others = drive.filter((_, t) => isOwn[t]![n] === 0);
      if (own.length === 0) return;
      expect(Math.abs(mean(own) - 1)).toBeLessThan(1e-9);
      expect(Math.abs(mean(others))).toBeLessThan(1e-9);
    });
  });

  test("rows solve the normal equations up to a shift and a factor (1e-9)", () => {
    const lambda = 3;
    const [to, from] = [hotRows(after), hotRows(before)];
    const product = (a: number[][], b: number[][]): number[][] =>
      Array.from({ length: P }, (_, n) =>
        Array.from({ length: P }, (__, m) => a.reduce((sum, row, t) => sum + row[n]! * b[t]![m]!, 0)),
      );
    const G = product(from, from).map((row, m) => row.map((value, k) => value + (m === k ? lambda : 0)));
    const B = product(to, from);
    const ones = G.map((row) => row.reduce((sum, value) => sum + value, 0));
    for (let n = 0; n < P; n += 7) {
      if (B[n]!.every((value) => value === 0)) continue;
      // 𝒲_n G = f·B_n + s·(1ᵀG) for two numbers f and s: they are computed from two entries and must fit all others.
      const left = G.map((_, k) => G.reduce((sum, row, m) => sum + weights[n * P + m]! * row[k]!, 0));
      const k2 = B[n]!.findIndex((value, k) => value * ones[0]! !== B[n]![0]! * ones[k]!);
      const det = B[n]![0]! * ones[k2]! - B[n]![k2]! * ones[0]!;
      const f = (left[0]! * ones[k2]! - left[k2]! * ones[0]!) / det;
      const s = (B[n]![0]! * left[k2]! - B[n]![k2]! * left[0]!) / det;
      left.forEach((value, k) => expect(Math.abs(value - f * B[n]![k]! - s * ones[k]!)).toBeLessThan(1e-9));
      expect(f).toBeGreaterThan(0);
    }
  });
});

describe("trained", () => {
  const trained = (z: number, seed = 1): Float64Array => {
    const { weights } = loadAwareMatrix(after, before);
    train(weights, after, before, 2, 0.25, { seed, network: 0, z });
    return weights;
  };
  /** With one circuit active: the largest |drive − 1| of the circuit's neurons, and the largest drive of other neurons. */
  const extremes = (weights: Float64Array): { on: number; off: number } => {
    const isOwn = hotRows(after);
    let [on, off] = [0, 0];
    drives(weights).forEach((drive, n) =>
      drive.forEach((value, t) => {
        if (isOwn[t]![n] === 1) on = Math.max(on, Math.abs(value - 1));
        else off = Math.max(off, value);
      }),
    );
    return { on, off };
  };

  test("is a function of seed, network, layer and z", () => {
    expect(trained(1)).toEqual(trained(1));
    expect(trained(1)).not.toEqual(trained(1, 2));
    expect(trained(1)).not.toEqual(trained(2));
  });

  test("one active circuit opens its neurons to within 0.1 and no other beyond a ramp of 0.25", () => {
    const { weights } = loadAwareMatrix(after, before);
    expect(extremes(weights).off).toBeGreaterThan(0.4);
    const { on, off } = extremes(trained(1));
    expect(on).toBeLessThan(0.1);
    expect(off).toBeLessThan(0.25);
  });

  test("it determines the drive that opens the circuits' neurons", () => {
    const angles = anglesFromTurns(randomTurns(4, 1));
    expect(openingDrive(rotations(angles, 2), 2)).toBe(0.25);
    expect(openingDrive(rotations(angles, 2, { ramp: { low: 0.4, high: 0.9 }, gain: 8 }), 2)).toBeCloseTo(0.4, 12);
    expect(openingDrive(steps(4, 2, { low: 0.6, high: 0.7 }), 2)).toBeCloseTo(0.6, 12);
    expect(openingDrive({ ...steps(4, 2), readouts: [] }, 2)).toBe(0.25);
  });
});

describe("networks with a matrix written out", () => {
  const circuits = rotations(anglesFromTurns(randomTurns(T, 1)), 3);
  const network = (construction: MatrixConstruction) =>
    buildMatrixNetwork({
      shape: { D: 4 * P, d: 4, T, S, L: 3 },
      circuits,
      embedding: permutedEmbedding(primeSteps({ T, P, S }), 3, 3),
      construction,
      training: { seed: 1, network: 0, z: 1 },
    });

  test.each(matrixConstructions)("%s: the dense model gives the same errors (1e-3 relative)", (construction) => {
    const kernels = loadKernels();
    const built = network(construction);
    const input = { z: 2, sampling: "random", seed: 4, network: 0 } as const;
    const sparse = new SparseEngine(kernels, asMultiPart(built), { z: 2 }).runChunk(input, 0, 64);
    const dense = new DenseEngine(kernels, denseModel(built), { gate: "relu", z: 2 }).runChunk(input, 0, 64);
    sparse.layers.forEach(({ errors }, l) =>
      errors.forEach(({ active }, group) => {
        const theirs = dense.layers[l]!.errors[group]!.active.sum;
        expect(Math.abs(active.sum - theirs)).toBeLessThan(1e-3 * Math.max(1, theirs));
      }),
    );
  });

  test.each(matrixConstructions)("%s: the factored engine refuses it", (construction) => {
    expect(() => new FactoredEngine(loadKernels(), network(construction), { gate: "relu", z: 1 })).toThrow(InputError);
  });

  test("in the post's network they hold longer than capped: z = 1, layer 5", async () => {
    const error = async (construction: string): Promise<number> =>
      (await runSpec(parseSpec({ samples: 150, construction }))).rows[5]!.readouts["x"]!.active.meanSquare;
    const capped = await error("capped");
    expect(capped).toBeGreaterThan(1);
    expect(await error("load-aware")).toBeLessThan(0.8 * capped);
    expect(await error("ridge")).toBeLessThan(0.8 * capped);
    expect(await error("trained")).toBeLessThan(0.3 * capped);
  });
});

describe("specs", () => {
  test("chiFactor is allowed with load-aware, chi and kappa are not", () => {
    expect(parseSpec({ construction: "load-aware", chiFactor: 0.5 }).chiFactor).toBe(0.5);
    expect(() => parseSpec({ construction: "load-aware", chi: [0, 1, 1, 1, 1] })).toThrow(
      "the load-aware construction does not use it",
    );
    expect(() => parseSpec({ construction: "ridge", kappa: 0.1 })).toThrow("the ridge construction does not use it");
    expect(() => parseSpec({ construction: "trained", chiFactor: 2 })).toThrow("the trained construction has no chi");
  });

  test("the oracle gate and networks too large to write out are refused", () => {
    expect(() => parseSpec({ construction: "ridge", gate: "oracle" })).toThrow(
      'gate = "oracle": the ridge construction runs only with gate = relu; leave gate out.',
    );
    expect(() => parseSpec({ construction: "ridge", D: 8000 })).toThrow(
      "D = 8000: must be at most 4096 with construction = ridge.",
    );
  });
});
