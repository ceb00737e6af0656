import { expect, test } from "vitest";
import { LoadedCore } from "../../../src/jobs/loaded-core.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { measureUniversalAnd } from "../../../src/studies/universal-and/measure.js";
import { drawUniversalNetwork } from "../../../src/studies/universal-and/network.js";
import { andCountKind, type AndCountTask } from "../../../src/studies/universal-and/one-axis-measure.js";
import { chosenGatesRight } from "../../../src/theory/chosen-gates.js";

const core = new LoadedCore(loadKernels());
const task: Omit<AndCountTask, "network"> = {
  ...{ kind: "and-count", D: 150, count: 30, active: 2, samples: 60, seed: 4, repeat: 0 },
};
const capped = { method: "circuits", construction: "capped", assignment: "prime-step", S: 4 } as const;

test.each([
  [{ active: 2, count: 30 }, 30],
  [{ active: 3, count: 10, D: 1000 }, 150],
  [{ active: 4, count: 7, D: 3000 }, 400],
])("all pairs, %j: wrong samples are those with any wrong pair", (given, S) => {
  const own = { ...task, ...given };
  const { D: d, count: m } = own;
  const { wrong } = andCountKind.run(core, { ...own, network: { method: "pairs", S } });
  const network = { m, d, k: 2, gates: null, code: "uniform", p: 0, S, copies: 1, output: "and", n: null } as const;
  const { allRight } = measureUniversalAnd({ ...own, ...network });
  expect(wrong).toBe(own.samples - allRight);
  expect(wrong).toBeGreaterThan(0);
  expect(wrong).toBeLessThan(own.samples);
});

test.each([2, 3])(
  "chosen gates, %d inputs on: the number of wrong samples follows the law, within 4 standard errors",
  (active) => {
    const [D, count, S] = [60, 40, 5];
    // Every sample runs through a different network, so samples are independent.
    const networks = Array.from({ length: 1000 }, (_, repeat): number => {
      return andCountKind.run(core, {
        ...{ ...task, D, count, active, samples: 1, repeat },
        network: { method: "chosen", S },
      }).wrong;
    });
    const wrong = networks.reduce((sum, own) => sum + own, 0) / networks.length;
    const expected = 1 - chosenGatesRight({ d: D, S, active, G: count });
    expect(Math.abs(wrong - expected)).toBeLessThan(4 * Math.sqrt((expected * (1 - expected)) / networks.length));
  },
);

test("four classes: readouts are 4·(A − B1 − B2 + C) of the dense weights", () => {
  const own = { ...task, D: 90, count: 9, samples: 36, repeat: 1 };
  const { D: d, count: m, seed, repeat } = own;
  const code = { code: "bernoulli", p: 0.5, S: 1, copies: 1 } as const;
  const { inputsOf } = drawUniversalNetwork({ m, d, k: 2, gates: null, ...code, seed, repeat });
  const W = inputsOf.map((inputs) => Array.from({ length: m }, (_, i) => (inputs.includes(i) ? 0.1 : -10)));
  // Whether a sample is wrong depends only on which two inputs are on, so every pair is tested, and counted as often as
  // it is drawn.
  const wrongPairs = new Set<string>();
  for (let b = 1; b < m; b++)
    for (let a = 0; a < b; a++) {
      const h = W.map((row) => Math.max(0, row[a]! + row[b]! + 0.05));
      for (let j = 1; j < m; j++)
        for (let i = 0; i < j; i++) {
          const mean = (isI: boolean, isJ: boolean): number => {
            const own = h.filter((_, n) => W[n]![i]! > 0 === isI && W[n]![j]! > 0 === isJ);
            return own.length === 0 ? 0 : own.reduce((sum, value) => sum + value, 0) / own.length;
          };
          const readout = 4 * (mean(true, true) - mean(true, false) - mean(false, true) + mean(false, false));
          if (readout > 0.5 !== (i === a && j === b)) wrongPairs.add(`${a},${b}`);
        }
    }
  const { wrong } = andCountKind.run(core, { ...own, samples: 2000, network: { method: "classes" } });
  const share = wrongPairs.size / 36;
  expect(share).toBeGreaterThan(0);
  expect(Math.abs(wrong / 2000 - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / 2000));
});

test("four classes read a pair that is on as 0.45 with four inputs on for any D", () => {
  const own = { ...task, D: 20_000, count: 6, active: 4, samples: 5 };
  expect(andCountKind.run(core, { ...own, network: { method: "classes" } }).wrong).toBe(5);
});

test("circuits: a few in many neurons are right, the maximum in few neurons are not; reproducible", () => {
  const few = { ...task, D: 800, count: 12, active: 3, network: capped };
  expect(andCountKind.run(core, few)).toEqual({ samples: 60, wrong: 0 });
  const many = { ...few, count: 400, network: { ...capped, S: 3 } };
  const found = andCountKind.run(core, many);
  expect(found.wrong).toBeGreaterThan(3);
  expect(andCountKind.run(core, many)).toEqual(found);
});
