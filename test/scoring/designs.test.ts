import { Matrix, QrDecomposition } from "ml-matrix";
import { describe, expect, test } from "vitest";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { importToScore } from "../../src/exchange/multi-part-model.js";
import { multiPartTensors } from "../../src/exchange/multi-part-tensors.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { loadKernels } from "../../src/kernels/node.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { fitBaseline } from "../../src/scoring/baselines/baseline.js";
import { directionsAt } from "../../src/scoring/directions.js";
import { resultFrom } from "../../src/scoring/result-file.js";
import { layersOf, type ScoredNetwork } from "../../src/scoring/scored-network.js";
import { scoreResult, type Scores } from "../../src/scoring/score.js";
import { trueResult } from "../../src/scoring/true-result.js";
import { tensor } from "./models.js";

function networkOf(fields: object): ScoredNetwork {
  const built = buildMultiPartNetwork(parseSpec({ seed: 3, ...fields }), 0);
  const readouts = JSON.stringify(built.circuits.readouts.map(({ name }) => name));
  const imported = importToScore(writeSafetensors(multiPartTensors(built, 1e9), { readouts }));
  if (!("network" in imported)) throw new Error("A network of several parts was expected.");
  return { ...imported.network, owned: imported.owned };
}

function scoresOf(network: ScoredNetwork, tensors: ReadonlyMap<string, Tensor>, samples = 300): Scores {
  const settings = { construction: "design", samples, z: 1, seed: 3 };
  return scoreResult(network, resultFrom(tensors, network), settings, () => loadKernels());
}

const columns = networkOf({ design: "columns", D: 140, T: 10, L: 3 });
// The steps of this network end after layers 5, 6 and 10.
const switched = networkOf({ design: "switched", D: 224, T: 8, L: 3 });

describe.each([
  ["columns", columns, [1, 2, 3]],
  ["switched", switched, [5, 6, 10]],
  // Most gates have no readout that says whether they are on.
  ["general", networkOf({ design: "general", D: 300, T: 12, L: 2, circuits: "gates" }), [1, 2]],
] as const)("%s", (_, network, steps) => {
  const truth = trueResult(network, "design", () => loadKernels());

  test("the truth scores 1 after every step (1e-9)", () => {
    const { layers, behaviour } = scoresOf(network, truth);
    expect(layers.map(({ layer }) => layer)).toEqual(steps);
    for (const { layer, components, dictionary, probe } of layers) {
      expect(components === null).toBe(layer === 1);
      for (const score of components === null ? [] : [components.purity, components.coverage]) {
        expect(score.mean).toBeCloseTo(1, 9);
        expect(score.count).toBe(network.circuits.T);
        // The weights that no circuit owns (copies and gates) remain as error.
        expect(components!.faithfulness).toBeGreaterThan(0.5);
        expect(components!.faithfulness).toBeLessThan(1);
      }
      const { maxCosine, matchedCosine, recall, auc, f1, r2 } = dictionary!;
      for (const { mean } of [maxCosine, matchedCosine!, auc, f1, r2, probe!.auc, probe!.r2])
        expect(mean).toBeCloseTo(1, 9);
      expect(recall).toBe(1);
      expect(auc.count).toBeGreaterThan(0.8 * network.circuits.T);
    }
    expect(behaviour!.full.mean).toBeLessThan(1e-9);
    expect(behaviour!.kept.mean).toBeLessThan(1e-9);
    expect(behaviour!.random.mean).toBeGreaterThan(0.4);
  });

  test("noise is at chance: the AUC of its probes is ½ within 3 standard errors, no direction is recalled", () => {
    const [layer, name] = [steps[1], `layers.${steps[1]}`];
    const random = new RandomSequence(7, "user");
    const noise = [`${name}.decoder`, `${name}.probe`].map((of) => {
      const { shape, data } = truth.get(of)!;
      return [
        of,
        tensor(
          shape,
          Float32Array.from({ length: data.length }, () => normalPair(random)[0]),
        ),
      ] as const;
    });
    const [scores] = scoresOf(network, new Map(noise)).layers;
    expect(scores!.layer).toBe(layer);
    expect(scores!.dictionary!.recall).toBe(0);
    expect(scores!.dictionary!.matchedCosine!.mean).toBeLessThan(0.4);
    // The AUC of a single random direction can be anything from 0 to 1.
    const { mean, sdBetweenCircuits, count } = scores!.probe!.auc;
    expect(Math.abs(mean! - 0.5)).toBeLessThan((3 * sdBetweenCircuits!) / Math.sqrt(count));
  });
});

test("cells that circuits share are one direction", () => {
  const grid = networkOf({ design: "grid", D: 170, T: 60, L: 3 });
  // There are 60 indicators, and the first column has 20 cells with two coordinates each.
  const cells = new Set(Array.from({ length: 60 }, (_, t) => t % 20));
  expect(directionsAt(grid, 1).length).toBe(60 + 2 * cells.size);
});

test("scores of components are those of dense matrices (1e-4), and noise scores at chance", () => {
  const D = layersOf(columns).D;
  const random = new RandomSequence(8, "user");
  const draw = (count: number): Float32Array => Float32Array.from({ length: count }, () => normalPair(random)[0]);
  const [C, r] = [40, 2];
  const [U, V] = [draw(C * D * r), draw(C * r * D)];
  const noise = new Map([["layers.2.U", tensor([C, D, r], U)], ["layers.2.V", tensor([C, r, D], V)]]); // prettier-ignore
  const { purities, meanShare, chanceShare, coverage } = scoresOf(columns, noise, 4).layers[0]!.components!;
  expect(Math.abs(meanShare.mean! - chanceShare)).toBeLessThan((3 / 1.96) * meanShare.plusMinus!);
  expect(coverage.mean).toBe(0);
  // The truth's U_t and V_t span the columns and the rows of W_t.
  const truth = trueResult(columns, "design", () => loadKernels(), [2]);
  const [own, other] = ["U", "V"].map((side) => Array.from(truth.get(`layers.2.${side}`)!.data as Float32Array));
  const M = Matrix.from1DArray(D, r, Array.from(U.subarray(0, D * r))).mmul(Matrix.from1DArray(r, D, Array.from(V.subarray(0, r * D)))); // prettier-ignore
  const rank = truth.get("layers.2.U")!.shape[2]!;
  const shares = Array.from({ length: 10 }, (_, t) => {
    const left = new QrDecomposition(Matrix.from1DArray(D, rank, own!.slice(t * D * rank, (t + 1) * D * rank)));
    const right = new QrDecomposition(Matrix.from1DArray(rank, D, other!.slice(t * D * rank, (t + 1) * D * rank)).transpose()); // prettier-ignore
    const core = left.orthogonalMatrix.transpose().mmul(M).mmul(right.orthogonalMatrix);
    return (core.norm("frobenius") / M.norm("frobenius")) ** 2;
  });
  expect(purities[0]! / Math.max(...shares)).toBeCloseTo(1, 4);
});

test.each(["random", "svd", "neurons", "pca", "linear-probe"] as const)(
  "%s is fitted to the requested layers, and scored",
  (method) => {
    const settings = { construction: "design", samples: 200, z: 1, seed: 3, methodSeed: 1, layers: [2] };
    const found = fitBaseline(columns, { method, ...settings }, () => loadKernels());
    const [{ layer, components, dictionary, probe }] = scoresOf(columns, found, 200).layers as [
      Scores["layers"][number],
    ];
    expect(layer).toBe(2);
    if (method === "svd" || method === "neurons") expect(components!.faithfulness).toBeLessThan(1e-6);
    if (method !== "svd") expect((dictionary?.auc ?? probe!.auc).mean).toBeGreaterThan(0.8);
  },
);

test("reports in one line what is not scored", () => {
  const row = (network: ScoredNetwork) =>
    tensor([1, layersOf(network).D], new Float32Array(layersOf(network).D).fill(1));
  expect(() => resultFrom(new Map([["layers.7.decoder", row(switched)]]), switched)).toThrow(
    "tensor layers.7.decoder: circuits do not complete a step at layer 7 of 10; they do at layers 5, 6, 10.",
  );
  expect(() => resultFrom(new Map([["layers.11.decoder", row(switched)]]), switched)).toThrow("layers 1 to 10");
  // The layers between steps remove errors; their weights serve groups of cells.
  expect(() => resultFrom(new Map([["layers.7.U", row(switched)]]), switched)).toThrow(
    "tensor layers.7.U: no circuit owns weights of layer 7; circuits own weights of layers 5, 6, 10.",
  );
  const settings = { construction: "design", samples: 50, z: 1, seed: 3, methodSeed: 1 };
  const fit = (more: object) => (): unknown =>
    fitBaseline(switched, { method: "pca", ...settings, ...more }, () => loadKernels());
  expect(fit({ layers: [7] })).toThrow("layers = 7: must be layers at which circuits complete a step (5, 6, 10) or in which they own weights (5, 6, 10)."); // prettier-ignore
});
