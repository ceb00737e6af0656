import { describe, expect, test } from "vitest";
import { runTasks } from "../../src/runs/tasks.js";
import { chunkKind } from "../../src/runs/chunk.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { estimate } from "../../src/batch/estimate.js";

/** The estimated cost of a run's first task. */
const costOf = (fields: object) => {
  const [task] = runTasks(parseSpec(fields));
  const { load, run } = chunkKind.cost(task!);
  return { load, sample: run / task!.count };
};

// The times were measured on one core of a 2.5 GHz Xeon; the estimates must be within a factor of four of them.
describe("the estimated milliseconds of a run are within a factor of four of measurements", () => {
  test.each<[object, number, number]>([
    [{ design: "windows", L: 40 }, 1176, 0.737],
    [{ design: "windows", L: 10, z: 3, S: 2 }, 821, 0.412],
    [{ design: "windows", L: 10, D: 500, T: 250 }, 107, 0.0575],
    [{ design: "grid", L: 10, T: 87_616 }, 510, 0.536],
    [{ design: "groups", L: 40, T: 558, z: 16 }, 19, 0.426],
    [{ design: "rows", L: 10 }, 499, 0.087],
    [{ design: "rows", L: 20, S: 2 }, 673, 1.588],
    [{ design: "rows", L: 10, z: 3 }, 2018, 0.242],
    [{ construction: "load-aware" }, 134, 0.216],
    [{ construction: "ridge" }, 581, 0.21],
    [{ construction: "trained" }, 800, 0.301],
    [{ construction: "trained", z: 3 }, 2060, 0.234],
    [{ construction: "trained", D: 2000, T: 1500 }, 2030, 0.788],
    [{ noise: 0.01, L: 20 }, 522, 1.085],
    [{ noise: 0.01, z: 100 }, 133, 0.693],
  ])("%j", (fields, load, sample) => {
    const cost = costOf(fields);
    expect(cost.load / load).toBeGreaterThan(1 / 4);
    expect(cost.load / load).toBeLessThan(4);
    expect(cost.sample / sample).toBeGreaterThan(1 / 4);
    expect(cost.sample / sample).toBeLessThan(4);
  });
});

test("the estimate for a search over trained matrices is not zero", () => {
  const specs = Array.from({ length: 80 }, (_, seed) => parseSpec({ construction: "trained", samples: 200, seed }));
  expect(estimate(specs, 1).seconds).toBeGreaterThan(80);
});
