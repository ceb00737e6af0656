import { expect, test } from "vitest";
import { toCircuits } from "../../src/circuits/raw.js";
import { buildCircuits } from "../../src/config/build.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { generalDesign } from "../../src/designs/general.js";
import { indicatorRows } from "../../src/designs/indicator-rows.js";
import type { MultiPartNetwork } from "../../src/network/multi-part.js";
import type { Circuits, SharedInputs } from "../../src/circuits/circuits.js";
import { trainedMlps } from "../../src/circuits/trained.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { loadKernels } from "../../src/kernels/node.js";
import { designNetwork, expectReluNetwork, measured } from "../support/multi-part-network.js";

const mixed = {
  kind: "mixed",
  of: ["rotation", { kind: "gates", ramp: [0.25, 0.75] }, { kind: "automata", ramp: [0.25, 0.75] }],
};
const kinds = ["step", "gates", "mlp", mixed];

test.each(kinds)(
  "one active circuit is exact for 12 layers (1e-4), and several if their blocks differ: %j",
  (circuits) => {
    const fields = { design: "general", circuits, D: 400, T: 120, L: 12 };
    const alone = measured({ ...fields, z: [1] }, 32);
    const { errors } = alone.layers[12]!;
    for (const { active } of errors) expect(Math.sqrt(active.max)).toBeLessThan(1e-4);
    const three = measured({ ...fields, z: [3] }, 32);
    for (const { active } of three.layers[12]!.errors) expect(active.wrong! / three.activeCount).toBeLessThan(0.3);
  },
);

test.each(["automata", "rotation"])("is a ReLU network of at most D neurons: %s", (circuits) => {
  expectReluNetwork({ design: "general", circuits, D: 200, T: 60, z: [2], L: 4 });
});

test("automata and gates are right after rounding for 20 layers with noise of 0.01: all at z = 1", () => {
  for (const circuits of ["automata", "gates"]) {
    const fields = { design: "general", circuits, D: 500, T: 167, L: 20, z: [1], noise: 0.01, noiseAt: "activation" };
    const { layers } = measured(fields, 64);
    for (const { active } of layers[20]!.errors) expect(Math.sqrt(active.max)).toBeLessThan(0.5);
  }
});

test("circuits that repeat every second layer share layers", () => {
  const { network } = designNetwork({ design: "general", D: 200, T: 60, L: 9 });
  expect(new Set(network.layers).size).toBe(3);
});

function networkOf(circuits: Circuits): MultiPartNetwork {
  const settings = { ramp: null, gain: null, offset: null, cellNeurons: null, codeNeurons: null, codeSize: null };
  const { d, L } = circuits;
  if (generalDesign.runs === "rotations") throw new Error("The design is for any circuits.");
  return generalDesign.build({ D: 120, S: 1, z: 1, L, d, circuits, seed: 1, network: 0, ...settings });
}

/** One trained MLP with the given inputs; several cannot run in one network, because their biases differ. */
function mlps(inputs: SharedInputs): Circuits {
  const raw = trainedMlps();
  const first = (values: Float64Array, size: number): Float64Array => values.slice(0, size);
  return toCircuits({
    ...{ ...raw, T: 1, inputs },
    weights: raw.weights.map((own) => first(own, 16)),
    biases: raw.biases.map((own) => first(own, 4)),
  });
}

test("circuits need no indicator if inputs have a constant component, for any biases", () => {
  const circuits = mlps({ kind: "uniform", low: [0, 1, 0, 0], high: [1, 1, 0, 0] });
  expect(circuits.bias[0]!.some((bias) => bias > 0)).toBe(true);
  const network = networkOf(circuits);
  const engine = new SparseEngine(loadKernels(), network, { z: 1 });
  const { layers } = engine.runChunk({ z: 1, sampling: "random", seed: 1, network: 0 }, 0, 16);
  for (const { active } of layers[circuits.L]!.errors) expect(Math.sqrt(active.max)).toBeLessThan(1e-5);
});

test("refuses circuits with inputs that do not show whether they are active", () => {
  expect(() => networkOf(mlps({ kind: "uniform", low: [0, 0, 0, 0], high: [1, 0, 0, 0] }))).toThrow(
    "circuits: their inputs do not show whether a circuit is active",
  );
});

test.each<[string, SharedInputs]>([
  ["angle", { kind: "angle", center: [1.5, 0.5, 1, 1], cos: [0, 0, 1, 0], sin: [0, 0, 0, 1] }],
  [
    "choice",
    {
      kind: "choice",
      vectors: [
        [1, 0, 1, 0],
        [0, 1, 1, 0],
        [0, 0, 2, 2],
      ],
    },
  ],
  ["uniform", { kind: "uniform", low: [0.5, 1, 0, -1], high: [1, 2, 0, 1] }],
])("a row is 1, or at least 1, for all inputs: %s", (_, inputs) => {
  const circuits = buildCircuits(parseSpec({ T: 2, L: 2 }), 0);
  const row = indicatorRows({ ...circuits, inputs }).on.subarray(0, 4);
  const of = (input: readonly number[]): number => input.reduce((sum, value, i) => sum + value * row[i]!, 0);
  if (inputs.kind === "choice") for (const vector of inputs.vectors) expect(of(vector)).toBeCloseTo(1, 12);
  if (inputs.kind === "uniform") expect(of([0.5, 1, 0, 1])).toBeGreaterThanOrEqual(1 - 1e-12);
  if (inputs.kind === "angle") {
    for (const phi of [0, 1, 2, 3]) {
      expect(of([1.5, 0.5, 1 + Math.cos(phi), 1 + Math.sin(phi)])).toBeCloseTo(1, 12);
    }
  }
});

test.each([
  [{ circuits: "automata", T: 30_000 }, "fit with D = 1000 (general design)"],
  [{ circuits: "automata", angles: 16 }, "angles = 16: these circuits do not use it; leave it out."],
  [{ circuits: "automata", gain: 2, offset: 1 }, "gain = 2: the general design does not use it; leave it out."],
])("refuses %j", (fields, message) => {
  expect(() => parseSpec({ design: "general", T: 100, z: [1], ...fields })).toThrow(message);
});
