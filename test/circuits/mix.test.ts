import { describe, expect, test } from "vitest";
import { checkCircuits } from "../../src/circuits/check/check.js";
import { applyReadout, runAlone } from "../../src/circuits/circuits.js";
import { gateCircuits, randomGates } from "../../src/circuits/gates.js";
import { drawInput, inputsOf } from "../../src/circuits/inputs.js";
import { mix } from "../../src/circuits/mix.js";
import { anglesFromTurns, randomTurns, rotations, steps } from "../../src/circuits/rotation.js";
import { buildRunNetwork } from "../../src/config/build.js";
import { loadKernels } from "../../src/kernels/node.js";
import { measure } from "../../src/results/measure.js";
import { RandomSequence } from "../../src/base/random.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { shapeOf } from "../../src/config/run-spec.js";
import { circuitExpectations } from "../../src/theory/expectations.js";

const rotation = rotations(anglesFromTurns(randomTurns(5, 1)), 3);
const step = steps(4, 3);
const gate = gateCircuits(randomGates({ T: 6, L: 3, seed: 1 }), { low: 0.25, high: 0.75 });

describe("mixed kinds", () => {
  const parts = [rotation, step, gate];
  const { circuits, padding, places } = mix(parts);

  test("share components whose biases agree, and state the padding", () => {
    // All kinds share the indicators' biases (−0.5, −1.5). Rotations also need (−1, −1), and gates also need three more
    // pairs of (−0.5, −1.5).
    expect(circuits).toMatchObject({ d: 10, T: 15, L: 3 });
    expect(padding).toEqual([6, 8, 2]);
    expect(places).toEqual([[0, 1, 2, 3], [0, 1], [0, 1, 4, 5, 6, 7, 8, 9]]); // prettier-ignore
  });

  test("compute the same as before, with 0 on unused components", () => {
    let t = 0;
    parts.forEach((part, kind) => {
      for (let own = 0; own < part.T; own++, t++) {
        const a0 = drawInput(inputsOf(part.inputs, own), new RandomSequence(1, "user", t));
        const mixedInput = drawInput(inputsOf(circuits.inputs, t), new RandomSequence(1, "user", t));
        const wanted = runAlone(part, own, a0);
        runAlone(circuits, t, mixedInput).forEach((a, layer) => {
          const placed = new Array<number>(10).fill(0);
          wanted[layer]!.forEach((value, i) => (placed[places[kind]![i]!] = value));
          a.forEach((value, i) => expect(value).toBeCloseTo(placed[i]!, 12));
        });
      }
    });
  });

  test("keep their readouts: equal ones are merged, and others of the same name get their kind as a prefix", () => {
    expect(circuits.readouts.map(({ name }) => name)).toEqual(["alpha", "x", "on", "a", "b"]);
    const twice = mix([step, { ...step, kind: "other", readouts: [{ name: "alpha", matrix: [[1, 0]] }] }]);
    expect(twice.circuits.readouts.map(({ name }) => name)).toEqual(["alpha", "other-alpha"]);
    const a = runAlone(circuits, 0, drawInput(inputsOf(circuits.inputs, 0), new RandomSequence(1, "user")))[2]!;
    expect(applyReadout(circuits.readouts[0]!, a)[0]).toBeCloseTo(1, 12);
  });

  test("meet the same assumptions as their kinds", () => {
    expect(checkCircuits(circuits, { P: 250 }).map(({ holds }) => holds)).toEqual([true, true, true, true, true]);
  });

  test("of different depths, or with a bias that would be on in others, are refused", () => {
    expect(() => mix([step, steps(2, 4)])).toThrow("L = 3 and L = 4");
    const open = { ...step, bias: step.bias.map(() => Float64Array.of(0.5, -1)) };
    expect(() => mix([rotation, open])).toThrow('mend with "indicator"');
    // The first positive bias is common to both kinds, but the second would be on in the other kind.
    const [both, one] = [[0.5, 0.7], [0.5, -1]].map((b) => ({ ...step, bias: step.bias.map(() => Float64Array.from(b)) })); // prettier-ignore
    expect(() => mix([both!, one!])).toThrow('mend with "indicator"');
  });
});

test.each([2, 3, 5, 7, 9])("%i trained MLPs of two kinds have the width given by the spec", (T) => {
  const given = { kind: "mixed", of: [{ kind: "mlp" }, { kind: "mlp" }] };
  const spec = parseSpec({ circuits: given, D: 480, T, S: 2, L: 3, z: [2] });
  const { circuits, shape } = buildRunNetwork(spec, 0);
  expect([circuits.d, circuits.T]).toEqual([shape.d, T]);
});

test("a network of mixed kinds draws each circuit's own inputs and computes them correctly", () => {
  const of = ["gates", "step", { kind: "automata", states: 3, ramp: [0.5, 0.75] }];
  const spec = parseSpec({ circuits: { kind: "mixed", of }, D: 4000, T: 300, S: 6, L: 4, z: [2] });
  expect(shapeOf(spec).d).toBe(10);
  const network = buildRunNetwork(spec, 0);
  const layers = measure(network, { z: 2, samples: 400, seed: 3 }, loadKernels());
  for (const { readouts } of layers) {
    for (const { active } of Object.values(readouts)) expect(active.worst).toBeLessThan(0.5);
  }
  // Expectations are also taken over each kind's own inputs: the mean square of "on" after a layer equals the share of
  // kinds that have this readout.
  const on = network.circuits.readouts.findIndex(({ name }) => name === "on");
  expect(circuitExpectations(network.circuits)[on]![0]!.output).toBeCloseTo(2 / 3, 1);
});
