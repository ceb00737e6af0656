import fc from "fast-check";
import type { RawCircuits } from "../../src/circuits/raw.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";

/** The signs of biases: all negative, all positive, mixed, or mixed with exact zeros. */
export type Signs = "negative" | "positive" | "mixed" | "mixed and zero";

export interface RawPlan {
  readonly d: number;
  readonly T: number;
  readonly L: number;
  readonly seed: number;
  readonly signs: Signs;
}

export function rawPlans(...signs: Signs[]): fc.Arbitrary<RawPlan> {
  return fc.record({
    d: fc.integer({ min: 1, max: 6 }),
    T: fc.integer({ min: 1, max: 8 }),
    L: fc.integer({ min: 1, max: 5 }),
    seed: fc.nat(),
    signs: fc.constantFrom(...signs),
  });
}

/** Circuits with normal weights and individual biases, different in every layer. */
export function randomRaw({ d, T, L, seed, signs }: RawPlan): RawCircuits {
  const random = new RandomSequence(seed, "user");
  const normals = (length: number): Float64Array =>
    Float64Array.from({ length }, () => normalPair(random)[0] / Math.sqrt(d));
  const bias = (): number => {
    const size = 0.05 + random.uniform();
    if (signs === "mixed and zero" && random.below(3) === 0) return 0;
    const sign = signs === "negative" ? -1 : signs === "positive" ? 1 : random.below(2) * 2 - 1;
    return sign * size;
  };
  return {
    ...{ kind: "random", d, T, L },
    weights: Array.from({ length: L }, () => normals(T * d * d)),
    biases: Array.from({ length: L }, () => Float64Array.from({ length: T * d }, bias)),
    readouts: [{ name: "y", matrix: [Array.from(normals(d))] }],
    inputs: { kind: "uniform", low: new Array<number>(d).fill(0), high: new Array<number>(d).fill(2) },
  };
}

/** An input drawn from the circuit's distribution. */
export function randomInput({ d }: RawCircuits, seed: number): number[] {
  const random = new RandomSequence(seed, "user", 1);
  return Array.from({ length: d }, () => 2 * random.uniform());
}
