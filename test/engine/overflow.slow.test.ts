import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { runSpec } from "../../src/runs/run.js";

test("errors of a network that runs away stop at 1e60, squared, in every engine, and none is NaN", async () => {
  const spec = parseSpec({ D: 40, T: 30, S: 2, L: 400, samples: 2, chiFactor: 0 });
  for (const engine of ["factored", "dense", "sparse"] as const) {
    const given = engine === "sparse" ? { ...spec, noise: 1e-9 } : spec;
    const { rows } = await runSpec(given, engine === "dense" ? { engine } : {});
    const { active, inactive } = rows.at(-1)!.readouts["x"]!;
    const shares = [active.meanSquare / 1e60, active.worst / 1e30, inactive.meanSquare / 1e60];
    for (const share of shares) expect(share, engine).toBeCloseTo(1, 9);
    expect(JSON.stringify(rows), engine).not.toMatch(/NaN|Infinity/);
  }
});
