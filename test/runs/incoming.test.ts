import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { hasIncoming, incomingKind } from "../../src/runs/incoming.js";
import { sampleKind } from "../../src/runs/sample.js";
import { neuronSum } from "../../src/web/figures/neuron-sum.js";
import { loadKernels } from "../../src/kernels/node.js";

test("weights, bias and the layer before give every neuron's activation, to 1e-5", () => {
  const core = new LoadedCore(loadKernels());
  const spec = parseSpec({ D: 200, T: 60, S: 4, L: 3 });
  const { activations } = sampleKind.run(core, { kind: "sample", spec, z: 2, sample: 0, degrees: null });
  for (const layer of [1, 2, 3]) {
    for (let neuron = 0; neuron < 200; neuron += 7) {
      const incoming = incomingKind.run(core, { kind: "incoming", spec, z: 2, layer, neuron });
      const { largest, others, bias, total } = neuronSum(incoming, activations[layer - 1]!, 3);
      expect(Math.max(0, total)).toBeCloseTo(activations[layer]![neuron]!, 5);
      expect(largest.length).toBeLessThanOrEqual(3);
      expect(largest.reduce((sum, { product }) => sum + product, bias + others.sum)).toBeCloseTo(total, 9);
    }
  }
  expect(hasIncoming(spec)).toBe(true);
  expect(hasIncoming(parseSpec({ design: "columns" }))).toBe(false);
});
