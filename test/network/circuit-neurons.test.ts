import { describe, expect, test } from "vitest";
import { buildMultiPartNetwork, buildRunNetwork } from "../../src/config/build.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { sampleKind } from "../../src/runs/sample.js";
import { trajectoriesKind } from "../../src/studies/trajectories/measure.js";
import { loadKernels } from "../../src/kernels/node.js";
import { widthOf } from "../../src/network/layer.js";
import { asMultiPart, readoutMatrix } from "../../src/network/multi-part.js";
import { circuitPlaces } from "../../src/network/circuit-neurons.js";
import { parseSpec } from "../../src/config/parse-spec.js";

describe("where circuits live", () => {
  test("in the post's network it is the embedding, layer by layer", () => {
    const network = buildRunNetwork(parseSpec({ D: 200, T: 40, S: 3, L: 4 }), 0);
    const places = circuitPlaces(asMultiPart(network));
    expect(places).toHaveLength(5);
    places.forEach((of, l) => {
      expect(of).toEqual([{ part: 0, assignment: network.embedding[Math.max(0, l - 1)]! }]);
    });
  });

  test.each(["rows", "grid", "groups", "switched"])("in a design it is where readouts come from: %s", (design) => {
    const network = buildMultiPartNetwork(parseSpec({ design, D: 600, T: 60, L: 3, z: 2 }), 0);
    const places = circuitPlaces(network);
    network.reads.forEach((reads, k) => {
      const { starts, columns } = readoutMatrix(network, reads);
      for (const t of [0, 7, 59]) {
        const read = new Set(columns.subarray(starts[3 * t]!, starts[3 * t + 3]!));
        const own = places[k + 1]!.flatMap(({ part, assignment: { S, neurons } }) => {
          const { d, P, offset } = network.parts[part]!;
          const row = Array.from(neurons.subarray(t * S, (t + 1) * S));
          return Array.from({ length: d }, (_, i) => row.map((n) => offset + i * P + n)).flat();
        });
        expect(new Set(own).size).toBe(own.length);
        expect(new Set(own)).toEqual(read);
      }
    });
  });

  test("windows are read from a code and written to its words", () => {
    const network = buildMultiPartNetwork(parseSpec({ design: "windows", D: 600, T: 60, L: 2, z: 2 }), 0);
    const [written, , last] = circuitPlaces(network);
    expect(last!.map(({ part }) => part)).toEqual([0, 1]);
    expect(last![1]!.assignment).toBe(written![1]!.assignment);
    expect(last![0]!.assignment).not.toBe(written![0]!.assignment);
  });
});

describe("one sample of a design", () => {
  const runner = new LoadedCore(loadKernels());

  test.each(["rows", "windows", "grid", "groups", "switched"])("has as many activations as neurons: %s", (design) => {
    const spec = parseSpec({ design, D: 600, T: 60, L: 3, samples: 10 });
    const { parts, activations, places, circuits } = sampleKind.run(runner, {
      kind: "sample",
      spec,
      z: 1,
      sample: 3,
      degrees: null,
    });
    expect(circuits).toHaveLength(1);
    expect(places).toHaveLength(4);
    expect(activations.map(({ length }) => length)).toEqual([0, 1, 2, 3].map(() => widthOf(parts)));
    const [path] = trajectoriesKind.run(runner, { kind: "trajectories", spec, z: 1, count: 4 }).slice(3);
    expect(path!.circuit).toBe(circuits[0]);
    path!.readout.forEach((x, l) => x.forEach((value, i) => expect(value).toBeCloseTo(path!.truth[l]![i]!, 4)));
  });

  test("has the noise of the run: it differs between samples and is reproducible", () => {
    const spec = parseSpec({ D: 100, T: 20, S: 3, L: 2, noise: 0.01 });
    const last = (sample: number) =>
      sampleKind.run(runner, { kind: "sample", spec, z: 1, sample, degrees: null }).activations[2]!;
    expect(last(0)).toEqual(last(0));
    expect(last(0)).not.toEqual(last(1));
    const quiet = { ...spec, noise: 0 };
    const without = sampleKind.run(runner, { kind: "sample", spec: quiet, z: 1, sample: 0, degrees: null })
      .activations[2]!;
    const off = last(0).map((value, n) => value - without[n]!);
    expect(Math.max(...off.map(Math.abs))).toBeGreaterThan(0.001);
    expect(Math.max(...off.map(Math.abs))).toBeLessThan(0.2);
  });
});
