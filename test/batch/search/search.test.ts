import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readData } from "../../../src/cli/read-data.js";
import { InputError } from "../../../src/base/errors.js";
import type { ErrorRow } from "../../../src/results/rows.js";
import { parseSpec } from "../../../src/config/parse-spec.js";
import type { RunSpec } from "../../../src/config/run-spec.js";
import { parseObjective, scoreOf } from "../../../src/batch/search/objective.js";
import { parseSearch } from "../../../src/batch/search/plan.js";
import { search, type MeasureSpecs } from "../../../src/batch/search/search.js";
import { asked } from "./asked.js";

/** Rows in which the mean square of x at layer l is errors[l−1]. */
function rowsOf(errors: readonly number[], z = 1): ErrorRow[] {
  const statistic = (meanSquare: number) => ({
    meanSquare,
    sd: null,
    worst: 2 * meanSquare,
    wrong: meanSquare / 4,
    theory: null,
  });
  return [0, ...errors].map((error, layer) => ({
    z,
    layer,
    samples: 10,
    networks: 1,
    readouts: {
      x: { active: statistic(error), inactive: statistic(error) },
      alpha: { active: statistic(error / 10), inactive: statistic(error) },
    },
    activeFraction: [],
    activeFractionSd: null,
    expectedActiveFraction: 0,
  }));
}

describe("objectives", () => {
  test.each(["error", "wrong", "worst"])("minimise %s: smaller is better, and non-finite is worst", (minimise) => {
    const objective = parseObjective({ minimise, layer: 2 }, {});
    const score = (error: number): number => scoreOf(objective, rowsOf([9, error])).score;
    expect(score(0.1)).toBeGreaterThan(score(0.2));
    expect(score(0.2)).toBeGreaterThan(score(Infinity));
    expect(score(NaN)).toBe(-Infinity);
  });

  test("maximise depth: more layers are better, and so is being closer to the next one", () => {
    const objective = parseObjective({ maximise: "depth", error: 0.25 }, {});
    const of = (...errors: number[]) => scoreOf(objective, rowsOf(errors));
    expect(of(0.1, 0.2, 0.3, 0.1).text).toBe("2");
    expect(of(0.1, 0.2, 0.25, 0.2).text).toBe("4 (all)");
    const ascending = [
      of(0.5, 0, 0, 0),
      of(0.3, 0, 0, 0),
      of(0.2, 0.3, 0, 0),
      of(0, 0, 0, Infinity),
      of(0, 0, 0, 0.3),
      of(0, 0, 0, 0.25),
      of(0, 0, 0, 0.1),
    ].map(({ score }) => score);
    expect(ascending).toEqual([...ascending].sort((a, b) => a - b));
    expect(new Set(ascending).size).toBe(ascending.length);
  });

  test("with several z the worst counts; other readouts by name", () => {
    const rows = [...rowsOf([0.1], 1), ...rowsOf([0.4], 2)];
    expect(scoreOf(parseObjective({ minimise: "error", layer: 1, z: [1, 2] }, {}), rows).text).toBe("0.4");
    const alpha = parseObjective({ minimise: "error", layer: 1, readout: "alpha" }, {});
    expect(scoreOf(alpha, rowsOf([0.1])).text).toBe("0.01");
    const other = parseObjective({ minimise: "error", layer: 1, readout: "y" }, {});
    expect(() => scoreOf(other, rowsOf([0.1]))).toThrow(
      'objective.readout = "y": these circuits have the readouts x, alpha.',
    );
  });
});

describe("refused in one line that names the key", () => {
  test.each<[string, Record<string, unknown>, string]>([
    ["no objective", { objective: undefined }, "objective is missing; an example is {minimise: error"],
    [
      "two objectives",
      { objective: { minimise: "error", maximise: "depth", layer: 1 } },
      "objective: must have either minimise or maximise; has both.",
    ],
    [
      "an unknown measure",
      { objective: { minimise: "loss", layer: 1 } },
      'objective.minimise = "loss": must be one of error, wrong, worst.',
    ],
    [
      "a layer beyond L",
      { objective: { minimise: "error", layer: 4 } },
      "objective.layer = 4: must be a whole number from 1 to 3.",
    ],
    [
      "no layer",
      { objective: { minimise: "error" } },
      "objective.layer is missing: must be a whole number from 1 to 3.",
    ],
    [
      "a layer of a depth",
      { objective: { maximise: "depth", layer: 3 } },
      "objective.layer: depth is counted up to base.L",
    ],
    [
      "no budget",
      { budget: undefined },
      "budget is missing: give the largest number of specs to evaluate, from 1 to 100000, such as budget: 80.",
    ],
    ["nothing to vary", { vary: {} }, "vary: must name at least one field and its values."],
    ["an unknown field", { vary: { Q: [1] } }, 'vary: unknown key "Q"'],
    ["an empty list", { vary: { S: [] } }, "vary.S: must be {among: [values]} or {from, to}."],
    ["a range of words", { vary: { gate: { from: 1, to: 2 } } }, "vary.gate: gate is not a single number"],
    ["a range of a list", { vary: { ramp: { from: 0.1, to: 0.2 } } }, "vary.ramp: ramp is not a single number"],
    ["each of a number", { vary: { S: { each: [{ from: 1, to: 2 }] } } }, "vary.S.each: S is not a list of numbers."],
    [
      "bounds",
      { vary: { ramp: { each: [{ from: 0.1, to: 3 }] } } },
      "vary.ramp.each[0].to = 3: must be a finite number from 0 to 1.",
    ],
    [
      "seed",
      { vary: { seed: [1, 2] } },
      "vary.seed: the search sets it; give it at the top level (next to `base`), in `final` or in both.",
    ],
    ["z", { base: { z: 2 } }, "base.z: the search sets it; give objective.z."],
    [
      "seeds that are not held out",
      { final: { seed: 2 } },
      "final.seed = 2: must differ from the search's own seeds, 1 and 2",
    ],
    ["an unknown key", { bugdet: 3 }, 'the search: unknown key "bugdet"; did you mean budget?'],
  ])("%s", async (_what, change, message) => {
    const refused = await parseSearch({ ...asked, ...change }).then(
      () => null,
      (error: unknown) => error,
    );
    expect(refused).toBeInstanceOf(InputError);
    expect((refused as InputError).message.slice(0, message.length)).toBe(message);
  });

  test("ranges that contain no valid spec", async () => {
    const plan = await parseSearch({ ...asked, vary: { T: [5000, 6000] } });
    await expect(search(plan, () => Promise.reject(new Error("nothing to measure")))).rejects.toThrow(
      /^vary: no combination is a valid spec; with T = \d000: T = \d000: at most \d+ circuits fit/,
    );
  });
});

describe("the search", () => {
  /** The error of x is the distance of S and the ramp from (4, 0.6, 0.9). */
  const distance = ({ S, ramp }: RunSpec): number =>
    (S - 4) ** 2 + ((ramp?.[0] ?? 0.25) - 0.6) ** 2 + ((ramp?.[1] ?? 0.75) - 0.9) ** 2;
  const recorded = (): { specs: RunSpec[]; measure: MeasureSpecs } => {
    const specs: RunSpec[] = [];
    const measure: MeasureSpecs = (batch) => {
      specs.push(...batch);
      return Promise.resolve(batch.map((spec) => rowsOf([1, 1, distance(spec)], 2)));
    };
    return { specs, measure };
  };

  test("gets closer to the minimum of a bowl than random draws, within its budget, and evaluates nothing twice", async () => {
    const plan = await parseSearch({ ...asked, budget: 100 });
    const { specs, measure } = recorded();
    const { best, base } = await search(plan, measure);
    expect(distance(best[0]!.spec)).toBeLessThan(0.001);
    const explored = specs.slice(0, 40).map(distance);
    expect(distance(best[0]!.spec)).toBeLessThan(0.3 * Math.min(...explored));
    expect(base!.score.score).toBeCloseTo(-distance(parseSpec(asked.base)), 3);
    const looked = specs.filter(({ seed }) => seed === 1);
    expect(looked.length).toBe(100);
    expect(new Set(looked.map((spec) => JSON.stringify(spec))).size).toBe(100);
  });

  test("the final results use seeds on which nothing was chosen", async () => {
    const plan = await parseSearch({ ...asked, seed: 7, final: { best: 2, samples: 50, networks: 3, seed: 99 } });
    const { specs, measure } = recorded();
    const { best } = await search(plan, measure);
    expect(specs.map(({ seed }) => seed)).toEqual([
      ...new Array<number>(30).fill(7),
      ...new Array<number>(4).fill(8),
      ...[99, 99, 99],
    ]);
    expect(best.map(({ spec }) => [spec.samples, spec.networks])).toEqual([
      [50, 3],
      [50, 3],
    ]);
    expect(best[0]!.selection!.score).toBeGreaterThanOrEqual(best[1]!.selection!.score);
  });

  test("it ends early when all values of lists are used up", async () => {
    const plan = await parseSearch({ ...asked, vary: { S: [3, 4, 5], assignment: ["prime-step", "transversal"] } });
    const { specs, measure } = recorded();
    const { best } = await search(plan, measure);
    expect(specs.filter(({ seed }) => seed === 1).length).toBe(6);
    expect(best[0]!.spec.S).toBe(4);
  });

  test("with the direction reversed, it finds the other end", async () => {
    const plan = await parseSearch({ ...asked, objective: { maximise: "depth", error: 0.3, z: 2 } });
    const measure: MeasureSpecs = (batch) =>
      Promise.resolve(batch.map(({ S }) => rowsOf([0, S > 3 ? 0.1 : 1, S > 4 ? 0.1 : 1], 2)));
    const { best } = await search(plan, measure);
    expect(best[0]!.spec.S).toBe(5);
    expect(best[0]!.score.text).toBe("3 (all)");
  });
});

test("the examples run", async () => {
  const examples = fileURLToPath(new URL("../../../examples/searches/", import.meta.url));
  for (const name of readdirSync(examples)) {
    const plan = await parseSearch(readData(join(examples, name)));
    expect(plan.budget, name).toBeGreaterThan(10);
  }
});
