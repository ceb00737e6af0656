import { describe, expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { measure } from "../../src/results/measure.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { shapeOf } from "../../src/config/run-spec.js";

/**
 * Each of five networks runs two thousand new samples, with one and with two circuits active. There are more than twice
 * as many circuit neurons as network neurons, and no readout of an active circuit is wrong after rounding in any layer.
 */
describe.each([
  ["Boolean gates", { circuits: "gates", D: 4000, T: 1050 }],
  ["finite automata", { circuits: { kind: "automata", states: 3 }, D: 3000, T: 1050 }],
])("%s, T·d > 2·D, 4 layers, every active circuit right after rounding", (_, given) => {
  const spec = parseSpec({ ...given, S: 6, L: 4, z: [1, 2], samples: 2000, networks: 5, seed: 1 });
  const { d, D, T } = shapeOf(spec);

  test(`T·d = ${T * d}, D = ${D}`, () => expect(T * d).toBeGreaterThan(2 * D));

  test.each([0, 1, 2, 3, 4])("network %i", (index) => {
    const network = buildRunNetwork(spec, index);
    for (const z of spec.z) {
      const layers = measure(network, { z, samples: spec.samples, seed: 1000 + index }, loadKernels());
      expect(layers).toHaveLength(5);
      for (const { layer, samples, readouts } of layers) {
        expect(samples).toBe(2000);
        for (const [name, { active }] of Object.entries(readouts)) {
          expect(active.worst, `${name} at layer ${layer}, z = ${z}`).toBeLessThan(0.5);
        }
      }
    }
  });
});
