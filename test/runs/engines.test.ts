import { expect, test } from "vitest";
import { runSpec } from "../../src/runs/run.js";
import { statisticAt, statisticsOf } from "../../src/results/rows.js";
import { parseSpec } from "../../src/config/parse-spec.js";

test.each(["capped", "balanced", "split"])(
  "a run has the same rows in both engines, %s construction (mean squares within 1e-4, or 1e-8)",
  async (construction) => {
    const spec = parseSpec({ D: 200, T: 60, S: 4, L: 3, z: [1, 2], samples: 100, networks: 2, seed: 3, construction });
    const [factored, dense] = [await runSpec(spec), await runSpec(spec, { engine: "dense" })];
    expect(dense.rows.length).toBe(factored.rows.length);
    dense.rows.forEach((row, k) => {
      const { activeFraction, z, layer } = row;
      const other = factored.rows[k]!;
      expect({ z, layer }).toEqual({ z: other.z, layer: other.layer });
      for (const { meanSquare, theory, ...name } of statisticsOf(row)) {
        const wanted = statisticAt(other, name)!;
        expect(theory).toBe(wanted.theory);
        expect(Math.abs(meanSquare - wanted.meanSquare)).toBeLessThanOrEqual(1e-8 + 1e-4 * wanted.meanSquare);
      }
      activeFraction.forEach((share, i) => expect(share).toBeCloseTo(other.activeFraction[i]!, 4));
    });
  },
);
