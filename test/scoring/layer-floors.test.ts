import { expect, test } from "vitest";
import { buildRunNetwork } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { linearFloors } from "../../src/engine/linear-floors.js";
import { floorsSection } from "../../src/exchange/card-floors.js";
import { loadKernels } from "../../src/kernels/node.js";
import { trueDirections } from "../../src/scoring/directions.js";
import { layerFloors, layerFloorsCost } from "../../src/scoring/layer-floors.js";

const kernels = loadKernels();
const small = ["rotation", { kind: "lookup", bits: 1 }, { kind: "automata", states: 2 }];

test.each([
  ["balanced", "rotation"],
  ["balanced", { kind: "mixed", of: small }],
  ["capped", "step"],
] as const)(
  "blocks together give the floors of the true directions in all D dimensions: %s, %j",
  (construction, circuits) => {
    const network = buildRunNetwork(
      parseSpec({ D: circuits === "step" ? 32 : 80, T: 24, S: 2, L: 2, construction, circuits }),
      0,
    );
    const code = { ...network, unembedding: network.readouts };
    const { D, d, S } = network.shape;
    const P = D / d;
    const { scale, shift } = network.readouts[1]!;
    const vectors = trueDirections(code, 2).map(({ circuit, component }) => {
      const vector = new Float64Array(D);
      for (let s = 0; s < S; s++) vector[component * P + network.embedding[1]!.neurons[circuit * S + s]!] = 1;
      return vector;
    });
    const readout = vectors.map((vector, k) => {
      const block = trueDirections(code, 2)[k]!.component;
      return vector.map((x, i) => (Math.floor(i / P) === block ? scale * x - shift : 0));
    });
    const [parts, whole] = [layerFloors(code, 2, kernels), linearFloors(vectors, kernels, readout)];
    expect({ F: parts.F, n: parts.n }).toEqual({ F: vectors.length, n: whole.n });
    for (const name of ["welch", "own", "geometry"] as const) expect(parts[name]).toBeCloseTo(whole[name]!, 10);
    expect(parts.tied.meanSquare).toBeCloseTo(whole.tied.meanSquare, 10);
    expect(parts.given!.ratio).toBeCloseTo(whole.given!.ratio!, 6);
    expect(parts.given!.ratio).toBeGreaterThanOrEqual(1 - 1e-9);
    expect(layerFloorsCost(code, 2)).toBeLessThanOrEqual(d * (3 * 24 + P) * P * P);
  },
);

test("a card states the floors, or the command that measures them", () => {
  const network = buildRunNetwork(parseSpec({ D: 80, T: 24, S: 2, L: 2 }), 0);
  const floors = layerFloors({ ...network, unembedding: network.readouts }, 2, kernels);
  const text = floorsSection(2, floors);
  expect(text).toMatch(/^Layer 2 holds 96 true directions, .* in 76 dimensions\./);
  expect(text).toContain(`(R_geom = ${floors.geometry!.toPrecision(4)})`);
  expect(text).toContain(`(R_readout = ${floors.given!.ratio!.toPrecision(4)})`);
  expect(floorsSection(2, null)).toContain("`superpose floors .` computes them");
});
