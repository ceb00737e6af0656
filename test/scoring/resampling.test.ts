import { expect, test } from "vitest";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { mean } from "../../src/results/statistics.js";
import { drawResamples, resampledMean, RESAMPLES } from "../../src/scoring/resampling.js";
import { areaUnderCurve, countedArea, countedF1, countedFit, ranksOf } from "../../src/scoring/targets.js";

const [n, ON] = [100, 30];
const on = Uint32Array.from({ length: ON }, (_, k) => k);
const isOn = (sample: number): boolean => sample < ON;

/**
 * A latent that is `shift` higher where the circuit is on, with normal noise of standard deviation 1. Its AUC over all
 * samples is Φ(shift/√2).
 */
function noisyLatent(seed: number, shift: number): Float32Array {
  const random = new RandomSequence(seed, "user");
  return Float32Array.from({ length: n }, (_, sample) => normalPair(random)[0] + (isOn(sample) ? shift : 0));
}

function intervalOf(values: Float32Array, seed: number, circuits = 1) {
  const auc = resampledMean(drawResamples(n, seed));
  for (let t = 0; t < circuits; t++) auc.add(countedArea(values, on));
  return auc.summarize();
}

test("AUC of noise has the standard error √((n + 1)/(12·n_on·n_off)), 5% on average", () => {
  const errors = Array.from({ length: 40 }, (_, seed) => intervalOf(noisyLatent(seed, 0), seed).plusMinus! / 1.96);
  expect(mean(errors) / Math.sqrt((n + 1) / (12 * ON * (n - ON)))).toBeCloseTo(1, 1);
});

test("the interval contains the AUC of infinitely many samples in 95% of test sets, within 3 standard errors", () => {
  const sets = 200;
  const shift = 1;
  const area = 0.7602499; // Φ(1/√2)
  let held = 0;
  for (let seed = 0; seed < sets; seed++) {
    const { mean: own, plusMinus } = intervalOf(noisyLatent(seed, shift), seed);
    if (Math.abs(own! - area) <= plusMinus!) held++;
  }
  expect(Math.abs(held / sets - 0.95)).toBeLessThan(3 * Math.sqrt((0.95 * 0.05) / sets));
});

test("circuits that share their samples do not narrow the interval; a seed gives the same bits", () => {
  const values = noisyLatent(1, 0.5);
  const [one, three] = [intervalOf(values, 9), intervalOf(values, 9, 3)];
  expect(three.mean).toBeCloseTo(one.mean!, 12);
  expect(three.plusMinus).toBeCloseTo(one.plusMinus!, 12);
  expect([three.count, three.sdBetweenCircuits]).toEqual([3, expect.closeTo(0, 12)]);
  expect(intervalOf(values, 9)).toEqual(one);
  expect(intervalOf(values, 10).plusMinus).not.toBe(one.plusMinus);
});

test("every resample has as many samples", () => {
  const resamples = drawResamples(n, 4);
  expect(resamples).toHaveLength(RESAMPLES);
  for (const counts of resamples) expect(counts.reduce((sum, count) => sum + count, 0)).toBe(n);
});

test("a sample that counts twice equals one that occurs twice: AUC with ties, F1, R²", () => {
  const values = Float32Array.of(5, 4, 4, 2, 1, 4);
  const own = Uint32Array.of(0, 2, 4);
  const counts = Uint8Array.of(1, 1, 2, 0, 1, 1);
  const places = Array.from(counts).flatMap((count, sample) => new Array<number>(count).fill(sample));
  const repeated = Float32Array.from(places, (sample) => values[sample]!);
  const repeatedOn = Uint32Array.from([...places.keys()].filter((place) => own.includes(places[place]!)));
  const once = new Uint8Array(places.length).fill(1);
  expect(countedArea(values, own)(counts)).toBe(areaUnderCurve(ranksOf(repeated), repeatedOn));
  expect(countedF1(values, own, 3)(counts)).toBe(countedF1(repeated, repeatedOn, 3)(once));
  const seen: number[][] = [];
  const fit = countedFit(own, Float64Array.of(1, 2, 3), Float64Array.of(4, 6, 8), (given, wanted) => {
    seen.push([...given], [...wanted]);
    return 0.5;
  });
  expect(fit(counts)).toBe(0.5);
  expect(seen).toEqual([
    [1, 2, 2, 3],
    [4, 6, 6, 8],
  ]);
});

test("resamples without a score are left out", () => {
  const own = Uint32Array.of(0, 1);
  const values = Float32Array.of(3, 1, 2);
  expect(countedArea(values, own)(Uint8Array.of(0, 0, 3))).toBeNull();
  expect(countedArea(values, own)(Uint8Array.of(1, 2, 0))).toBeNull();
  expect(countedF1(values, own, 1)(Uint8Array.of(0, 0, 3))).toBeNull();
  const fit = countedFit(own, Float64Array.of(1, 2), Float64Array.of(1, 2), () => 1);
  expect(fit(Uint8Array.of(2, 0, 1))).toBeNull();
  expect(fit(Uint8Array.of(1, 1, 1))).toBe(1);
});
