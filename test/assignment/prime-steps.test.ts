import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { primeSteps, maxCircuits, stepSizes } from "../../src/assignment/prime-steps.js";
import { circuitsUpperBound } from "../../src/assignment/statistics.js";
import type { Assignment } from "../../src/assignment/assignment.js";
import { InputError } from "../../src/base/errors.js";
import { referenceAssignments, parseSizes } from "./reference.js";

// The numbers are from Rot-in-Sup 7c3c438, assignments.py.
const reference = referenceAssignments();

function rows({ T, S, neurons }: Assignment): number[][] {
  return Array.from({ length: T }, (_, t) => [...neurons.subarray(t * S, (t + 1) * S)]);
}

describe("prime-step assignment [E7] against the authors' code, exactly", () => {
  for (const [P, byS] of Object.entries(reference.maxT)) {
    test(`largest T at P = ${P}, S = 2…10; one more is refused`, () => {
      for (const [S, T] of Object.entries(byS)) {
        const block = { P: Number(P), S: Number(S) };
        expect(maxCircuits(block), `S = ${S}`).toBe(T);
        expect(primeSteps({ T, ...block }).neurons.length).toBe(T * block.S);
        expect(() => primeSteps({ T: T + 1, ...block })).toThrow(`T = ${T + 1}: at most ${T} circuits fit`);
      }
    });
  }

  for (const [sizes, steps] of Object.entries(reference.get_steps)) {
    test(`step sizes at ${sizes}`, () => {
      const { P, S } = parseSizes(sizes);
      expect([...stepSizes({ P, S })]).toEqual(steps);
    });
  }

  for (const [sizes, { maxT }] of Object.entries(reference.edge_cases_when_no_step_exists)) {
    test(`barely room for a step: ${sizes} holds ${maxT}`, () => {
      const { P, S } = parseSizes(sizes);
      expect(maxCircuits({ P, S })).toBe(maxT);
      expect(() => primeSteps({ T: maxT + 1, P, S })).toThrow(InputError);
      if (maxT > 0) expect(rows(primeSteps({ T: maxT, P, S }))[0]).toEqual(Array.from({ length: S }, (_, s) => s));
    });
  }

  for (const [sizes, wanted] of Object.entries(reference.cases)) {
    const { T, P, S } = parseSizes(sizes);
    if ("error" in wanted) {
      test(`${sizes} does not fit`, () => {
        expect(() => primeSteps({ T, P, S })).toThrow(`T = ${T}: at most ${wanted.maxT} circuits fit`);
      });
      continue;
    }
    test(`${sizes}: first and last rows, circuits per step, checksum of all rows`, () => {
      const assignment = rows(primeSteps({ T, P, S }));
      expect(maxCircuits({ P, S })).toBe(wanted.maxT);
      expect(assignment.slice(0, 12)).toEqual(wanted.first12);
      expect(assignment.slice(-3)).toEqual(wanted.last3);

      const perStep: [number, number][] = [];
      for (const row of assignment) {
        const step = row[1] - row[0];
        if (perStep.at(-1)?.[0] === step) perStep.at(-1)![1]++;
        else perStep.push([step, 1]);
      }
      expect(perStep).toEqual(wanted.steps_used_and_number_of_circuits);

      let checksum = 0;
      assignment.forEach((row, t) => row.forEach((neuron, s) => (checksum += (t + 1) * (s + 1) * neuron)));
      expect(checksum).toBe(wanted["checksum_sum_t_(t+1)*sum_s_(s+1)*c[t][s]"]);
    });
  }
});

describe("prime-step assignment [E7]", () => {
  const blocks = fc.record({ P: fc.integer({ min: 1, max: 70 }), S: fc.integer({ min: 1, max: 12 }) });

  test("any P, S, T: distinct neurons of the block, any two circuits share at most one", () => {
    fc.assert(
      fc.property(blocks, fc.double({ min: 0, max: 1, noNaN: true }), ({ P, S }, share) => {
        const most = S === 1 ? 2 * P : maxCircuits({ P, S });
        fc.pre(most > 0);
        const assignment = rows(primeSteps({ T: Math.max(1, Math.round(share * most)), P, S }));
        const pairs = new Set<number>();
        for (const row of assignment) {
          expect(new Set(row).size).toBe(S);
          for (const n of row) {
            expect(n).toBeLessThan(P);
            for (const m of row) {
              if (m <= n) continue;
              expect(pairs.has(n * P + m), `neurons ${n}, ${m} of P = ${P}, S = ${S} twice`).toBe(false);
              pairs.add(n * P + m);
            }
          }
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });

  test("any P, S ≥ 2: the closed count fits, one more does not, and it is within the upper bound", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 2, max: 30 }), (P, S) => {
        const T = maxCircuits({ P, S });
        if (T > 0) expect(primeSteps({ T, P, S }).T).toBe(T);
        expect(() => primeSteps({ T: T + 1, P, S })).toThrow(InputError);
        expect(T).toBeLessThanOrEqual(circuitsUpperBound({ P, S }));
      }),
      { numRuns: 300, seed: 2 },
    );
  });

  test("the closed count equals enumeration from the definition, P up to 120, S up to 12", () => {
    for (let P = 1; P <= 120; P++) {
      for (let S = 2; S <= 12; S++) expect(maxCircuits({ P, S }), `P = ${P}, S = ${S}`).toBe(enumerate(P, S));
    }
  });

  test("fewer circuits are the first rows of more", () => {
    const all = primeSteps({ T: 557, P: 250, S: 6 });
    const some = primeSteps({ T: 123, P: 250, S: 6 });
    expect(some.neurons).toEqual(all.neurons.slice(0, 123 * 6));
  });

  test("S = 1: circuit t takes neuron t mod P, without limit", () => {
    expect(maxCircuits({ P: 7, S: 1 })).toBe(Infinity);
    expect([...stepSizes({ P: 7, S: 1 })]).toEqual([]);
    expect([...primeSteps({ T: 17, P: 7, S: 1 }).neurons]).toEqual(Array.from({ length: 17 }, (_, t) => t % 7));
  });

  test("if circuits do not fit, the advice is the smallest block and an S that work", () => {
    expect(() => primeSteps({ T: 558, P: 250, S: 6 })).toThrow(
      "T = 558: at most 557 circuits fit at P = 250, S = 6 (prime-step assignment). " +
        "Use T ≤ 557, or P = D/d ≥ 251, or S = 5.",
    );
    expect(maxCircuits({ P: 251, S: 6 })).toBeGreaterThanOrEqual(558);
    expect(maxCircuits({ P: 250, S: 5 })).toBeGreaterThanOrEqual(558);
    expect(() => primeSteps({ T: 1, P: 3, S: 5 })).toThrow(
      "T = 1: at most 0 circuits fit at P = 3, S = 5 (prime-step assignment). Use P = D/d ≥ 5, or S = 3.",
    );
  });

  test.each([
    [{ T: 0, P: 10, S: 2 }, "T = 0"],
    [{ T: 1.5, P: 10, S: 2 }, "T = 1.5"],
    [{ T: NaN, P: 10, S: 2 }, "T = NaN"],
    [{ T: 1, P: -10, S: 2 }, "P = -10"],
    [{ T: 1, P: 1e9, S: 2 }, "P = 1000000000"],
    [{ T: 1, P: 10, S: 0 }, "S = 0"],
    [{ T: 1e15, P: 10, S: 2 }, "at most 32 circuits fit"],
    [{ T: 1e15, P: 10, S: 1 }, "T = 1000000000000000"],
  ])("refuses %o", (sizes, message) => {
    expect(() => primeSteps(sizes)).toThrow(InputError);
    expect(() => primeSteps(sizes)).toThrow(message);
  });

  test("refuses a huge T and absurd sizes without building anything", () => {
    for (const T of [16_777_216, 1e15]) {
      for (const S of [2, 3, 6, 10]) expect(() => primeSteps({ T, P: 10, S })).toThrow("circuits fit");
    }
  });

  test("half a million circuits at P = 25,000, S = 6", () => {
    const assignment = primeSteps({ T: 500_000, P: 25_000, S: 6 });
    expect(assignment.neurons.length).toBe(3_000_000);
  });
});

/** Counts circuits for each start, directly from the definition in [E7]. */
function enumerate(P: number, S: number): number {
  const smallPrimes = [2, 3, 5, 7, 11].filter((prime) => prime < S);
  const prime = [2, 3, 5, 7, 11].includes(S);
  let count = 0;
  for (let g = 1; g * (S - 1) < P; g++) {
    if (smallPrimes.some((p) => g % p === 0)) continue;
    for (let step = g; step * (S - 1) < P; step *= S) {
      for (let offset = 0; offset < Math.min(step, P - step * (S - 1)); offset++) {
        for (let i = offset; i + step * (S - 1) < P; i += step * S) count++;
      }
      if (prime) break;
    }
  }
  return count;
}
