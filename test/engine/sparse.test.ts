import fc from "fast-check";
import { expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import type { TileWidth } from "../../src/engine/factored-run.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import type { LayerSums } from "../../src/engine/sums.js";
import { factoredConstructions, hasMatrix, type Construction } from "../../src/network/construction.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildMatrixNetwork } from "../../src/network/matrix-network.js";
import { buildNetwork } from "../../src/network/network.js";
import { asMultiPart } from "../../src/network/multi-part.js";

const kernels = loadKernels();

function postNetwork(construction: Construction, D: number, T: number, L: number, seed: number) {
  const shape = { D, d: 4, T, S: 3, L };
  const circuits = rotations(anglesFromTurns(randomTurns(T, seed)), L);
  const embedding = permutedEmbedding(primeSteps({ T, P: D / 4, S: 3 }), L, seed);
  const parts = { shape, circuits, embedding };
  return hasMatrix(construction)
    ? buildMatrixNetwork({ ...parts, construction })
    : buildNetwork({ ...parts, construction });
}

test.each(factoredConstructions)(
  "runs the post's networks as the factored engine does, within rounding: %s",
  (construction) => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.nat(1000), fc.integer({ min: 1, max: 40 }), (z, seed, count) => {
        const network = postNetwork(construction, 160, 60, 3, seed);
        const input = { z, sampling: "random", seed, network: 0 } as const;
        const factored = new FactoredEngine(kernels, network, { gate: "relu", z }).runChunk(input, 3, count);
        const sparse = new SparseEngine(kernels, asMultiPart(network), { z }).runChunk(input, 3, count);
        expect(sparse.activeCount).toBe(factored.activeCount);
        expect(sparse.inactiveCount).toBe(factored.inactiveCount);
        sparse.layers.forEach((layer, l) => {
          layer.errors.forEach((errors, group) => {
            for (const which of ["active", "inactive"] as const) {
              const theirs = factored.layers[l]!.errors[group]![which];
              expect(Math.abs(errors[which].sum - theirs.sum)).toBeLessThan(1e-4 * Math.max(1, theirs.sum));
              if (which === "active") expect(Math.abs(errors[which].wrong! - theirs.wrong!)).toBeLessThanOrEqual(1);
              expect(Math.abs(errors[which].max - theirs.max)).toBeLessThan(1e-3 * Math.max(1, theirs.max));
            }
          });
          const { activeNeurons } = factored.layers[l]!;
          expect(layer.activeNeurons).toHaveLength(activeNeurons.length);
          activeNeurons.forEach((on, block) => {
            expect(Math.abs(layer.activeNeurons[block]! - on)).toBeLessThanOrEqual(1);
          });
        });
      }),
      { numRuns: 30, seed: 2 },
    );
  },
);

const run = (lanes: TileWidth, noise: number, chunks: readonly number[]): LayerSums[] => {
  const network = postNetwork("capped", 160, 60, 3, 5);
  const runner = new SparseEngine(kernels, asMultiPart(network), {
    z: 2,
    noise: { noise, noiseAt: "pre-activation" },
    lanes,
  });
  let first = 0;
  return chunks.map((count) => {
    const sums = runner.runChunk({ z: 2, sampling: "random", seed: 9, network: 0 }, first, count);
    first += count;
    return sums;
  });
};

test.each([0, 0.03])("sums do not depend on the tile's width, noise %s", (noise) => {
  expect(run(4, noise, [37, 20])).toEqual(run(16, noise, [37, 20]));
  expect(run(8, noise, [37, 20])).toEqual(run(16, noise, [37, 20]));
});

test("noise adds the expected error: at layer 1, σ²·(readout rows' squared length)/S to active circuits that stay on", () => {
  const quiet = run(16, 0, [2000])[0]!;
  const noisy = run(16, 0.05, [2000])[0]!;
  const alpha = (sums: LayerSums): number => sums.layers[1]!.errors[0]!.active.sum / sums.activeCount;
  // alpha is a_0 − a_1 averaged over S = 3 neurons, and both are on, so each of the 3 adds two independent normal
  // errors.
  expect(alpha(noisy) - alpha(quiet)).toBeGreaterThan(0.9 * ((2 * 0.05 ** 2) / 3));
  expect(alpha(noisy) - alpha(quiet)).toBeLessThan(1.1 * ((2 * 0.05 ** 2) / 3));
});

test("counts errors beyond 0.25", () => {
  const network = asMultiPart(postNetwork("capped", 160, 60, 3, 5));
  const runner = new SparseEngine(kernels, network, { z: 3, keepActivations: true });
  const input = { z: 3, sampling: "random", seed: 4, network: 0 } as const;
  runner.sample(input, 0, 16);
  runner.runTile(16, 3);
  const [alpha, x] = network.circuits.readouts;
  let wrong = 0;
  runner.activeReadouts(2, 48, 3).forEach((read, pair) => {
    const a = runner.truth(2, 48)[pair]!;
    const wanted = [...alpha!.matrix, ...x!.matrix].map((row) => row.reduce((sum, w, j) => sum + w * a[j]!, 0));
    if (Math.hypot(read[1]! - wanted[1]!, read[2]! - wanted[2]!) > 0.25) wrong++;
  });
  expect(wrong).toBeGreaterThan(0);
  expect(new SparseEngine(kernels, network, { z: 3 }).runChunk(input, 0, 16).layers[2]!.errors[1]!.active.wrong).toBe(
    wrong,
  );
});
