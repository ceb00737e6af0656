import { expect, test } from "vitest";
import { loadKernels } from "../../../src/kernels/node.js";
import { searchWorst } from "../../../src/engine/worst-case-search.js";
import { measureDesign } from "../../../src/studies/design-comparison/measure.js";
import { SparseEngine } from "../../../src/engine/sparse.js";
import { designNetwork } from "../../support/multi-part-network.js";

const kernels = loadKernels();
const input = { sampling: "random", seed: 3, network: 0 } as const;

test.each(["groups", "switched"])("a tile that stops after a step reads that step and adds nothing: %s", (design) => {
  const { network } = designNetwork({ design, D: 420, T: 60, z: [2], L: 6 });
  const runner = new SparseEngine(kernels, network, { z: 2 });
  const kept = new SparseEngine(loadKernels(), network, { z: 2, keepActivations: true });
  const all = { ...input, z: 2 };
  for (const each of [runner, kept]) each.sample(all, 0, 16);
  kept.runTile(16, 2);
  for (const step of [1, 3, 6]) {
    runner.runTile(16, 2, { until: step, measure: false });
    expect(runner.lastReadouts(32, 2, step)).toEqual(kept.activeReadouts(step, 32, 2));
  }
  const fresh = new SparseEngine(loadKernels(), network, { z: 2 });
  expect(runner.runChunk(all, 0, 40)).toEqual(fresh.runChunk(all, 0, 40));
});

test("every noise level has its own sums over the same samples; the search is adversarial at its layer", () => {
  const { network } = designNetwork({ design: "groups", D: 160, T: 90, z: [2], L: 6 });
  const noises = [
    { noise: 0, samples: 40 },
    { noise: 0.02, samples: 24 },
  ];
  const given = { z: 2, noises, noiseAt: "pre-activation", adversary: { layer: 4, steps: 20 } } as const;
  const { sums, searched } = measureDesign(kernels, network, given, input);
  for (const [k, { noise, samples }] of noises.entries()) {
    const runner = new SparseEngine(kernels, network, { z: 2, noise: { noise, noiseAt: "pre-activation" } });
    expect(sums[k]).toEqual(runner.runChunk({ ...input, z: 2 }, 0, samples));
  }
  // Half of the changes in the search try two circuits of one group, which give an error of 1.
  expect(searched).toBeCloseTo(1, 3);
  const { error } = searchWorst(network, { z: 2, seed: 3, layer: 4, steps: 20, samples: 40 }, kernels);
  expect(searched).toBe(error);
  expect(measureDesign(kernels, network, { ...given, adversary: null }, input).searched).toBeNull();
});

test("no sample is worse than the search's result", () => {
  const { network } = designNetwork({ design: "groups", D: 160, T: 90, z: [2], L: 3 });
  const given = { z: 2, noises: [{ noise: 0, samples: 200 }], noiseAt: "pre-activation" } as const;
  const { sums, searched } = measureDesign(kernels, network, { ...given, adversary: { layer: 3, steps: 0 } }, input);
  const { max } = sums[0]!.layers[3]!.errors[1]!.active;
  // With steps = 0, the result is the worst sample itself, among the 200 or those that fill up the last tile.
  expect(searched!).toBeGreaterThanOrEqual(Math.sqrt(max) * (1 - 1e-6));
  expect(Math.sqrt(max)).toBeGreaterThan(0.1);
});
