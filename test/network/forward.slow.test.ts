import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { readAll } from "../../src/engine/readout.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { buildNetwork, type Network } from "../../src/network/network.js";
import {
  definedInput,
  definedReadout,
  definedStep,
  definedWeights,
  weightsAndSizes,
} from "../support/defined-network.js";
import { deviation } from "../support/deviation.js";
import { activeCount, networkOf, optionsOf, plans, type Plan } from "../support/random-networks.js";

const kernels = loadKernels();

/**
 * Runs a tile and compares every layer with one dense step from the layer before. Returns the largest relative
 * deviation.
 */
function stepDeviation(network: Network, plan: Plan): number {
  const z = activeCount(plan, network);
  const count = Math.min(plan.samples, plan.lanes, 3);
  const { gate, lanes, seed } = plan;
  const runner = new FactoredEngine(kernels, network, { gate, z, lanes, keepActivations: true });
  runner.sample({ z, sampling: "random", seed, network: 0 }, 0, count);
  const active = runner.activeCircuits(count, z);
  runner.runTile(count, z);
  const { L } = network.shape;
  let most = 0;
  const compare = (actual: ArrayLike<number>, wanted: readonly number[], size: (n: number) => number): void => {
    wanted.forEach((value, n) => {
      const difference = Math.abs(actual[n]! - value) / Math.max(1, size(n));
      most = Math.max(most, Number.isFinite(difference) ? difference : Infinity);
    });
  };
  const layers = Array.from({ length: L }, (_, k) => weightsAndSizes(network, k + 1));
  for (let b = 0; b < count; b++) {
    const inputs = runner.truth(0, count * z).slice(b * z, (b + 1) * z);
    const A0 = definedInput(network, active[b]!, inputs);
    compare(runner.activations(0, b), A0, (n) => Math.abs(A0[n]!));
    for (let l = 1; l <= L; l++) {
      const before = runner.activations(l - 1, b);
      const { weights, sizes } = layers[l - 1]!;
      const wanted = definedStep(network, l, weights, before, gate, active[b]!);
      const size = (n: number): number => sizes[n]!.reduce((sum, value, m) => sum + value * Math.abs(before[m]!), 0);
      compare(runner.activations(l, b), wanted, size);
    }
  }
  return most;
}

describe("a factored layer equals ReLU(W^l A + B) with W^l from its definition, within 1e-5 of the size of its circuits' summands", () => {
  const sizes = { T: [1, 14], spare: [1, 8], L: 3 } as const;

  test("in every construction and gate, for random circuits and assignments", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(plans(sizes), (plan) => {
        seen.add(`${plan.construction} ${plan.gate}`);
        expect(stepDeviation(networkOf(plan), plan)).toBeLessThan(1e-5);
      }),
      { numRuns: 200, seed: 1 },
    );
    expect(seen.size).toBe(6);
  });

  // A state larger than the cache takes another path through the kernels.
  test("for 320 circuits with d = 40", () => {
    fc.assert(
      fc.property(plans({ T: [310, 320], spare: [24, 28], L: 2, samples: 1 }), (given) => {
        const plan: Plan = { ...given, kind: "full", d: 40, rows: "any", S: 1, L: 2, z: Math.min(given.z, 4) };
        expect(stepDeviation(networkOf(plan), plan)).toBeLessThan(1e-5);
      }),
      { numRuns: 3, seed: 5 },
    );
  });

  test("with given χ and κ, including a χ that cancels 1/S", () => {
    const factor = fc.oneof(fc.constantFrom(-1, 0), fc.double({ min: -2, max: 2, noNaN: true }));
    fc.assert(
      fc.property(plans(sizes), factor, (plan, share) => {
        const given = optionsOf(plan);
        const own = share / given.shape.S;
        const chi = given.embedding.map((_, k) => (k === 0 ? 0 : own));
        expect(stepDeviation(buildNetwork({ ...given, chi, kappa: share === -1 ? 0 : own }), plan)).toBeLessThan(1e-5);
      }),
      { numRuns: 200, seed: 2 },
    );
  });

  test("with one matrix repeated in some layers and not in others", () => {
    fc.assert(
      fc.property(plans(sizes), fc.array(fc.nat(1), { minLength: 6, maxLength: 6 }), (plan, which) => {
        const given = optionsOf({ ...plan, L: 6 });
        const { mean, delta } = given.circuits;
        const circuits = {
          ...given.circuits,
          mean: which.map((k) => mean[k]!),
          delta: which.map((_, at) => delta[which[5 - at]!]!),
        };
        expect(stepDeviation(buildNetwork({ ...given, circuits }), plan)).toBeLessThan(1e-5);
      }),
      { numRuns: 60, seed: 3 },
    );
  });
});

test("whole passes through rotations equal dense float64 passes within 1e-5 (relative above 1)", () => {
  fc.assert(
    fc.property(plans({ T: [4, 20], spare: [8, 20], L: 4 }), (given) => {
      const plan: Plan = { ...given, kind: "rotation", rows: "prime steps", z: Math.min(given.z, 2) };
      const network = networkOf(plan);
      const z = activeCount(plan, network);
      const runner = new FactoredEngine(kernels, network, {
        gate: plan.gate,
        z,
        lanes: plan.lanes,
        keepActivations: true,
      });
      runner.sample({ z, sampling: "random", seed: plan.seed, network: 0 }, 0, 1);
      const [active] = runner.activeCircuits(1, z);
      runner.runTile(1, z);
      let A = definedInput(network, active!, runner.truth(0, z));
      for (let l = 1; l <= network.shape.L; l++) {
        A = definedStep(network, l, definedWeights(network, l), A, plan.gate, active!);
        const ours = runner.activations(l, 0);
        expect(deviation(Array.from(ours), A)).toBeLessThan(1e-5);
        expect(deviation(readAll(network, ours, l), definedReadout(network, l, A))).toBeLessThan(1e-5);
      }
    }),
    { numRuns: 40, seed: 4 },
  );
});
