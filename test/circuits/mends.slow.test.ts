import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkCircuits } from "../../src/circuits/check/check.js";
import { applyReadout, runAlone, type Circuits } from "../../src/circuits/circuits.js";
import { applyMend, largestActivations, neededMend } from "../../src/circuits/mends/advised.js";
import { wrapWithIndicator } from "../../src/circuits/mends/indicator.js";
import { followedBy, type Mended } from "../../src/circuits/mends/mended.js";
import { rescaleBiases } from "../../src/circuits/mends/rescale.js";
import { splitSigns } from "../../src/circuits/mends/split.js";
import { extendDepth, runRawAlone, toCircuits, toRaw, type RawCircuits } from "../../src/circuits/raw.js";
import { trainedCircuits, trainedFunctions, trainedMlps } from "../../src/circuits/trained.js";
import { randomInput, randomRaw, rawPlans } from "./random-raw.js";

/**
 * The largest deviation of the activations recovered from the mended circuits, relative to the original activations
 * where these exceed 1.
 */
function deviation(raw: RawCircuits, { circuits, input, recover }: Mended<Circuits>, seed: number): number {
  let largest = 0;
  for (let t = 0; t < raw.T; t++) {
    const a0 = randomInput(raw, seed + t);
    const wanted = runRawAlone(raw, t, a0);
    runAlone(circuits, t, input(a0)).forEach((a, layer) => {
      const recovered = recover(layer, t, a);
      expect(recovered).toHaveLength(raw.d);
      recovered.forEach((value, i) => {
        const want = wanted[layer]![i]!;
        largest = Math.max(largest, Math.abs(value - want) / Math.max(1, Math.abs(want)));
      });
    });
  }
  return largest;
}

const holds = (circuits: Circuits | RawCircuits, assumption: number): boolean | null =>
  checkCircuits(circuits).find((finding) => finding.assumption === assumption)!.holds;

describe("rescaleBiases leaves active circuits as they are (1e-9) and makes biases agree at no cost", () => {
  test("random circuits whose biases agree in sign", () => {
    fc.assert(
      fc.property(rawPlans("negative", "positive"), (plan) => {
        const raw = randomRaw(plan);
        const mended = rescaleBiases(raw);
        expect(mended.added).toBe(0);
        expect(mended.circuits.d).toBe(raw.d);
        expect(holds(mended.circuits, 4)).toBe(true);
        expect(deviation(raw, mended, plan.seed)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  test("biases of different signs are refused, by layer, component and circuits", () => {
    const raw = randomRaw({ d: 2, T: 3, L: 2, seed: 1, signs: "negative" });
    raw.biases[1]![2 * 2 + 1] = 0.25;
    expect(() => rescaleBiases(raw)).toThrow(
      /layer 2, component 1: circuit 0 has bias -.* and circuit 2 has bias 0.25: .*mend with "split"/,
    );
  });
});

describe("splitSigns, then rescaleBiases, leaves active circuits as they are (1e-9)", () => {
  test("random circuits with biases of both signs: d grows at most 2×", () => {
    fc.assert(
      fc.property(rawPlans("mixed", "negative", "positive"), (plan) => {
        const raw = randomRaw(plan);
        const mended = followedBy(splitSigns(raw), rescaleBiases);
        expect(mended.circuits.d).toBeLessThanOrEqual(2 * raw.d);
        expect(mended.added).toBe(mended.circuits.d - raw.d);
        expect(holds(mended.circuits, 4)).toBe(true);
        expect(deviation(raw, mended, plan.seed)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  test("with exact zeros as well: at most 3×", () => {
    fc.assert(
      fc.property(rawPlans("mixed and zero"), (plan) => {
        const raw = randomRaw(plan);
        const mended = followedBy(splitSigns(raw), rescaleBiases);
        expect(mended.circuits.d).toBeLessThanOrEqual(3 * raw.d);
        expect(holds(mended.circuits, 4)).toBe(true);
        expect(deviation(raw, mended, plan.seed)).toBeLessThan(1e-9);
      }),
      { numRuns: 100 },
    );
  });

  test("biases of one sign cost nothing", () => {
    expect(splitSigns(randomRaw({ d: 4, T: 5, L: 3, seed: 2, signs: "negative" })).added).toBe(0);
  });
});

describe("wrapWithIndicator leaves active circuits as they are (1e-9), whatever their biases", () => {
  const bound = 4;

  test("random circuits: assumptions 2, 3 and 4 hold, for two neurons", () => {
    fc.assert(
      fc.property(rawPlans("mixed and zero", "mixed", "positive", "negative"), (plan) => {
        const raw = randomRaw(plan);
        const mended = wrapWithIndicator(raw, { bound });
        expect(mended.added).toBe(2);
        expect(mended.circuits.d).toBe(raw.d + 2);
        for (const assumption of [2, 3, 4]) expect(holds(mended.circuits, assumption)).toBe(true);
        expect(deviation(raw, mended, plan.seed)).toBeLessThan(1e-9);
        const readout = mended.circuits.readouts.find(({ name }) => name === "y")!;
        const a0 = randomInput(raw, plan.seed);
        const wanted = applyReadout(raw.readouts[0]!, runRawAlone(raw, 0, a0).at(-1)!)[0]!;
        expect(applyReadout(readout, runAlone(mended.circuits, 0, mended.input(a0)).at(-1)!)[0]).toBeCloseTo(wanted, 9);
      }),
      { numRuns: 100 },
    );
  });

  test("errors within the tolerance leave an inactive circuit at exactly 0, in any combination of signs", () => {
    fc.assert(
      fc.property(
        rawPlans("mixed and zero"),
        fc.double({ min: 0.05, max: 0.45, noNaN: true }),
        fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 7, maxLength: 7 }),
        (plan, tolerance, errors) => {
          const raw = randomRaw(plan);
          const ramp = { low: 0.5, high: 0.75 };
          const { circuits } = wrapWithIndicator(raw, { bound, tolerance, ramp });
          // Errors of up to τ·bound on every component and up to τ on alpha, slightly reduced so that rounding at the
          // edge does not count.
          const noise = [(1 - 1e-9) * tolerance * errors[6]!, 0];
          for (let i = 0; i < raw.d; i++) noise.push((1 - 1e-9) * tolerance * bound * errors[i]!);
          for (let t = 0; t < raw.T; t++) {
            for (const a of runAlone(circuits, t, noise).slice(1))
              expect(Array.from(a).every((v) => v === 0)).toBe(true);
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test("a bound that does not fit, and a tolerance outside 0…1, are refused", () => {
    const raw = randomRaw({ d: 2, T: 2, L: 2, seed: 1, signs: "mixed" });
    expect(() => wrapWithIndicator(raw, { bound: [[1, 1]] })).toThrow("must be a number or have 2 layers");
    expect(() => wrapWithIndicator(raw, { bound: -1 })).toThrow("bound = -1: must be a finite number of at least 0.");
    expect(() => wrapWithIndicator(raw, { bound: 1, tolerance: 1 })).toThrow(
      "tolerance = 1: must be above 0 and at most 0.25, where the ramp begins.",
    );
  });
});

describe("the recommended mend", () => {
  test.each([
    ["negative", "rescale"],
    ["mixed", "indicator"],
    ["positive", "indicator"],
    ["mixed and zero", "indicator"],
  ] as const)("%s biases: %s, after which assumptions 2 to 4 hold", (signs, mend) => {
    const raw = randomRaw({ d: 3, T: 6, L: 3, seed: 4, signs });
    expect(neededMend(raw)).toBe(mend);
    const { circuits } = applyMend(raw, mend);
    for (const assumption of [2, 3, 4]) expect(holds(circuits, assumption)).toBe(true);
    expect(neededMend(toRaw(circuits))).toBeNull();
  });

  test("largestActivations bounds all activations that it has seen", () => {
    const raw = randomRaw({ d: 3, T: 4, L: 3, seed: 9, signs: "mixed" });
    const largest = largestActivations(raw);
    expect(largest[0]!.every((value) => value > 1.5 && value <= 2)).toBe(true);
    expect(largest).toHaveLength(4);
  });
});

describe("raw circuits", () => {
  test("conversion and back: shared biases are kept, and different ones are named", () => {
    const raw = randomRaw({ d: 2, T: 3, L: 2, seed: 1, signs: "negative" });
    expect(() => toCircuits(raw)).toThrow(/layer 1, component 0: circuit 1 has bias .*Mend with "rescale"/);
    const { circuits } = rescaleBiases(raw);
    const again = toCircuits(toRaw(circuits));
    expect(again.bias).toEqual(circuits.bias);
    for (let k = 0; k < 2; k++)
      again.delta[k]!.forEach((value, at) => expect(value).toBeCloseTo(circuits.delta[k]![at]!, 12));
  });

  test("additional layers pass the result on unchanged", () => {
    const raw = randomRaw({ d: 3, T: 2, L: 2, seed: 6, signs: "mixed" });
    const deep = extendDepth(raw, 5);
    const a0 = randomInput(raw, 1);
    const wanted = runRawAlone(raw, 1, a0);
    expect(runRawAlone(deep, 1, a0)).toEqual([...wanted, wanted[2], wanted[2], wanted[2]]);
    expect(() => extendDepth(raw, 1)).toThrow("L = 1: must be at least 2, the number of layers");
  });
});

describe("trained MLPs", () => {
  const functions = Object.values(trainedFunctions);
  const points = Array.from({ length: 101 }, (_, k) => k / 100);

  test("approximate their functions: root mean square error below 0.06, below 0.03 on average", () => {
    const errors = functions.map((wanted, t) => {
      const squares = points.map((x) => (runRawAlone(trainedMlps(), t, [x, 0, 0, 0])[3]![0]! - wanted(x)) ** 2);
      return Math.sqrt(squares.reduce((sum, square) => sum + square, 0) / points.length);
    });
    expect(Math.max(...errors)).toBeLessThan(0.06);
    expect(errors.reduce((sum, error) => sum + error, 0) / errors.length).toBeLessThan(0.03);
  });

  test("fail assumptions 2, 3 and 4 as they are, and meet them once wrapped, with the same function", () => {
    for (const assumption of [2, 3, 4]) expect(holds(trainedMlps(), assumption)).toBe(false);
    const circuits = trainedCircuits(10, 5);
    for (const assumption of [2, 3, 4]) expect(holds(circuits, assumption)).toBe(true);
    const y = circuits.readouts.find(({ name }) => name === "y")!;
    for (const t of [0, 3, 9]) {
      for (const x of [0, 0.3, 1]) {
        const wanted = runRawAlone(trainedMlps(), t % 8, [x, 0, 0, 0])[3]![0]!;
        expect(applyReadout(y, runAlone(circuits, t, [1.5, 0.5, x, 0, 0, 0])[5]!)[0]).toBeCloseTo(wanted, 9);
      }
    }
  });
});
