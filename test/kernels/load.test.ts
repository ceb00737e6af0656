import { afterEach, expect, test, vi } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { loadCore, loadKernels } from "../../src/kernels/load.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork } from "../../src/network/network.js";
import { measure } from "../../src/results/measure.js";

afterEach(() => void vi.restoreAllMocks());

test("without SIMD the error names the twin, which measures the same", async () => {
  const shape = { D: 80, d: 4, T: 12, S: 3, L: 2 };
  const circuits = rotations(anglesFromTurns(randomTurns(shape.T, 1)), shape.L);
  const embedding = permutedEmbedding(primeSteps({ T: shape.T, P: 20, S: shape.S }), shape.L, 1);
  const network = buildNetwork({ shape, circuits, embedding, construction: "capped" });
  const input = { z: 2, samples: 20, seed: 1 };
  const twin = measure(network, input, referenceKernels());
  vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  expect(() => loadKernels()).toThrow("No WebAssembly SIMD here, or not the core: referenceKernels()");
  await expect(loadCore()).rejects.toThrow("referenceKernels()");
  vi.restoreAllMocks();
  expect(twin).toEqual(measure(network, input, await loadCore()));
});
