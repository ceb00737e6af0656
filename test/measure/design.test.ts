import { expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { searchWorst } from "../../src/measure/adversary.js";
import { measureDesign } from "../../src/measure/design.js";
import { PartedRunner } from "../../src/measure/parted.js";
import { firstSteps } from "../../src/network/parted.js";
import { designNetwork } from "../support/parted-network.js";

const kernels = loadKernels();
const input = { sampling: "random", seed: 3, network: 0 } as const;

test.each(["groups", "switched"])("the first steps of a network are the network's own first steps: %s", (design) => {
  const { network } = designNetwork({ design, D: 420, T: 60, z: [2], L: 6 });
  const whole = new PartedRunner(kernels, network, { z: 2 }).runChunk({ ...input, z: 2 }, 0, 40);
  const part = new PartedRunner(kernels, firstSteps(network, 3), { z: 2 }).runChunk({ ...input, z: 2 }, 0, 40);
  expect(part.layers).toEqual(whole.layers.slice(0, 4));
});

test("every noise has its own sums, of the same samples; the search is the adversary's at its layer", () => {
  const { network } = designNetwork({ design: "groups", D: 160, T: 90, z: [2], L: 6 });
  const noises = [
    { noise: 0, samples: 40 },
    { noise: 0.02, samples: 24 },
  ];
  const given = { z: 2, noises, noiseAt: "pre-activation", adversary: { layer: 4, steps: 20 } } as const;
  const { sums, searched } = measureDesign(kernels, network, given, input);
  for (const [k, { noise, samples }] of noises.entries()) {
    const runner = new PartedRunner(kernels, network, { z: 2, noise });
    expect(sums[k]).toEqual(runner.runChunk({ ...input, z: 2 }, 0, samples));
  }
  // Two circuits of one group, which half of its changes look for.
  expect(searched).toBeCloseTo(1, 3);
  const { error } = searchWorst(kernels, firstSteps(network, 4), { z: 2, seed: 3, network: 0, steps: 20 });
  expect(searched).toBe(error);
  expect(measureDesign(kernels, network, { ...given, adversary: null }, input).searched).toBeNull();
});
