import { expect, test } from "vitest";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { circuitExpectations } from "../../src/theory/expectations.js";

test("rotations so deep that they get fewer inputs have the expectations of others, within 1e-12 [E22]", () => {
  const [, x] = circuitExpectations(rotations(anglesFromTurns(randomTurns(2, 7)), 5000));
  expect(x).toHaveLength(5000);
  for (const [key, wanted] of [
    ["delta", 1] as const,
    ["mean", 8] as const,
    ["own", 9] as const,
    ["output", 1] as const,
  ])
    expect(Math.max(...x.map((ofLayer) => Math.abs(ofLayer[key] - wanted))), key).toBeLessThanOrEqual(1e-12);
});
