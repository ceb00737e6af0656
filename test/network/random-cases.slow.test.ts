import { describe, expect, test } from "vitest";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { runCase } from "../../src/engine/run-case.js";
import { parseCase, type CaseInput } from "../../src/network/case.js";
import { factoredConstructions, gates } from "../../src/network/construction.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { normalPair, RandomSequence } from "../../src/base/random.js";
import { deviation } from "../support/deviation.js";
import { referenceForward } from "../support/reference-forward.js";

/** Sizes of random cases: circuits of one to five components, with and without shared neurons, shallow and deep. */
const sizes = [
  { d: 1, T: 9, S: 1, P: 5, L: 2, z: 3 },
  { d: 2, T: 30, S: 3, P: 24, L: 5, z: 2 },
  { d: 3, T: 24, S: 4, P: 30, L: 4, z: 1 },
  { d: 3, T: 5, S: 4, P: 25, L: 3, z: 5 },
  { d: 4, T: 40, S: 2, P: 18, L: 3, z: 3 },
  { d: 5, T: 12, S: 3, P: 16, L: 6, z: 2 },
] as const;

/** Random circuits, with different weights and biases in every layer. */
function randomCase(size: (typeof sizes)[number], seed: number, rest: Partial<CaseInput>): CaseInput {
  const { d, T, S, P, L, z } = size;
  const random = new RandomSequence(seed, "user", d, T);
  const normal = (): number => (0.9 / Math.sqrt(d)) * normalPair(random)[0];
  const list = <A>(length: number, make: () => A): A[] => Array.from({ length }, make);
  return parseCase({
    ...{ D: d * P, d, T, S, L, construction: "capped", gate: "relu" },
    circuits: {
      kind: "custom",
      weights: list(L, () => list(T, () => list(d, () => list(d, normal)))),
      biases: list(L, () => list(d, () => 0.3 * random.uniform() - 0.25)),
    },
    assignments: permutedEmbedding(primeSteps({ T, P, S }), L, seed).map(({ neurons }) =>
      list(T, () => 0).map((_, t) => Array.from(neurons.subarray(t * S, (t + 1) * S))),
    ),
    samples: list(3, () => ({
      active: Array.from(random.permutation(T).subarray(0, z)),
      inputs: list(z, () => list(d, () => 1.5 * random.uniform())),
    })),
    ...rest,
  });
}

const variants = [
  ...factoredConstructions.flatMap((construction) => gates.map((gate) => ({ construction, gate }))),
  { construction: "capped", chiFactor: 1.15 },
  { construction: "balanced", kappa: 0 },
  { construction: "split", kappa: 0.01 },
] as const;

describe.each([
  ["the Wasm core", loadKernels],
  ["its TypeScript twin", referenceKernels],
])("random circuits on %s agree within 1e-5 with a float64 forward pass from the definitions", (_label, kernels) => {
  test.each(variants)("%o", (variant) => {
    sizes.forEach((size, index) => {
      const input = randomCase(size, 100 + index, variant);
      const [ours, wanted] = [runCase(input, kernels()), referenceForward(input)];
      for (const key of ["chi", "truth", "activations", "readout"] as const) {
        expect(deviation(ours[key], wanted[key]), `${key}, d = ${size.d}, T = ${size.T}`).toBeLessThan(1e-5);
      }
    });
  });
});
