import { expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import type { MovedRow, TreatedRow } from "../../../src/studies/trained-circuits/figure.js";
import { trainedCircuits } from "../../../src/studies/trained-circuits/plan.js";
import { localExecutor } from "../../../src/workers/local.js";

test("a quick TR1 and TR2: training improves the construction at every trained step", async () => {
  const plan = trainedCircuits.plan({ seed: 1, quick: true, wide: false });
  if ("measure" in plan) throw new Error("The tasks are known before.");
  const executor = localExecutor(loadKernels());
  const [map, moves] = await plan.finish(executor.results(plan.tasks));
  const rows = map?.rows as readonly TreatedRow[];
  const at = (network: string, step: number): number =>
    rows.find((row) => row.T === 16 && row.network === network && row.step === step)?.over ?? NaN;
  for (const step of [2, 3]) {
    expect(at("trained from the construction", step)).toBeLessThan(at("published, as built", step));
    expect(at("trained from random", step)).toBeLessThan(at("trained from random", 1));
  }
  // Designs read active circuits exactly, but not inactive ones.
  const groups = rows.filter(({ network }) => network === "groups design, as built");
  expect(groups).toHaveLength(6);
  for (const { over, active } of groups) {
    expect(over).toBeGreaterThan(2);
    expect(active).toBeLessThan(1e-9);
  }
  const layers = (moves?.rows as readonly MovedRow[]).filter(({ trains }) => trains === "layers from 2 on");
  expect(layers.map(({ moved }) => moved === null)).toEqual([true, false, false]);
  // The embedding and layer 1 are not trained, so they do not change.
  expect([layers[0]?.stayed, layers[0]?.after]).toEqual([
    expect.closeTo(1, 9),
    expect.closeTo(layers[0]?.before ?? 0, 4),
  ]);
  expect(layers[2]?.stayed).toBeLessThan(0.999);
  // Linear probes still tell which circuit is on.
  expect(layers[0]?.aucAfter).toBeCloseTo(layers[0]?.aucBefore ?? 0, 4);
  for (const { aucAfter, r2After } of layers) {
    expect(aucAfter).toBeGreaterThan(0.7);
    expect(r2After).toBeLessThan(1);
  }
});
