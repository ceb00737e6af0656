import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { activeCount, networkOf, plans, type Plan } from "../support/random-networks.js";

const core = loadKernels();
const twin = referenceKernels();

/** The complete output of a run: its sums, the readouts of the last tile and, if they are kept, its activations. */
function outcome(kernels: typeof core, plan: Plan, keepActivations: boolean): unknown {
  const network = networkOf(plan);
  const z = activeCount(plan, network);
  const { gate, lanes, samples, seed } = plan;
  const runner = new FactoredEngine(kernels, network, { gate, z, lanes, keepActivations });
  const sums = runner.runChunk({ z, sampling: "random", seed, network: 2 }, 5, samples);
  const count = samples % lanes || lanes;
  const layers = Array.from({ length: network.shape.L + 1 }, (_, l) => l);
  return {
    sums,
    ids: runner.activeCircuits(count, z),
    truth: layers.map((l) => runner.truth(l, count * z)),
    readouts: layers.slice(1).map((l) => runner.activeReadouts(l, count * z)),
    activations:
      keepActivations && layers.map((l) => Array.from({ length: count }, (_, b) => runner.activations(l, b))),
  };
}

describe("whole runs on the core equal those on its twin bit for bit", () => {
  const property = fc.property.bind(fc);

  test("small networks of every construction, gate and kind of circuit", () => {
    const seen = new Set<string>();
    fc.assert(
      property(plans({ T: [1, 30], spare: [1, 12] }), fc.boolean(), (plan, keep) => {
        seen.add(`${plan.construction} ${plan.gate} ${plan.lanes}`);
        seen.add(plan.kind);
        expect(outcome(core, plan, keep)).toEqual(outcome(twin, plan, keep));
      }),
      { numRuns: 300, seed: 1 },
    );
    expect(seen.size).toBe(3 * 2 * 3 + 8);
  });

  // Squared readouts are summed in float32 over 64 circuits at a time.
  test("more than 256 and more than 512 circuits", () => {
    fc.assert(
      property(
        fc.oneof(
          plans({ T: [257, 300], spare: [20, 60], L: 2, samples: 6 }),
          plans({ T: [513, 520], spare: [20, 60], L: 2, samples: 3 }),
        ),
        (plan) => {
          expect(outcome(core, { ...plan, rows: "any" }, false)).toEqual(
            outcome(twin, { ...plan, rows: "any" }, false),
          );
        },
      ),
      { numRuns: 40, seed: 2 },
    );
  });

  // If V outgrows the cache, circuits write to their neurons; otherwise neurons collect from their circuits.
  test("states larger than the cache: 320 circuits with d = 40", () => {
    fc.assert(
      property(plans({ T: [310, 320], spare: [20, 60], L: 2, samples: 3 }), (given) => {
        const plan: Plan = {
          ...given,
          kind: "full",
          d: 40,
          rows: "any",
          S: Math.min(given.S, 3),
          lanes: 4,
          L: 2,
          z: Math.min(given.z, 4),
        };
        expect(outcome(core, plan, false)).toEqual(outcome(twin, plan, false));
      }),
      { numRuns: 2, seed: 5 },
    );
  });

  test.each([5, 6])("states larger than the cache: 3,100 rotations, S = %i", (S) => {
    const [given] = fc.sample(plans({ T: [3100, 3100], spare: [240, 240] }), { numRuns: 1, seed: 6 });
    for (const construction of ["capped", "balanced"] as const) {
      const plan: Plan = {
        ...given!,
        kind: "rotation",
        rows: "any",
        construction,
        S,
        L: 2,
        z: 2,
        lanes: 4,
        samples: 2,
      };
      expect(outcome(core, plan, false)).toEqual(outcome(twin, plan, false));
    }
  });

  test("one neuron, one circuit, one layer", () => {
    fc.assert(
      property(plans({ T: [1, 1], spare: [0, 0], L: 1, samples: 3 }), (plan) => {
        expect(outcome(core, plan, true)).toEqual(outcome(twin, plan, true));
      }),
      { numRuns: 30, seed: 3 },
    );
  });
});
