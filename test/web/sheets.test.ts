import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { loadKernels } from "../../src/kernels/node.js";
import { sampleKind } from "../../src/runs/sample.js";
import { countOn } from "../../src/web/figures/sample-neurons.js";
import { sheetsOf } from "../../src/web/figures/sheets.js";

test("the first screen's network: the sheets have a cell for every neuron that is on, and flood with three circuits", () => {
  const core = new LoadedCore(loadKernels());
  const counts = [1, 2, 3].map((z) => {
    const sample = sampleKind.run(core, { kind: "sample", spec: parseSpec({ z: [z] }), z, sample: 0, degrees: null });
    const { sheets, columns, rows } = sheetsOf(sample);
    expect([columns, rows]).toEqual([50, 20]);
    sheets.forEach(({ cells, on, due }, l) => {
      const { on: counted, stray } = countOn(sample, l);
      expect([on, due >= counted - stray]).toEqual([counted, true]);
      expect(cells.filter((kind) => kind !== 0)).toHaveLength(on);
      expect(cells.filter((kind) => kind === 2)).toHaveLength(stray);
    });
    return [sheets[5]!.on, sheets[5]!.due];
  });
  expect(counts).toEqual([
    [150, 24],
    [384, 48],
    [449, 72],
  ]);
});
