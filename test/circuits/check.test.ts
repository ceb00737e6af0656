import { describe, expect, test } from "vitest";
import { checkCircuits, MOST_PLACES, type CheckOptions, type Finding } from "../../src/circuits/check/check.js";
import type { Circuits } from "../../src/circuits/circuits.js";
import { gateCircuits, randomGates } from "../../src/circuits/gates.js";
import { toRaw, type RawCircuits } from "../../src/circuits/raw.js";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator, steps } from "../../src/circuits/rotation.js";

const angles = anglesFromTurns(randomTurns(40, 1));
const standard: CheckOptions = { z: 2, P: 250, S: 6 };

/** The check's findings for circuits, by assumption. */
function check(circuits: Circuits | RawCircuits, options = standard): Record<number, Finding> {
  const findings = checkCircuits(circuits, options);
  expect(findings.map(({ assumption }) => assumption)).toEqual([1, 2, 3, 4, 5]);
  return Object.fromEntries(findings.map((finding) => [finding.assumption, finding]));
}

const failing = (findings: Record<number, Finding>): number[] =>
  Object.values(findings).flatMap(({ assumption, holds }) => (holds === false ? [assumption] : []));

/** Rotations in which tests plant violations, with separate arrays for every layer. */
function raw(): RawCircuits {
  const { weights, biases, ...rest } = toRaw(rotations(angles, 4));
  return { ...rest, weights: weights.map((layer) => layer.slice()), biases: biases.map((layer) => layer.slice()) };
}

test.each([
  ["rotations", rotations(angles, 5)],
  ["steps", steps(20, 4)],
  ["gates", gateCircuits(randomGates({ T: 40, L: 4, seed: 1 }))],
])("%s meet all five assumptions", (_, circuits) => {
  const findings = check(circuits);
  expect(failing(findings)).toEqual([]);
  for (const { where, places, advice } of Object.values(findings)) {
    expect({ where, places, advice }).toEqual({ where: [], places: 0, advice: null });
  }
});

test("rotations tolerate a quarter of another circuit's activations and gates half, where their ramps begin", () => {
  expect(check(rotations(angles, 3))[2]!.measured).toContain(
    "25% of another circuit's activations (1 shared of S = 6 neurons)",
  );
  const sharp = check(gateCircuits(randomGates({ T: 40, L: 3, seed: 1 })), { ...standard, S: 8 });
  expect(sharp[2]!.measured).toContain("50% of another circuit's activations (4 shared of S = 8 neurons)");
  // A step's row is 2a_0 − 2a_1 − 0.5, so errors of 1/8 with opposite signs on both components just open it.
  expect(check(steps(3, 3))[2]!.measured).toContain("errors up to 0.125 on every component");
});

test("rotations with one indicator amplify errors: the unstable contrast of [E5] is named", () => {
  const findings = check(rotationsOneIndicator(angles, 5));
  expect(failing(findings)).toEqual([5]);
  expect(findings[5]!.measured).toMatch(/^errors × 2\.\d* per layer/);
  expect(findings[5]!.advice).toContain("On-indicators");
});

describe("planted violations are found and named", () => {
  test("1: too many circuits active for the block", () => {
    const findings = check(steps(20, 3), { z: 3, P: 20 });
    expect(failing(findings)).toEqual([1]);
    expect(findings[1]).toMatchObject({
      measured: "z/P = 0.15, at most 0.1",
      advice: expect.stringContaining("P = D/d = 30"),
    });
  });

  test("1: not checked without P", () => {
    const [first] = checkCircuits(steps(20, 3), { z: 3 });
    expect(first).toMatchObject({ holds: null, measured: "z = 3; P is not given" });
  });

  test("2 alone: a bias of 0 lets any error through", () => {
    const circuits = raw();
    for (let t = 0; t < 40; t++) circuits.biases[1]![t * 4 + 3] = 0;
    const findings = check(circuits);
    expect(failing(findings)).toEqual([2]);
    expect(findings[2]).toMatchObject({ places: 40, advice: expect.stringContaining('mend with "indicator"') });
    expect(findings[2]!.where).toHaveLength(MOST_PLACES);
    expect(findings[2]!.where[0]).toMatchObject({ layer: 2, component: 3, value: 0 });
  });

  test("3, and with it 2: a positive bias is on in inactive circuits and in the layers after", () => {
    const circuits = raw();
    for (let t = 0; t < 40; t++) circuits.biases[2]![t * 4] = 0.3;
    const findings = check(circuits);
    expect(failing(findings)).toEqual([2, 3]);
    expect(findings[3]!.where.every(({ layer }) => layer >= 3)).toBe(true);
    expect(findings[3]!.where).toContainEqual({ layer: 3, circuit: 0, component: 0, value: 0.3 });
    expect(findings[3]!.advice).toContain('mend with "indicator"');
  });

  test("4: one circuit with a different bias of the same sign", () => {
    const circuits = raw();
    circuits.biases[2]![17 * 4 + 1] = -1.25;
    const findings = check(circuits);
    expect(failing(findings)).toContain(4);
    expect(findings[4]).toMatchObject({
      measured: "differ by up to 0.25",
      where: [{ layer: 3, circuit: 17, component: 1, value: -1.25 }],
      places: 1,
      advice: expect.stringContaining('mend with "rescale"'),
    });
  });

  test("4: one circuit with a bias of the other sign", () => {
    const circuits = raw();
    circuits.biases[0]![5 * 4 + 2] = 0.5;
    const findings = check(circuits);
    expect(findings[4]).toMatchObject({ where: [{ layer: 1, circuit: 5, component: 2, value: 0.5 }], places: 1 });
    expect(findings[4]!.advice).toMatch(/mend with "split".*"indicator"/);
  });

  test("5: one circuit of forty that stretches x in one layer", () => {
    const circuits = raw();
    for (const row of [2, 3]) {
      const w = circuits.weights[2]!.subarray((23 * 4 + row) * 4, (23 * 4 + row + 1) * 4);
      // Columns 2 and 3 are stretched; their sum is the result for x = 0, so columns 0 and 1 compensate to keep the
      // centre.
      const more = 0.25 * (w[2]! + w[3]!);
      w.set([w[0]! - more, w[1]! + more, 1.25 * w[2]!, 1.25 * w[3]!]);
    }
    const findings = check(circuits);
    expect(failing(findings)).toEqual([5]);
    expect(findings[5]).toMatchObject({ places: 1, where: [{ layer: 3, circuit: 23 }] });
    // The factor is 1.25 where no component is cut off at 0, and less where one is.
    expect(findings[5]!.where[0]!.value).toBeGreaterThan(1.1);
    expect(findings[5]!.where[0]!.value).toBeLessThan(1.25 + 1e-9);
  });
});

test("the same circuits give the same findings", () => {
  const circuits = rotationsOneIndicator(angles, 4);
  expect(checkCircuits(circuits, standard)).toEqual(checkCircuits(circuits, standard));
});
