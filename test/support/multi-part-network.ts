import { expect } from "vitest";
import { buildMultiPartNetwork } from "../../src/config/build.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import type { LayerSums } from "../../src/engine/sums.js";
import { denseBias, denseWeights } from "../../src/network/dense.js";
import { widthOf } from "../../src/network/layer.js";
import type { MultiPartNetwork } from "../../src/network/multi-part.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import type { RunSpec } from "../../src/config/run-spec.js";

const kernels = loadKernels();

/** Builds one network of a design. */
export function designNetwork(
  fields: Record<string, unknown>,
  network = 0,
): { spec: RunSpec; network: MultiPartNetwork } {
  const spec = parseSpec(fields);
  return { spec, network: buildMultiPartNetwork(spec, network) };
}

/** The sums over samples 0…samples−1 of one network of a design. */
export function measured(fields: Record<string, unknown>, samples: number, network = 0): LayerSums {
  const { spec, network: built } = designNetwork(fields, network);
  const z = Math.max(...spec.z);
  const { noise, noiseAt } = spec;
  const runner = new SparseEngine(kernels, built, { z, noise: { noise, noiseAt } });
  return runner.runChunk({ z, sampling: "random", seed: spec.seed, network }, 0, samples);
}

/** Errors of x in active circuits after step l: mean square, share above 0.25, largest. */
export function errorOfX(sums: LayerSums, l: number): { meanSquare: number; wrong: number; worst: number } {
  const { sum, wrong, max } = sums.layers[l]!.errors[1]!.active;
  return { meanSquare: sum / sums.activeCount, wrong: wrong! / sums.activeCount, worst: Math.sqrt(max) };
}

/** A^l of every layer from A^0, from the dense weights alone: `ReLU(W·A + b)`. */
export function denseForward(network: MultiPartNetwork, input: Float32Array): Float64Array[] {
  const D = widthOf(network.parts);
  const activations = [Float64Array.from(input)];
  const W = new Float64Array(D * D);
  network.layers.forEach((layer, k) => {
    denseWeights(network, k + 1, W);
    const bias = denseBias(network.parts, layer);
    const before = activations[k]!;
    activations.push(
      Float64Array.from({ length: D }, (_, n) => {
        let sum = bias[n]!;
        for (let m = 0; m < D; m++) sum += W[n * D + m]! * before[m]!;
        return Math.max(0, sum);
      }),
    );
  });
  return activations;
}

/**
 * Tests that a design is a ReLU network of at most D neurons: its dense weights and biases give the same results as the
 * runner.
 */
export function expectReluNetwork(fields: Record<string, unknown>, samples = 2): void {
  const { spec, network } = designNetwork(fields);
  expect(widthOf(network.parts)).toBeLessThanOrEqual(spec.D);
  const z = Math.max(...spec.z);
  const runner = new SparseEngine(kernels, network, { z, lanes: 4, keepActivations: true });
  runner.sample({ z, sampling: "random", seed: spec.seed, network: 0 }, 0, samples);
  runner.runTile(samples, z);
  for (let lane = 0; lane < samples; lane++) {
    const dense = denseForward(network, runner.activations(0, lane));
    for (let l = 1; l <= spec.L; l++) {
      const wanted = dense[network.steps[l - 1]!]!;
      const scale = Math.max(1, ...wanted);
      runner.activations(l, lane).forEach((value, n) => {
        if (Math.abs(value - wanted[n]!) > 2e-4 * scale) expect(value, `step ${l}, neuron ${n}`).toBe(wanted[n]);
      });
    }
  }
}
