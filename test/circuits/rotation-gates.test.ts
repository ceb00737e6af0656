import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyReadout, runAlone, type Circuits } from "../../src/circuits/circuits.js";
import { drawInput } from "../../src/circuits/inputs.js";
import {
  anglesFromTurns,
  fourDirections,
  randomTurns,
  rotations,
  rotationsOnDirections,
  steps,
  threeDirections,
  type RotationGates,
} from "../../src/circuits/rotation.js";
import { RandomSequence } from "../../src/base/random.js";
import { circuitExpectations } from "../../src/theory/expectations.js";

const L = 20;
const angles = anglesFromTurns(randomTurns(5, 1));

const kinds: readonly (readonly [string, (gates: RotationGates) => Circuits])[] = [
  ["rotation", (gates) => rotations(angles, L, gates)],
  ["rotation5", (gates) => rotationsOnDirections(threeDirections, angles, L, gates)],
  ["rotation6", (gates) => rotationsOnDirections(fourDirections, angles, L, gates)],
];

const gates = fc
  .record({
    low: fc.double({ min: 0.05, max: 0.9, noNaN: true }),
    width: fc.double({ min: 0.02, max: 1, noNaN: true }),
    offset: fc.double({ min: 1.01, max: 3, noNaN: true }),
    steep: fc.double({ min: 0, max: 10, noNaN: true }),
  })
  .map(({ low, width, offset, steep }) => ({
    ramp: { low, high: low + width * (0.99 - low) },
    offset,
    gain: offset + 1 + steep,
  }));

describe.each(kinds)("%s with any gates", (kind, build) => {
  const [alphaOf, xOf] = build({}).readouts;

  test("alone, the indicator stays 1 and x turns by θ in every layer, within 1e-9 over 20 layers", () => {
    fc.assert(
      fc.property(gates, fc.nat(4), fc.nat(), (given, t, seed) => {
        const circuits = build(given);
        expect(circuits.kind).toBe(kind);
        const input = drawInput(circuits.inputs as never, new RandomSequence(seed, "user"));
        const [alpha, x] = circuits.readouts;
        let [u, v] = applyReadout(x!, input) as [number, number];
        expect(u * u + v * v).toBeCloseTo(1, 9);
        for (const a of runAlone(circuits, t, input).slice(1)) {
          [u, v] = [angles.cos[t]! * u - angles.sin[t]! * v, angles.sin[t]! * u + angles.cos[t]! * v];
          const [p, q] = applyReadout(x!, a) as [number, number];
          expect(Math.hypot(p - u, q - v)).toBeLessThan(1e-9);
          expect(Math.abs(applyReadout(alpha!, a)[0]! - 1)).toBeLessThan(1e-9);
        }
      }),
      { numRuns: 50, seed: 1 },
    );
  });

  test("a zero input stays zero, exactly", () => {
    fc.assert(
      fc.property(gates, fc.nat(4), (given, t) => {
        const circuits = build(given);
        for (const a of runAlone(circuits, t, new Float64Array(circuits.d))) {
          expect(a.every((value) => value === 0)).toBe(true);
        }
      }),
      { numRuns: 50, seed: 2 },
    );
  });

  test("the ramp is 0 below low and 1 above high, and x is cut off below 1 − offset/gain", () => {
    const circuits = build({ ramp: { low: 0.6, high: 0.8 }, gain: 5, offset: 1.5 });
    const slope = 5;
    const at = (alpha: number): number[] => {
      // A state without x whose indicator is `alpha`.
      const input = new Array<number>(circuits.d).fill(0);
      input[0] = alpha;
      return Array.from(runAlone({ ...circuits, L: 1 }, 0, input)[1]!);
    };
    const read = (alpha: number): number => applyReadout(alphaOf!, at(alpha))[0]!;
    expect([0, 0.3, 0.6].map(read)).toEqual([0, 0, 0]);
    expect(read(0.7)).toBeCloseTo(slope * 0.1, 12);
    expect([0.8, 1, 2].map(read).map((value) => Number(value.toFixed(12)))).toEqual([1, 1, 1]);
    // Without x, the first neuron depends on the gate alone. A rotation's state has no such neuron: its neurons hold x
    // + offset·alpha.
    if (kind !== "rotation")
      expect(
        at(0.69)
          .slice(2)
          .every((value) => value === 0),
      ).toBe(true);
    if (kind !== "rotation")
      expect(
        at(0.71)
          .slice(2)
          .every((value) => value > 0),
      ).toBe(true);
    expect(xOf!.name).toBe("x");
  });

  test("gates out of bounds are refused with a reason", () => {
    expect(() => build({ ramp: { low: 0.5, high: 0.5 } })).toThrow("ramp = [0.5, 0.5]: must be two numbers");
    expect(() => build({ gain: 1.5 })).toThrow("gain = 1.5: must be at least offset + 1 = 2");
    expect(() => build({ offset: 0.5 })).toThrow("offset = 0.5: must be a finite number of at least 1");
    expect(() => build({ gain: Infinity })).toThrow("gain = Infinity");
  });
});

test("contributions common to all neurons of x cancel: of the expectations 1, 8, 9 only 1, 0, 1 are left  [E22]", () => {
  const [, x] = circuitExpectations(rotationsOnDirections(threeDirections, angles, 1, { gain: 8, offset: 2 }));
  expect(x![0]!.delta).toBeCloseTo(1, 6);
  expect(x![0]!.mean).toBeCloseTo(0, 9);
  expect(x![0]!.own).toBeCloseTo(1, 6);
});

test("with 16 angles, circuits and inputs have multiples of 1/16 turn", () => {
  const turns = randomTurns(200, 3, 0, 16);
  expect(turns.every((turn) => Number.isInteger(16 * turn) && turn >= 0 && turn < 1)).toBe(true);
  expect(new Set(turns).size).toBe(16);
  const { inputs, readouts } = rotations(anglesFromTurns(turns), 1, { angles: 16 });
  if (inputs.kind !== "choice") throw new Error("not a choice");
  expect(inputs.vectors).toHaveLength(16);
  for (const [k, vector] of inputs.vectors.entries()) {
    const [u, v] = applyReadout(readouts[1]!, vector) as [number, number];
    expect(Math.hypot(u - Math.cos((2 * Math.PI * k) / 16), v - Math.sin((2 * Math.PI * k) / 16))).toBeLessThan(1e-12);
  }
});

test("steps with a custom ramp", () => {
  const circuits = steps(2, 3, { low: 0.4, high: 0.9 });
  const [, first] = runAlone(circuits, 0, [0.65, 0]);
  expect(applyReadout(circuits.readouts[0]!, first!)[0]).toBeCloseTo(0.5, 12);
});
