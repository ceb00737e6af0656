import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loads } from "../../../src/assignment/assignment.js";
import { primeSteps } from "../../../src/assignment/prime-steps.js";
import { measureOverlaps, sharesAtMostOne } from "../../../src/assignment/statistics.js";
import { RandomSequence } from "../../../src/base/random.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { assignedCode, swappedCode, translatedCode } from "../../../src/studies/compressed-computation/codes.js";
import { fitValues, lossAtBestScale } from "../../../src/studies/compressed-computation/fit.js";
import { drawInputs } from "../../../src/studies/compressed-computation/inputs.js";
import {
  buildCompressed,
  errorsAlone,
  measureCompressed,
  type CompressedRecipe,
} from "../../../src/studies/compressed-computation/measure.js";
import {
  decoderOf,
  encoderOf,
  gramInverse,
  type CompressedNetwork,
} from "../../../src/studies/compressed-computation/network.js";
import { naiveLoss, verdictOf, zeroLoss } from "../../../src/training/verdict.js";
import { networkReader } from "../../../src/studies/compressed-computation/readouts.js";
import { compressedRow, trained, type CompressedRow } from "../../../src/studies/compressed-computation/rows.js";

const kernels = loadKernels();
const { independent } = JSON.parse(
  readFileSync(new URL("../../reference/compressed-computation.json", import.meta.url), "utf8"),
) as { independent: { handmade: { K: number; ratio: number }[]; ratios: Record<string, number> } };

const usual: CompressedRecipe = {
  ...{ F: 100, N: 50, K: 5, p: 0.02, q: 4, code: "swaps", swaps: 200_000, candidates: 5, refit: "none", rounds: 0 },
  ...{ fitted: 1000, seed: 5, repeat: 0 },
};

function measured(given: Partial<CompressedRecipe>, blocks: number): CompressedRow {
  const recipe = { ...usual, ...given };
  const network = buildCompressed(kernels, recipe);
  const { p, q, seed, repeat } = recipe;
  const sums = measureCompressed(kernels, { spec: network, p, q, seed, repeat, first: 0, blocks });
  return compressedRow(recipe, { network, alone: errorsAlone(kernels, network) }, [sums]);
}

describe("F = 100, N = 50", () => {
  test.each([4, 5, 6])("exchanges, K = %i: the loss is the reference's within 3 sd + 3%", (K) => {
    const row = measured({ K }, 8);
    const { ratio } = independent.handmade.find((entry) => entry.K === K)!;
    expect(Math.abs(row.overTrained! - ratio)).toBeLessThan(
      3 * ((row.overTrained! * row.lossError) / row.loss) + 0.03 * ratio,
    );
    expect(row.verdict).toBe("superposed");
    expect(row.overNaive * (independent.ratios["naive"]! / row.overTrained!)).toBeCloseTo(1, 2);
  });

  test("translates with refitted values come within 6% + 3 sd of the trained network, and closer than without", () => {
    const [plain, decoder, all] = (["none", "decoder", "all"] as const).map((refit) =>
      measured({ code: "translates", refit, rounds: 1, fitted: 1000, candidates: 3 }, 8),
    );
    expect(plain!.largestOverlap).toBe(1);
    expect(decoder!.loss).toBeLessThan(plain!.loss);
    expect(all!.loss).toBeLessThan(plain!.loss);
    expect(all!.overTrained).toBeLessThan(1.06 + 3 * (all!.lossError / trained.loss));
  });
});

describe("codes", () => {
  test("exchanges keep loads equal and reduce overlaps", () => {
    const size = { F: 60, N: 30, K: 4 };
    const [before, after] = [swappedCode(size, 0, 1, 0), swappedCode(size, 50_000, 1, 0)];
    for (const code of [before, after]) {
      expect(new Set(loads(code))).toEqual(new Set([8]));
      for (let f = 0; f < 60; f++) expect(new Set(code.neurons.subarray(f * 4, f * 4 + 4)).size).toBe(4);
    }
    expect(measureOverlaps(after).meanSquare).toBeLessThan(measureOverlaps(before).meanSquare);
    expect(measureOverlaps(after).largest).toBeLessThanOrEqual(2);
  });

  test.each([18, 25, 50])(
    "translates in groups of order %i share at most one neuron, and are symmetric between features",
    (N) => {
      const found = translatedCode({ F: 2 * N, N, K: 3 }, new RandomSequence(3, "assignment"));
      expect(found).not.toBeNull();
      const { code, symmetry } = found!;
      expect(sharesAtMostOne(code)).toBe(true);
      expect(new Set(loads(code))).toEqual(new Set([6]));
      const places = (f: number): number[] =>
        [...code.neurons.subarray(f * 3, f * 3 + 3)].map((n) => symmetry.placeOf[f * N + n]!).sort((a, b) => a - b);
      for (let f = 0; f < 2 * N; f++) {
        expect(new Set(symmetry.placeOf.subarray(f * N, (f + 1) * N)).size).toBe(N);
        expect(places(f)).toEqual(places(symmetry.orbitOf[f]! * N));
      }
    },
  );

  test("a construction with room to spare gives rows with even loads; one without room refuses", () => {
    const load = loads(assignedCode("cyclic", { F: 100, N: 50, K: 5 }, 1));
    expect(Math.max(...load) - Math.min(...load)).toBeLessThanOrEqual(2);
    expect(() => assignedCode("prime-step", { F: 100, N: 50, K: 4 }, 1)).toThrow(
      "F = 100: at most 66 features fit with N = 50, K = 4, code = prime-step.",
    );
  });
});

test("inputs are on with probability p, and uniform in (−1, 1)", () => {
  const { starts, features, values } = drawInputs(20_000, 40, 0.05, 7, 0);
  expect(starts.at(-1)).toBe(features.length);
  const expected = 20_000 * 40 * 0.05;
  expect(Math.abs(features.length - expected)).toBeLessThan(5 * Math.sqrt(expected));
  const counts = new Array<number>(40).fill(0);
  for (const f of features) counts[f]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(5 * Math.sqrt(1000));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
  expect(Math.abs(mean)).toBeLessThan(0.015);
  expect(square).toBeCloseTo(1 / 3, 2);
});

test("with b = 0 and a code without overlaps, every feature is read exactly", () => {
  const code = { T: 4, P: 8, S: 2, neurons: Uint32Array.from([0, 1, 2, 3, 4, 5, 6, 7]) };
  const network: CompressedNetwork = { code, b: 0, c: 1, encoder: null, decoder: null };
  for (const error of errorsAlone(kernels, network)) expect(error).toBeLessThan(1e-10);
});

test("(MᵀM)⁻¹ times MᵀM is 1", () => {
  const code = swappedCode({ F: 24, N: 12, K: 3 }, 1000, 2, 0);
  const inverse = gramInverse(code);
  const has = Array.from({ length: 24 }, (_, f) => new Set(code.neurons.subarray(f * 3, f * 3 + 3)));
  for (let i = 0; i < 12; i++)
    for (let j = 0; j < 12; j++) {
      let sum = 0;
      for (let k = 0; k < 12; k++)
        sum += inverse[i * 12 + k]! * has.filter((neurons) => neurons.has(k) && neurons.has(j)).length;
      expect(sum).toBeCloseTo(Number(i === j), 5);
    }
});

test("the dense and the factored way give the same readouts", () => {
  // With more than 200,000 weights, (MᵀM)⁻¹ and the code are applied one after the other.
  const code = primeSteps({ T: 900, P: 250, S: 3 });
  const factored: CompressedNetwork = { code, b: -0.002, c: 1.5, encoder: null, decoder: null };
  const dense = { ...factored, encoder: encoderOf(factored), decoder: decoderOf(factored) };
  const inputs = drawInputs(3, 900, 0.02, 1, 0);
  const readouts = [factored, dense].map((network) => {
    const all: number[] = [];
    networkReader(kernels, network)(inputs, (r, at) => all.push(...r.subarray(at, at + 900)));
    return all;
  });
  expect(readouts[0]).toHaveLength(3 * 900);
  readouts[0]!.forEach((value, i) => expect(Math.abs(value - readouts[1]![i]!)).toBeLessThan(1e-4));
});

test.each([2, 4, 6, 8])("q = %i: c minimises the loss, and the loss is that of the polynomial", (q) => {
  const code = swappedCode({ F: 20, N: 10, K: 3 }, 1000, 2, 0);
  const inputs = drawInputs(500, 20, 0.1, 3, 0);
  const { c, loss, b } = lossAtBestScale(kernels, code, q, inputs)(-0.1);
  const direct = (scale: number): number => {
    let sum = 0;
    networkReader(kernels, { code, b, c: scale, encoder: null, decoder: null })(inputs, (r, at, sample) => {
      const y = new Float64Array(20);
      for (let j = inputs.starts[sample]!; j < inputs.starts[sample + 1]!; j++)
        y[inputs.features[j]!] = Math.max(0, inputs.values[j]!);
      y.forEach((value, f) => (sum += Math.abs(r[at + f]! - value) ** q));
    });
    return sum / 500 / 20;
  };
  expect(direct(c) / loss).toBeCloseTo(1, 3);
  for (const scale of [0.97 * c, 1.03 * c]) expect(direct(scale)).toBeGreaterThan(loss);
});

test("golden section ends at a minimum", () => {
  const code = swappedCode({ F: 100, N: 50, K: 5 }, 100_000, 2, 0);
  const inputs = drawInputs(1000, 100, 0.02, 3, 0);
  const { b } = fitValues(kernels, code, 4, inputs);
  const at = lossAtBestScale(kernels, code, 4, inputs);
  expect(at(b).loss).toBeLessThan(Math.min(at(b - 0.02).loss, at(b + 0.02).loss));
});

test("naive and zero losses are the published ones", () => {
  expect(naiveLoss(trained, 0.02, 4) / trained.loss).toBeCloseTo(independent.ratios["naive"]!, 0);
  expect(zeroLoss(0.02, 4) / trained.loss).toBeCloseTo(independent.ratios["all 0"]!, 0);
});

test("the classifier's verdicts", () => {
  const good = { coherence: 0.2, featuresPerNeuron: 10, variation: 0.02, overNaive: 0.04 };
  expect(verdictOf(good)).toBe("superposed");
  fc.assert(
    fc.property(
      fc.constantFrom({ coherence: 0.5 }, { variation: 0.15 }, { overNaive: 1 }),
      fc.double({ min: 0, max: 9, noNaN: true }),
      (bad, featuresPerNeuron) => {
        const verdict = verdictOf({ ...good, ...bad, featuresPerNeuron });
        expect(verdict).toBe(featuresPerNeuron < 1.5 ? "dedicated" : "dense");
      },
    ),
  );
});
