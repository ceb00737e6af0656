import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { loadKernels } from "../../src/kernels/node.js";
import { sampleKind } from "../../src/runs/sample.js";
import { nestedPathsKind, trajectoriesKind } from "../../src/studies/trajectories/measure.js";

const core = new LoadedCore(loadKernels());
const spec = parseSpec({ D: 200, T: 60, S: 4, L: 3 });
const nested = (z: number, degrees: number | null = null, of = spec) =>
  nestedPathsKind.run(core, { kind: "nested-paths", spec: of, z, first: 2, count: 2, degrees });

test("a sample of one circuit is the one that a run draws", () => {
  const drawn = trajectoriesKind.run(core, { kind: "trajectories", spec, z: 1, count: 4 });
  expect(nested(1).map(({ paths: [path] }) => path)).toEqual(drawn.slice(2));
});

test("each additional circuit leaves the earlier ones and their inputs unchanged", () => {
  for (const of of [spec, parseSpec({ D: 200, T: 60, S: 4, L: 3, noise: 0.01 })]) {
    const starts = [1, 2, 3, 8, 20].map((z) =>
      nested(z, null, of)[0]!.paths.map(({ circuit, truth }) => [circuit, truth]),
    );
    starts.forEach((own, k) => {
      expect(own.slice(0, starts[Math.max(0, k - 1)]!.length)).toEqual(starts[Math.max(0, k - 1)]);
    });
    // Circuits are added one at a time up to 8; the rest of a larger sample is added in one step.
    expect(starts.map(({ length }) => length)).toEqual([1, 2, 3, 8, 20]);
    expect(new Set(starts[4]!.map(([circuit]) => circuit)).size).toBe(20);
  }
});

test("the first circuit's x starts at the given angle, only in the first sample; neurons belong to the same sample", () => {
  const [turned, other] = nested(2, 90);
  expect(turned!.isTurnable).toBe(true);
  expect(turned!.paths[0]!.truth[0]![0]).toBeCloseTo(0, 12);
  expect(turned!.paths[0]!.truth[0]![1]).toBeCloseTo(1, 12);
  expect(other).toEqual(nested(2)[1]);
  const circuits = sampleKind.run(core, { kind: "sample", spec, z: 2, sample: 2, degrees: 90 }).circuits;
  expect(circuits).toEqual(turned!.paths.map(({ circuit }) => circuit));
});

test("inputs that do not lie on a circle are not turned", () => {
  const fixed = parseSpec({ D: 200, T: 40, S: 4, L: 2, circuits: "step" });
  const run = (degrees: number | null) =>
    sampleKind.run(core, { kind: "sample", spec: fixed, z: 2, sample: 0, degrees }).activations;
  expect(run(10)).toEqual(run(null));
});
