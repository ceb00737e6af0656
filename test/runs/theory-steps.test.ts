import { expect, test } from "vitest";
import { finish } from "../../src/base/steps.js";
import { finishAsync } from "../../src/base/steps-async.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { runExpectations } from "../../src/runs/rows.js";
import { runSpec } from "../../src/runs/run.js";
import { circuitExpectations, expectationSteps } from "../../src/theory/expectations.js";

const circuits = rotations(anglesFromTurns(randomTurns(4, 1)), 3);

test("computing the theory in steps, a few inputs of a circuit at a time, gives the same result", () => {
  const shares: number[] = [];
  const steps = expectationSteps(circuits);
  let step = steps.next();
  for (; step.done !== true; step = steps.next()) shares.push(step.value);
  expect(shares).toEqual([...shares].sort((a, b) => a - b));
  // 4096 inputs, 32 at a time.
  expect(shares).toHaveLength(128);
  expect(step.value).toEqual(circuitExpectations(circuits));
});

test("a run reports the progress of its theory, which can be stopped for deep circuits", async () => {
  const spec = parseSpec({ D: 40, T: 4, S: 2, L: 3, samples: 1 });
  const shares: number[] = [];
  await runSpec(spec, { onTheory: (share) => shares.push(share) });
  expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  const stopped = AbortSignal.abort(new Error("stopped"));
  const deep = { ...spec, L: 10_000 };
  await expect(finishAsync(runExpectations(deep), { signal: stopped })).rejects.toThrow("stopped");
});

test("a known theory is not computed again", () => {
  const spec = parseSpec({ D: 40, T: 4, S: 2, L: 2, samples: 1 });
  expect(finish(runExpectations(spec))).toBe(finish(runExpectations(spec)));
});
