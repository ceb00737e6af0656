import fc from "fast-check";
import { unzipSync, zipSync } from "fflate";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { scoresFigure } from "../../src/scoring/figure.js";
import { scoreRows } from "../../src/scoring/score-rows.js";
import { readResult, resultFrom } from "../../src/scoring/result-file.js";
import { areaUnderCurve, bestThreshold, countedF1, ranksOf } from "../../src/scoring/targets.js";
import { trueResult } from "../../src/scoring/true-result.js";
import { trueParts, type TrueParts } from "../../src/scoring/truth.js";
import { loadKernels } from "../../src/kernels/node.js";
import { modelOf, scoreTensors, tensor } from "./models.js";

const model = modelOf();
const { D, T, d } = model.shape;
const truth = trueResult(model, "balanced", () => loadKernels());

function namedTensors(...names: string[]): Map<string, Tensor> {
  return new Map([...truth].filter(([name]) => names.includes(name)));
}

function normals(count: number, seed: number): Float32Array {
  const random = new RandomSequence(seed, "user");
  return Float32Array.from({ length: count }, () => normalPair(random)[0]);
}

/** W_t as a dense matrix, [D][D]. */
function denseTruth(parts: TrueParts, t: number): Float64Array {
  const W = new Float64Array(D * D);
  const { S, P } = parts;
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) {
      for (let n = 0; n < P; n++) {
        const isOwn = parts.writes.subarray(t * S, (t + 1) * S).includes(n);
        const y = (isOwn ? parts.scale : 0) - parts.shift;
        for (let s = t * S; s < (t + 1) * S; s++) {
          W[(i * P + n) * D + j * P + parts.reads[s]!] = parts.matrices[(t * d + i) * d + j]! * y;
        }
      }
    }
  }
  return W;
}

const square = (values: ArrayLike<number>): number => Array.from(values).reduce((sum, value) => sum + value * value, 0);

describe.each(["balanced", "capped", "split"])("the truth of the %s construction scores 1", (construction) => {
  const own = modelOf({ construction });
  const scores = scoreTensors(
    own,
    trueResult(own, construction, () => loadKernels()),
    { construction },
  );

  test("purity, coverage, cosine and AUC are 1 (1e-6)", () => {
    expect(scores.layers.map(({ layer }) => layer)).toEqual([1, 2, 3]);
    for (const { layer, components, dictionary, probe } of scores.layers) {
      for (const score of [dictionary!.maxCosine, dictionary!.matchedCosine!, dictionary!.auc]) {
        expect(score.mean).toBeCloseTo(1, 6);
      }
      expect(dictionary!.recall).toBe(1);
      expect(probe!.auc.mean).toBeCloseTo(1, 6);
      if (layer === 1) expect(probe!.r2.mean).toBeCloseTo(1, 6);
      else {
        expect(components!.purity.mean).toBeCloseTo(1, 6);
        expect(components!.coverage.mean).toBeCloseTo(1, 6);
        expect(components!.circuits).toEqual(Array.from({ length: T }, (_, t) => t));
      }
    }
  });

  const isSum = construction !== "capped";

  test("balanced and split weights are the sum (1e-6), capped has a shared rest; a circuit's components suffice to compute it", () => {
    for (const { components } of scores.layers.slice(1)) {
      if (isSum) expect(components!.faithfulness).toBeLessThan(1e-6);
      else expect(components!.faithfulness).toBeGreaterThan(0.5);
    }
    const { full, kept, random, components } = scores.behaviour!;
    expect(components).toBe(1);
    expect(kept.mean!).toBeLessThanOrEqual(full.mean!);
    if (isSum) expect(kept.mean!).toBeLessThan(1e-6);
    expect(random.mean!).toBeGreaterThan(0.4);
  });
});

test("the figure has a dot and a number for every score that is drawn, the same bytes each time", () => {
  const scores = scoreTensors(model, truth, { samples: 50 });
  const draw = (): string =>
    svgText(scoresFigure(scores, { document: createDocument(), id: "scores", command: "superpose score" }).svg);
  const svg = draw();
  expect(svg).toContain(">Purity in layer 3: 1 (1 is best)</text>");
  const drawn = scoreRows(scores).filter(({ score, mean }) => mean !== null && score !== "share of any circuit");
  expect(svg.match(/<circle /g)).toHaveLength(drawn.length);
  expect(draw()).toBe(svg);
  expect(() =>
    scoresFigure({ layers: [], behaviour: null }, { document: createDocument(), id: "a", command: "" }),
  ).toThrow("scores: at least one score is needed");
});

describe("components", () => {
  const parts = trueParts(model, "balanced", 2);

  test("W is the sum of the dense W_t, and the scores are those of dense matrices (1e-5)", () => {
    const wanted = model.weights[1]!;
    const all = Array.from({ length: T }, (_, t) => denseTruth(parts, t));
    const sum = new Float64Array(D * D);
    for (const W of all) W.forEach((value, at) => (sum[at]! += value));
    expect(square(sum.map((value, at) => value - wanted[at]!)) / square(wanted)).toBeLessThan(1e-12);
    const [C, r] = [3, 2];
    const U = normals(C * D * r, 1);
    const V = normals(C * r * D, 2);
    // Components with noise added, so that coverage is neither 0 nor 1.
    const both = new Map([
      [
        "layers.2.U",
        tensor(
          [C, D, r],
          U.map((value) => value / 60),
        ),
      ],
      [
        "layers.2.V",
        tensor(
          [C, r, D],
          V.map((value) => value / 60),
        ),
      ],
    ]);
    const { components } = scoreTensors(model, both).layers[0]!;
    const rest = Float64Array.from(wanted);
    for (let c = 0; c < C; c++) {
      const M = new Float64Array(D * D);
      for (let n = 0; n < D; n++) {
        for (let m = 0; m < D; m++) {
          for (let k = 0; k < r; k++) M[n * D + m]! += (U[(c * D + n) * r + k]! * V[(c * r + k) * D + m]!) / 3600;
        }
      }
      M.forEach((value, at) => (rest[at]! -= value));
      const shares = all.map((W, t) => {
        const y = Array.from(
          { length: parts.P },
          (_, n) => (parts.writes.subarray(t * 4, t * 4 + 4).includes(n) ? parts.scale : 0) - parts.shift,
        );
        let energy = 0;
        for (let i = 0; i < d; i++) {
          for (let j = 0; j < d; j++) {
            let core = 0;
            for (let n = 0; n < parts.P; n++) {
              for (let s = t * 4; s < t * 4 + 4; s++)
                core += y[n]! * M[(i * parts.P + n) * D + j * parts.P + parts.reads[s]!]!;
            }
            energy += core * core;
          }
        }
        expect(square(W)).toBeCloseTo(parts.energies[t]!, 6);
        return energy / square(y) / 4 / square(M);
      });
      expect(components!.purities[c]).toBeCloseTo(Math.max(...shares), 5);
    }
    expect(components!.faithfulness).toBeCloseTo(square(rest) / square(wanted), 5);
  });

  test.each([
    ["balanced", 4],
    // A rotation's columns span three dimensions, because the two columns of the On-indicator are each other's
    // negatives.
    ["split", 3],
  ] as const)("noise has the share rank·d/D² of any circuit, within 3 standard errors: %s", (construction, rank) => {
    const C = 200;
    const noise = new Map([
      ["layers.2.U", tensor([C, D, 1], normals(C * D, 3))],
      ["layers.2.V", tensor([C, 1, D], normals(C * D, 4))],
    ]);
    const own = construction === "balanced" ? model : modelOf({ construction });
    const { meanShare, chanceShare, coverage } = scoreTensors(own, noise, { construction, samples: 4 }).layers[0]!
      .components!;
    expect(chanceShare).toBeCloseTo((rank * d) / D ** 2, 12);
    expect(Math.abs(meanShare.mean! - chanceShare)).toBeLessThan((3 / 1.96) * meanShare.plusMinus!);
    expect(coverage.mean).toBe(0);
  });

  test("a mixture W_t + a·W_u: purity 1/(1 + a²E_u/E_t), coverage 1 − a²E_u/E_t of t and 0 of u, as docs/scoring.md works out", () => {
    const capped = modelOf({ construction: "capped" });
    const own = trueParts(capped, "capped", 2);
    const { S, writes, reads, energies } = own;
    const isApart = (t: number, u: number, of: Uint32Array): boolean =>
      of.subarray(t * S, (t + 1) * S).every((n) => !of.subarray(u * S, (u + 1) * S).includes(n));
    const truth = trueResult(capped, "capped", () => loadKernels());
    const [U, V] = [truth.get("layers.2.U")!, truth.get("layers.2.V")!];
    const r = U.shape[2]!;
    let compared = 0;
    for (let u = 1; u < T; u++) {
      if (!isApart(0, u, writes) || !isApart(0, u, reads)) continue;
      const a = 0.5;
      const mixed = new Float32Array(D * 2 * r);
      for (let n = 0; n < D; n++) {
        for (let k = 0; k < r; k++) {
          mixed[n * 2 * r + k] = Number(U.data[n * r + k]);
          mixed[n * 2 * r + r + k] = a * Number(U.data[(u * D + n) * r + k]);
        }
      }
      const reading = [0, u].flatMap((t) => Array.from(V.data.subarray(t * r * D, (t + 1) * r * D) as Float32Array));
      const { components } = scoreTensors(capped, new Map([["layers.2.U", tensor([1, D, 2 * r], mixed)], ["layers.2.V", tensor([1, 2 * r, D], reading)]]), { construction: "capped", samples: 4 }).layers[0]!; // prettier-ignore
      const ratio = (a * a * energies[u]!) / energies[0]!;
      expect(components!.purities[0]).toBeCloseTo(Math.max(1, ratio) / (1 + ratio), 5);
      expect(components!.coverages[0]).toBeCloseTo(Math.max(0, 1 - ratio), 5);
      expect(components!.coverages[u]).toBe(0);
      compared++;
    }
    expect(compared).toBeGreaterThan(0);
  });

  test("order, a factor moved from U to V, and cutting into pieces of rank 1 do not change coverage and faithfulness", () => {
    const [U, V] = [truth.get("layers.2.U")!, truth.get("layers.2.V")!];
    const r = U.shape[2]!;
    const property = fc.property(
      fc.shuffledSubarray([...Array(T).keys()], { minLength: T }),
      fc.double({ min: 0.25, max: 4, noNaN: true }),
      (order, factor) => {
        const C = T * r;
        const cut = { U: new Float32Array(C * D), V: new Float32Array(C * D) };
        order.forEach((t, at) => {
          for (let k = 0; k < r; k++) {
            for (let n = 0; n < D; n++) {
              cut.U[(at * r + k) * D + n] = factor * Number(U.data[(t * D + n) * r + k]);
              cut.V[(at * r + k) * D + n] = Number(V.data[(t * r + k) * D + n]) / factor;
            }
          }
        });
        const { components } = scoreTensors(model, new Map([["layers.2.U", tensor([C, D, 1], cut.U)], ["layers.2.V", tensor([C, 1, D], cut.V)]]), { samples: 4 }).layers[0]!; // prettier-ignore
        expect(components!.coverage.mean).toBeCloseTo(1, 5);
        expect(components!.faithfulness).toBeLessThan(1e-6);
        expect(components!.weightedPurity).toBeCloseTo(1, 5);
      },
    );
    fc.assert(property, { numRuns: 5 });
  });
});

describe("dictionaries", () => {
  test("noise has the mean max cosine of independent directions, within 3 standard errors", () => {
    const F = 50;
    const noise = new Map([["layers.2.decoder", tensor([F, D], normals(F * D, 5))]]);
    const { maxCosine } = scoreTensors(model, noise, { samples: 100 }).layers[0]!.dictionary!;
    // |cosine| has density ∝ (1 − x²)^((D−3)/2), so the mean of the largest of F is ∫ 1 − P(|cosine| < x)^F dx.
    const steps = 20_000;
    const density = Float64Array.from({ length: steps }, (_, k) => (1 - ((k + 0.5) / steps) ** 2) ** ((D - 3) / 2));
    const total = density.reduce((sum, value) => sum + value, 0);
    let [below, chance] = [0, 0];
    for (const value of density) {
      below += value / total;
      chance += (1 - below ** F) / steps;
    }
    expect(Math.abs(maxCosine.mean! - chance)).toBeLessThan((3 / 1.96) * maxCosine.plusMinus!);
  });

  test("scale, sign and order of latents change nothing", () => {
    const decoder = truth.get("layers.3.decoder")!;
    const [F] = decoder.shape as [number];
    const turned = new Float32Array(F * D);
    for (let f = 0; f < F; f++) {
      for (let n = 0; n < D; n++) turned[(F - 1 - f) * D + n] = (f % 2 ? -0.5 : 3) * Number(decoder.data[f * D + n]);
    }
    const [a, b] = [namedTensors("layers.3.decoder"), new Map([["layers.3.decoder", tensor([F, D], turned)]])].map(
      (tensors) => scoreTensors(model, tensors).layers[0]!.dictionary!,
    );
    expect(b!.maxCosine.mean).toBeCloseTo(a!.maxCosine.mean!, 6);
    expect(b!.auc.mean).toBeCloseTo(a!.auc.mean!, 6);
    expect(b!.r2.mean).toBeCloseTo(a!.r2.mean!, 6);
  });

  test.each([
    ["an encoder", "layers.2.encoder"],
    ["a bias alone", "layers.2.bias"],
  ])("with %s latents are ReLU(encoder·A + bias): a bias that shuts them all leaves AUC ½", (_, beside) => {
    const decoder = truth.get("layers.2.decoder")!;
    const [F] = decoder.shape as [number];
    const shut = new Map([
      ["layers.2.decoder", decoder],
      [beside, decoder],
      ["layers.2.bias", tensor([F], new Float32Array(F).fill(-1e6))],
    ]);
    const { auc, maxCosine } = scoreTensors(model, shut).layers[0]!.dictionary!;
    expect(auc.mean).toBe(0.5);
    expect(maxCosine.mean).toBeCloseTo(1, 6);
  });
});

test("AUC is the share of pairs in order, ties half; chance ½ within 3 standard errors", () => {
  const values = Float32Array.of(-2, 0, -0, 3, 1e-40);
  expect([...ranksOf(values)]).toEqual([1, 2.5, 2.5, 5, 4]);
  expect(areaUnderCurve(ranksOf(values), Uint32Array.of(1, 3))).toBeCloseTo((1 + 0.5 + 0 + 3) / 6, 12);
  const [n, on] = [4000, 40];
  const area = areaUnderCurve(
    ranksOf(normals(n, 6)),
    Uint32Array.from({ length: on }, (_, k) => 7 * k),
  );
  expect(Math.abs(area - 0.5)).toBeLessThan(3 * Math.sqrt((n + 1) / (12 * on * (n - on))));
});

test("F1 at the best threshold, computed by hand", () => {
  const values = Float32Array.of(5, 4, 3, 2, 1);
  const on = Uint32Array.of(0, 2);
  // Of the three values above 2.5, two belong to samples in which the circuit is on; no other value does.
  expect(bestThreshold(values, on)).toBe(2.5);
  expect(countedF1(values, on, 2.5)(new Uint8Array(5).fill(1))).toBeCloseTo((2 * 2) / (3 + 2), 12);
});

describe("reports in one line what does not fit", () => {
  const data = (count: number): Float32Array => new Float32Array(count).fill(1);
  test.each<[string, [string, Tensor][], string]>([
    ["nothing known", [["W", tensor([1], [1])]], 'nothing to score. It has "W".'],
    ["a layer with a zero before it", [["layers.02.decoder", tensor([1, D], data(D))]], "nothing to score. It has"],
    [
      "another D",
      [["layers.2.decoder", tensor([3, 60], data(180))]],
      "tensor layers.2.decoder: shape [3, 60] must be [F, 120].",
    ],
    [
      "another rank",
      [
        ["layers.2.U", tensor([1, D, 2], data(2 * D))],
        ["layers.2.V", tensor([1, 3, D], data(3 * D))],
      ],
      "must be [1, 2, 120]",
    ],
    ["U alone", [["layers.2.U", tensor([1, D, 1], data(D))]], "layers.2.V is missing; the file has layers.2.U"],
    ["V alone", [["layers.2.V", tensor([1, 1, D], data(D))]], "layers.2.U is missing; the file has layers.2.V"],
    ["a bias alone", [["layers.2.bias", tensor([1], [1])]], "layers.2.decoder is missing; the file has layers.2.bias"],
    ["layer 1 of components", [["layers.1.U", tensor([1, D, 1], data(D))]], "layers 2 to 3"],
    ["layer 9", [["layers.9.decoder", tensor([1, D], data(D))]], "layers 1 to 3"],
    ["no components", [["layers.2.decoder", tensor([0, D], data(0))]], "shape [0, 120]"],
    ["NaN", [["layers.2.decoder", tensor([1, D], data(D).fill(NaN, 7, 8))]], "the value at index 7 is NaN"],
    ["an overflow", [["layers.2.decoder", tensor([1, D], data(D).fill(1e30))]], "within ±1000000000"],
    [
      "a probe of too few circuits",
      [["layers.2.probe", tensor([T - 1, 4, D], data((T - 1) * 4 * D))]],
      "must be [24, 4, 120]",
    ],
  ])("%s", (_, tensors, message) => {
    for (const bytes of [writeSafetensors(new Map(tensors)), writeNpz(new Map(tensors))]) {
      expect(() => readResult(bytes, model)).toThrow(InputError);
      expect(() => readResult(bytes, model)).toThrow(message);
    }
  });

  test("other tensors are listed and ignored in both formats", () => {
    const tensors = new Map([...namedTensors("layers.2.decoder"), ["step", tensor([1], [7])] as const]);
    for (const bytes of [writeSafetensors(tensors), writeNpz(tensors)]) {
      expect(readResult(bytes, model).ignored).toEqual(["step"]);
    }
    expect(resultFrom(tensors, model).dictionaries.size).toBe(1);
    // NumPy's string and object arrays are not read either, because their types are unknown here.
    const withObjects = zipSync({ ...unzipSync(writeNpz(tensors)), "names.npy": Uint8Array.of(1) });
    expect(readResult(withObjects, model).ignored).toEqual(["step", "names"]);
  });
});
