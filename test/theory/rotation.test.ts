import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { meanSquaredOverlap } from "../../src/base/shape.js";
import { predictErrors } from "../../src/theory/errors.js";
import { circuitExpectations } from "../../src/theory/expectations.js";
import {
  activeIndicatorError,
  activeRotationError,
  earlierRotationError,
  inactiveRotationError,
} from "../../src/theory/rotation.js";

interface SweepRow {
  readonly D: number;
  readonly T: number;
  readonly z: number;
  readonly q: number;
  readonly theory: Readonly<Record<string, readonly number[]>>;
}

const sweep = JSON.parse(readFileSync(new URL("../reference/sweep.json", import.meta.url), "utf8")) as {
  meta: { L: number; S: number; d: number };
  rows: SweepRow[];
};
const { L, S, d } = sweep.meta;

// A value rounded to 5 digits has a relative error of at most 5e-5.
const ROUNDING = 5e-5;

function expectRounded(ours: number, theirs: number, where: string): void {
  expect(Math.abs(ours - theirs), `${where}: ${ours} against ${theirs}`).toBeLessThanOrEqual(ROUNDING * theirs);
}

describe("the sweep's 164 rows: q and theory within their 5 digits (relative 5e-5)", () => {
  test("closed forms for rotations [E20] [E22]", () => {
    expect(sweep.rows.length).toBe(164);
    for (const { D, T, z, q, theory } of sweep.rows) {
      const shape = { D, d, T, S, L };
      expectRounded(meanSquaredOverlap(shape), q, "q");
      for (let layer = 1; layer <= L; layer++) {
        const where = `D = ${D}, T = ${T}, z = ${z}, layer ${layer}`;
        expectRounded(activeRotationError(shape, z, layer), theory["mse_x_active"][layer], where);
        expectRounded(inactiveRotationError(shape, z), theory["mse_x_inactive"][layer], where);
        expectRounded(inactiveRotationError(shape, z), theory["mse_on_inactive"][layer], where);
        expectRounded(activeIndicatorError(), theory["mse_on_active"][layer], where);
      }
    }
  });

  test("the general theory, from the circuits themselves [E20] [E21]", () => {
    const byT = new Map<number, ReturnType<typeof rotations>>();
    for (const { D, T, z, theory } of sweep.rows) {
      if (!byT.has(T)) byT.set(T, rotations(anglesFromTurns(randomTurns(T, 1)), L));
      const circuits = byT.get(T)!;
      const { x, alpha } = predictErrors({ D, d, T, S, L }, circuits, z, expectationsOf(circuits));
      for (let layer = 0; layer <= L; layer++) {
        const where = `D = ${D}, T = ${T}, z = ${z}, layer ${layer}`;
        expectRounded(x[layer].active, theory["mse_x_active"][layer], where);
        expectRounded(x[layer].inactive, theory["mse_x_inactive"][layer], where);
        expectRounded(alpha[layer].active, theory["mse_on_active"][layer], where);
        expectRounded(alpha[layer].inactive, theory["mse_on_inactive"][layer], where);
      }
    }
  });
});

const computed = new Map<unknown, ReturnType<typeof circuitExpectations>>();
function expectationsOf(circuits: ReturnType<typeof rotations>) {
  if (!computed.has(circuits)) computed.set(circuits, circuitExpectations(circuits));
  return computed.get(circuits)!;
}

test("earlier estimate [E22b] at D = 2000, T = 2000, by hand: z = 2, l = 3 gives 3/500 + 2·6·2·2000/500²", () => {
  expect(earlierRotationError({ D: 2000, d: 4, T: 2000 }, 2, 3)).toBeCloseTo(0.006 + 0.192, 14);
  expect(earlierRotationError({ D: 2000, d: 4, T: 2000 }, 1, 1)).toBe(0);
});
