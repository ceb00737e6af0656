import { expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import type { TrainedRow } from "../../../src/training/evaluate.js";
import { localExecutor } from "../../../src/workers/local.js";
import { trainedNetworks } from "../../../src/studies/trained-networks/plan.js";

test("a quick CC1 and CC2: |error|² drops features and |error|⁴ serves all; mixed labels help until they are taken away", async () => {
  const plan = trainedNetworks.plan({ seed: 1, quick: true, wide: false });
  if ("measure" in plan) throw new Error("The tasks are known before.");
  const executor = localExecutor(loadKernels());
  const [exponents, mixing] = await plan.finish(executor.results(plan.tasks));
  const byExponent = exponents!.rows as readonly TrainedRow[];
  expect(byExponent.map(({ q }) => q)).toEqual([1, 2, 2.5, 4, 8]);
  const at = (q: number): TrainedRow => byExponent.find((row) => row.q === q)!;
  expect(at(2).activeVariation).toBeGreaterThan(3 * at(4).activeVariation);
  expect(at(2).overNaive).toBeGreaterThan(0.97);
  expect(at(4).overNaive).toBeLessThan(0.2);
  const mixed = mixing!.rows as readonly TrainedRow[];
  const [best, moved] = [mixed.find(({ sigma }) => sigma === 0.04)!, mixed.filter((row) => row.mixing === "none")];
  for (const row of moved) expect(row.lossOverP).toBeGreaterThan(1.05 * best.lossOverP);
  expect(moved.length).toBeGreaterThan(3);
});
