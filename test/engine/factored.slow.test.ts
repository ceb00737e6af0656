import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations, steps } from "../../src/circuits/rotation.js";
import { InputError } from "../../src/base/errors.js";
import { loadKernels } from "../../src/kernels/node.js";
import type { TileWidth } from "../../src/engine/factored-run.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import type { RandomInput } from "../../src/engine/sampling.js";
import { emptySums, mergeSums, type LayerSums } from "../../src/engine/sums.js";
import { factoredConstructions } from "../../src/network/construction.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork, type Network } from "../../src/network/network.js";
import { definedReadout } from "../support/defined-network.js";
import { activeCount, networkOf, plans, type Plan } from "../support/random-networks.js";

const kernels = loadKernels();

function runnerOf(
  plan: Plan,
  lanes: TileWidth,
  network = networkOf(plan),
): { runner: FactoredEngine; input: RandomInput } {
  const z = activeCount(plan, network);
  const runner = new FactoredEngine(kernels, network, { gate: plan.gate, z, lanes });
  return { runner, input: { z, sampling: "random", seed: plan.seed, network: 1 } };
}

const small = plans({ T: [1, 30], spare: [1, 12], samples: 40 });

function rotationNetwork(T: number, L = 3): Network {
  const shape = { D: 160, d: 4, T, S: 4, L };
  const embedding = permutedEmbedding(primeSteps({ T, P: 40, S: 4 }), L, 1);
  return buildNetwork({
    shape,
    circuits: rotations(anglesFromTurns(randomTurns(T, 1)), L),
    embedding,
    construction: "capped",
  });
}

const manyRotations: Plan = {
  ...{ kind: "rotation", d: 4, T: 0, S: 6, spare: 240, L: 2, construction: "capped", gate: "relu", rows: "any" },
  ...{ readoutRows: [1], inputs: "angle", z: 2, lanes: 8, samples: 5, seed: 1 },
};

function expectSameForAllTiles(plan: Plan): void {
  const network = networkOf(plan);
  const [four, eight, sixteen] = ([4, 8, 16] as const).map((lanes) => {
    const { runner, input } = runnerOf(plan, lanes, network);
    return runner.runChunk(input, 3, plan.samples);
  });
  expect(eight).toEqual(four);
  expect(sixteen).toEqual(four);
}

describe("a chunk's sums are bit for bit the same", () => {
  test("for tiles of 4, 8 and 16 samples, in chunks merged in order", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: 1, max: 40 }), (plan, size) => {
        const [four, eight, sixteen] = ([4, 8, 16] as const).map((lanes) => {
          const { runner, input } = runnerOf(plan, lanes);
          let merged = emptySums(runner.network.circuits.readouts, runner.network.shape.d, runner.network.shape.L);
          for (let first = 0; first < plan.samples; first += size) {
            merged = mergeSums(merged, runner.runChunk(input, first, Math.min(size, plan.samples - first)));
          }
          return merged;
        });
        expect(four!.samples).toBe(plan.samples);
        expect(eight).toEqual(four);
        expect(sixteen).toEqual(four);
      }),
      { numRuns: 100, seed: 1 },
    );
  });

  test("for hundreds of circuits, summed in several blocks", () => {
    fc.assert(
      fc.property(plans({ T: [257, 600], spare: [30, 60], samples: 9, L: 2 }), (given) => {
        expectSameForAllTiles({ ...given, rows: "any", z: Math.min(given.z, 4) });
      }),
      { numRuns: 25, seed: 2 },
    );
  });

  // At sizes between these two, tiles outgrow the cache, and circuits then run in another order.
  test.each([200, 350])("for T = %i circuits with d = 40", (T) => {
    fc.assert(
      fc.property(plans({ T: [T, T], spare: [10, 30], samples: 5 }), (given) => {
        const plan: Plan = {
          ...given,
          kind: "full",
          d: 40,
          rows: "any",
          S: Math.min(given.S, 3),
          L: 2,
          z: Math.min(given.z, 4),
        };
        expectSameForAllTiles(plan);
      }),
      { numRuns: 2, seed: T },
    );
  });

  test.each([2500, 4000])("for T = %i rotations", (T) => {
    for (const construction of factoredConstructions) expectSameForAllTiles({ ...manyRotations, T, construction });
  });

  test("in any order of z, when repeated, with room for more z, and in memory that another runner has used", () => {
    const network = rotationNetwork(40);
    const run = (runner: FactoredEngine, z: number): LayerSums =>
      runner.runChunk({ z, sampling: "random", seed: 5, network: 0 }, 0, 50);
    const forward = new FactoredEngine(kernels, network, { gate: "relu", z: 3 });
    const wanted = [1, 2, 3].map((z) => run(forward, z));
    expect([3, 2, 1].map((z) => run(forward, z)).reverse()).toEqual(wanted);
    const large = new FactoredEngine(kernels, rotationNetwork(43, 6), { gate: "oracle", z: 9, keepActivations: true });
    run(large, 9);
    const second = new FactoredEngine(kernels, network, { gate: "relu", z: 5 });
    expect([2, 1, 3].map((z) => run(second, z))).toEqual([wanted[1], wanted[0], wanted[2]]);
    const fresh = new FactoredEngine(loadKernels(), network, { gate: "relu", z: 3 });
    expect([1, 2, 3].map((z) => run(fresh, z))).toEqual(wanted);
  });

  test("whether activations are kept or not", () => {
    fc.assert(
      fc.property(small, (plan) => {
        const { runner, input } = runnerOf(plan, plan.lanes);
        const wanted = runner.runChunk(input, 0, plan.samples);
        const options = { gate: plan.gate, z: input.z, lanes: plan.lanes, keepActivations: true };
        expect(new FactoredEngine(kernels, networkOf(plan), options).runChunk(input, 0, plan.samples)).toEqual(wanted);
      }),
      { numRuns: 50, seed: 3 },
    );
  });

  test("seed, network and z each change them", () => {
    const runner = new FactoredEngine(kernels, rotationNetwork(40), { gate: "relu", z: 2 });
    const input: RandomInput = { z: 2, sampling: "random", seed: 5, network: 0 };
    const sums = [input, { ...input, seed: 6 }, { ...input, network: 1 }, { ...input, z: 1 }].map((each) =>
      JSON.stringify(runner.runChunk(each, 0, 20).layers),
    );
    expect(new Set(sums).size).toBe(4);
  });
});

test("sums equal those of every readout of the kept activations, one by one (1e-5 of the largest squares; counts exact) [E17]–[E19]", () => {
  fc.assert(
    fc.property(plans({ T: [1, 20], spare: [1, 10], samples: 12 }), (plan) => {
      const network = networkOf(plan);
      const { circuits, shape } = network;
      const { T, L, d, D } = shape;
      const z = activeCount(plan, network);
      const options = { gate: plan.gate, z, lanes: plan.lanes, keepActivations: true };
      const runner = new FactoredEngine(kernels, network, options);
      const input: RandomInput = { z, sampling: "random", seed: plan.seed, network: 0 };
      const sums = runner.runChunk(input, 0, plan.samples);
      expect([sums.samples, sums.activeCount, sums.inactiveCount]).toEqual(
        [1, z, T - z].map((factor) => factor * plan.samples),
      );
      const wanted = sums.layers.map(() => ({
        errors: circuits.readouts.map(() => ({ active: [0], inactive: [0] })),
        activeNeurons: new Array<number>(d).fill(0),
        // The size of the summands that cancel in a readout; float32 errors grow with it.
        size: 1,
      }));
      for (let sample = 0; sample < plan.samples; sample++) {
        runner.sample(input, sample, 1);
        const [ids] = runner.activeCircuits(1, z);
        const inputs = runner.truth(0, z);
        runner.runTile(1, z);
        const truths = ids!.map((t, slot) => runAlone(circuits, t, inputs[slot]!));
        for (let l = 0; l <= L; l++) {
          const A = runner.activations(l, 0);
          const layer = wanted[l]!;
          A.forEach((value, n) => (layer.activeNeurons[Math.floor(n / (D / d))]! += value > Math.fround(1e-4) ? 1 : 0));
          if (l === 0) continue;
          layer.size = Math.max(layer.size, ...A.map(Math.abs));
          definedReadout(network, l, A).forEach((a, t) => {
            const slot = ids!.indexOf(t);
            circuits.readouts.forEach((readout, group) => {
              const truth = slot < 0 ? null : applyReadout(readout, truths[slot]![l]!);
              const square = applyReadout(readout, a).reduce((sum, y, i) => sum + (y - (truth?.[i] ?? 0)) ** 2, 0);
              layer.errors[group]![slot < 0 ? "inactive" : "active"].push(square);
            });
          });
        }
      }
      sums.layers.forEach(({ errors, activeNeurons }, l) => {
        const layer = wanted[l]!;
        expect(activeNeurons).toEqual(layer.activeNeurons);
        errors.forEach((error, group) => {
          for (const which of ["active", "inactive"] as const) {
            const squares = layer.errors[group]![which];
            const sum = squares.reduce((total, square) => total + square, 0);
            const tolerance = 1e-5 * Math.max(1, layer.size) ** 2;
            expect(Math.abs(error[which].sum - sum)).toBeLessThanOrEqual(tolerance * Math.max(1, squares.length, sum));
            expect(Math.abs(error[which].max - Math.max(...squares))).toBeLessThanOrEqual(
              tolerance * Math.max(1, error[which].max),
            );
          }
        });
      });
    }),
    { numRuns: 100, seed: 4 },
  );
});

test('sampling "each": sample k runs circuit k mod T', () => {
  const runner = new FactoredEngine(kernels, rotationNetwork(7), { gate: "relu", z: 1, lanes: 16 });
  runner.sample({ z: 1, sampling: "each", seed: 1, network: 0 }, 5, 16);
  expect(runner.activeCircuits(16, 1)).toEqual(Array.from({ length: 16 }, (_, b) => [(5 + b) % 7]));
});

describe("sums", () => {
  const readouts = steps(1, 1).readouts;
  const errors = (sum: number, max: number, wrong: number) => ({ sum, max, wrong });
  const of = (samples: number, sum: number, max: number, wrong: number): LayerSums => ({
    ...emptySums(readouts, 2, 0),
    samples,
    activeCount: samples,
    inactiveCount: 3 * samples,
    layers: [
      {
        errors: [{ active: errors(sum, max, wrong), inactive: { ...errors(2 * sum, 2 * max, 0), wrong: null } }],
        activeNeurons: [sum, 1],
      },
    ],
  });

  test("of no samples are zero, and merging adds, maxima aside", () => {
    expect(mergeSums(emptySums(readouts, 2, 0), of(3, 5, 4, 1))).toEqual(of(3, 5, 4, 1));
    expect(mergeSums(of(3, 5, 4, 1), of(2, 1, 7, 2))).toEqual({
      samples: 5,
      activeCount: 5,
      inactiveCount: 15,
      layers: [
        {
          errors: [{ active: errors(6, 7, 3), inactive: { sum: 12, max: 14, wrong: null } }],
          activeNeurons: [6, 2],
        },
      ],
    });
  });

  test("of a chunk of no samples are zero", () => {
    const runner = new FactoredEngine(kernels, rotationNetwork(7), { gate: "relu", z: 1 });
    const none = runner.runChunk({ z: 1, sampling: "random", seed: 1, network: 0 }, 0, 0);
    // This engine does not count how many inactive circuits are wrong.
    const uncounted = emptySums(runner.network.circuits.readouts, 4, 3).layers.map((layer) => ({
      ...layer,
      errors: layer.errors.map(({ active, inactive }) => ({ active, inactive: { ...inactive, wrong: null } })),
    }));
    expect(none).toEqual({ ...emptySums(runner.network.circuits.readouts, 4, 3), layers: uncounted });
  });
});

describe("wrong use is refused with a reason", () => {
  const network = rotationNetwork(7);
  const runner = new FactoredEngine(kernels, network, { gate: "relu", z: 2, lanes: 4 });
  const input: RandomInput = { z: 1, sampling: "random", seed: 1, network: 0 };
  const a = [1.5, 0.5, 1, 1];

  test.each<[string, () => unknown, string]>([
    [
      "z above T",
      () => new FactoredEngine(kernels, network, { gate: "relu", z: 8 }),
      "z = 8: must be a whole number from 1 to 7.",
    ],
    [
      "z = 0",
      () => new FactoredEngine(kernels, network, { gate: "relu", z: 0 }),
      "z = 0: must be a whole number from 1 to 7.",
    ],
    [
      "fractional z",
      () => new FactoredEngine(kernels, network, { gate: "relu", z: 1.5 }),
      "z = 1.5: must be a whole number from 1 to 7.",
    ],
    [
      "z above the runner's",
      () => runner.runChunk({ ...input, z: 3 }, 0, 1),
      "z = 3: must be a whole number from 1 to 2.",
    ],
    [
      '"each" with z = 2',
      () => runner.runChunk({ ...input, z: 2, sampling: "each" }, 0, 1),
      'z = 2: must be 1; sampling "each" runs one circuit per sample.',
    ],
    [
      "a circuit beyond T",
      () => runner.setInputs([[7]], [[a]]),
      "active[0][0] = 7: must be a whole number from 0 to 6.",
    ],
    ["no samples", () => runner.setInputs([], []), "samples = 0: must be a whole number from 1 to 4."],
    [
      "more samples than lanes",
      () => runner.setInputs([[1], [1], [1], [1], [1]], [[a], [a], [a], [a], [a]]),
      "samples = 5: must be a whole number from 1 to 4.",
    ],
    [
      "too many circuits",
      () => runner.setInputs([[1, 2, 3]], [[a, a, a]]),
      "z = 3: must be a whole number from 1 to 2.",
    ],
  ])("%s", (_what, use, message) => {
    expect(use).toThrow(InputError);
    expect(use).toThrow(message);
  });

  test("asking for activations that were not kept", () => {
    expect(() => runner.activations(1, 0)).toThrow("This engine does not keep activations.");
  });
});
