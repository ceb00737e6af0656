import { expect, test } from "vitest";
import { linearFloors } from "../../../src/engine/linear-floors.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { standaloneLinearFloors } from "../../../src/studies/linear-floors/standalone.js";
import { trainReluLayer } from "../../../src/studies/linear-floors/trained.js";
import { parseStandaloneSettings } from "../../../src/studies/standalone.js";
import { trainAutoencoder } from "../../../src/studies/storage/autoencoder.js";

const kernels = loadKernels();
const geometry = (vectors: readonly ArrayLike<number>[]): number => linearFloors(vectors, kernels).geometry!;

// Published at F = 2n (Borobia et al.): R_geom 1.0003 for L4, 18.6–29.9 for L2; here 1.001 and 18 at n = 20 after 3000 steps.
test("a ReLU layer trained on L4 has nearly the least floor, while one trained on MSE gives up half of its features", () => {
  const train = (loss: "L4" | "MSE") => trainReluLayer({ n: 8, F: 16, loss, steps: 800, seed: 1 });
  const code = train("L4");
  expect(geometry(code)).toBeLessThan(1.02);
  expect(geometry(train("MSE"))).toBeGreaterThan(4);
  expect(trainReluLayer({ n: 8, F: 16, loss: "L4", steps: 10, seed: 1 })).not.toEqual(code);
});

test("a linear autoencoder trained on MSE keeps every feature: a projection, as random as its start", () => {
  const train = (loss: "L4" | "MSE") => trainAutoencoder({ n: 6, m: 12, loss, steps: 500, seed: 2 }).vectors;
  const [mse, l4] = [linearFloors(train("MSE"), kernels), linearFloors(train("L4"), kernels)];
  expect(l4.geometry).toBeLessThan(1.02);
  expect(mse.geometry).toBeGreaterThan(1.05);
  expect(mse.geometry).toBeLessThan(3);
  // For a projection, reading each feature by its own direction is the same as reading by the pseudo-inverse.
  expect(mse.tied.ratio).toBeCloseTo(1, 4);
});

test.each([
  [{ family: "trained", n: 65 }, "n = 65, F = 130: training is limited to n ≤ 64 and F ≤ 256."],
  [{ family: "trained", n: 40, F: 300 }, "n = 40, F = 300: training is limited to"],
  [{ family: "trained", loss: "L2" }, 'loss = "L2": must be one of L4, MSE.'],
  [{ family: "trained", model: "mlp" }, 'model = "mlp": must be one of relu-layer, autoencoder.'],
  [{ n: 12.5 }, "n = 12.5: must be a whole number."],
  [{ n: 12, F: 11 }, "F = 11: must be at least n = 12"],
])("%j is refused", (given, message) => {
  expect(() => parseStandaloneSettings(standaloneLinearFloors, given)).toThrow(message);
});
