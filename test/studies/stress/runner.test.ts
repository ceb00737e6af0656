import { expect, test } from "vitest";
import { applyReadout } from "../../../src/circuits/circuits.js";
import { SparseEngine, type Noise } from "../../../src/engine/sparse.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { partnersOf } from "../../../src/studies/stress/partners.js";
import { LayerwiseRunner, UNDISTURBED } from "../../../src/studies/stress/runner.js";
import { activeSets, withPartners, type InputChange } from "../../../src/studies/stress/samples.js";
import { worstSets } from "../../../src/studies/stress/worst-sets.js";
import { WrittenNetwork } from "../../../src/studies/stress/written.js";
import { designNetwork } from "../../support/multi-part-network.js";

const kernels = loadKernels();
const input = { z: 2, sampling: "random", seed: 3, network: 0 } as const;
const cases = {
  published: { D: 320, T: 96, S: 4, L: 4, z: [2] },
  groups: { design: "groups", D: 160, T: 90, z: [2], L: 5 },
  switched: { design: "switched", D: 420, T: 60, z: [2], L: 3 },
};
const noises: readonly (Noise | null)[] = [
  null,
  { noise: 0.02, noiseAt: "activation" },
  { noise: 0.02, noiseAt: "pre-activation" },
];

test.each(Object.entries(cases))("%s: the samples, noise and errors of a run, within 1e-5", (_, fields) => {
  const { network } = designNetwork(fields);
  const { circuits } = network;
  for (const noise of noises) {
    const engine = new SparseEngine(kernels, network, { z: 2, ...(noise === null ? {} : { noise }) });
    const { layers } = engine.runChunk(input, 0, 40);
    const runner = new LayerwiseRunner(kernels, new WrittenNetwork(network), { samples: 40, z: 2 });
    const drawn = { ...input, ...runner.draw(input, 40) };
    const sets = activeSets(circuits, drawn, null);
    const steps = runner.run(sets, { ...UNDISTURBED, noise }, input, () => false);
    expect(steps.length).toBe(circuits.L);
    steps.forEach(({ squares, wrong }, k) => {
      const { active } = layers[k + 1]!.errors[1]!;
      expect(squares / 80).toBeCloseTo(active.sum / 80, 5);
      expect(wrong).toBe(active.wrong);
    });
    const short = runner.run(sets, { ...UNDISTURBED, noise }, input, (l) => l === 2);
    expect(short).toEqual(steps.slice(0, 2));
  }
});

test("noise on biases is added to that on weights, and noise on layer 0 is added once", () => {
  const { network } = designNetwork(cases.groups);
  const runner = new LayerwiseRunner(kernels, new WrittenNetwork(network), { samples: 24, z: 2 });
  const sets = activeSets(network.circuits, { ...input, ...runner.draw(input, 24) }, null);
  const squares = (conditions: object) =>
    runner.run(sets, { ...UNDISTURBED, ...conditions }, input, () => false).map((step) => step.squares);
  const weights = { kind: "noise", size: 0.01 };
  const clean = squares({});
  const ofWeights = squares({ weights });
  // Layer 1 has biases but no weights.
  expect(ofWeights[0]).toBe(clean[0]);
  const both = squares({ weights: { ...weights, biases: true } });
  expect(both).toEqual(squares({ weights: { ...weights, biases: true } }));
  expect(both[1]).not.toBe(ofWeights[1]);
  const started = squares({ start: 0.01 });
  expect(started[0]).toBeGreaterThan(clean[0]!);
  expect(started).toEqual(squares({ start: 0.01 }));
  expect(squares({})).toEqual(clean);
});

test("counts the same inactive circuits as a run", () => {
  const { network } = designNetwork(cases.groups);
  const engine = new SparseEngine(kernels, network, { z: 2 });
  const { layers } = engine.runChunk(input, 0, 24);
  const runner = new LayerwiseRunner(kernels, new WrittenNetwork(network), { samples: 24, z: 2 });
  const sets = activeSets(network.circuits, { ...input, ...runner.draw(input, 24) }, null);
  runner.run(sets, UNDISTURBED, input, (l) => l === 3);
  const [alpha, x] = layers[3]!.errors.map(({ inactive }) => inactive);
  const found = runner.inactive(3, sets);
  expect(found.wrongX).toBe(x!.wrong);
  expect(found.wrongIndicators).toBe(alpha!.wrong);
  expect(found.largestX).toBeCloseTo(Math.sqrt(x!.max), 5);
  expect(found.largestIndicator).toBeCloseTo(Math.sqrt(alpha!.max), 5);
  expect(found.unseenX).toBeLessThanOrEqual(found.wrongX);
});

test("inputs are changed, but the wanted values follow from the intended inputs", () => {
  const { network } = designNetwork(cases.switched);
  const { circuits } = network;
  const runner = new LayerwiseRunner(kernels, new WrittenNetwork(network), { samples: 8, z: 2 });
  const drawn = { ...input, ...runner.draw(input, 8) };
  const clean = activeSets(circuits, drawn, null);
  const read = (inputs: Float64Array, at: number) =>
    circuits.readouts.flatMap((readout) => applyReadout(readout, inputs.subarray(4 * at, 4 * at + 4)));
  const changed = (change: InputChange) => activeSets(circuits, drawn, change);
  const weaker = changed({ kind: "indicator", factor: 0.8 });
  const longer = changed({ kind: "length", factor: 1.5 });
  const noisy = changed({ kind: "noise", size: 0.01 });
  const turned = changed({ kind: "angle" });
  for (let at = 0; at < 16; at++) {
    const [alpha, u, v] = read(clean.inputs, at) as [number, number, number];
    read(weaker.inputs, at).forEach((value, k) => expect(value).toBeCloseTo([0.8 * alpha, u, v][k]!, 12));
    read(longer.inputs, at).forEach((value, k) => expect(value).toBeCloseTo([alpha, 1.5 * u, 1.5 * v][k]!, 12));
    const [one, x, y] = read(turned.inputs, at) as [number, number, number];
    expect(one).toBeCloseTo(1, 12);
    expect(Math.hypot(x, y)).toBeCloseTo(1, 12);
    // The angle is not one of the sixteen.
    expect(Math.abs(Math.sin(8 * Math.atan2(y, x)))).toBeGreaterThan(1e-6);
  }
  expect(weaker.wanted).toEqual(clean.wanted);
  expect(noisy.wanted).toEqual(clean.wanted);
  expect(longer.wanted[3]![5]).toBeCloseTo(1.5 * clean.wanted[3]![5]!, 12);
  // With all changes at once, the indicator and the length are within their bounds, and the intended x has the length
  // of the changed input.
  const all = changed({ kind: "all", noise: 0, indicator: 0.1, length: 0.5 });
  const drawnFactors = Array.from({ length: 16 }, (_, at) => {
    const [alpha, u, v] = read(all.inputs, at) as [number, number, number];
    expect(Math.abs(alpha - 1)).toBeLessThanOrEqual(0.1);
    const factor = Math.hypot(u, v);
    expect(all.wanted[3]![2 * at]).toBeCloseTo(factor * clean.wanted[3]![2 * at]!, 12);
    return factor;
  });
  expect(Math.min(...drawnFactors)).toBeGreaterThanOrEqual(0.5);
  expect(Math.max(...drawnFactors)).toBeLessThanOrEqual(1.5);
  expect(Math.max(...drawnFactors) - Math.min(...drawnFactors)).toBeGreaterThan(0.5);
  const spread = noisy.inputs.reduce((sum, value, k) => sum + (value - drawn.inputs[k]!) ** 2, 0) / 64;
  expect(Math.sqrt(spread)).toBeGreaterThan(0.006);
  expect(Math.sqrt(spread)).toBeLessThan(0.014);
});

test("partners share what they should: ids, cells, weights or inputs", () => {
  const { network } = designNetwork(cases.groups);
  const { circuits } = network;
  const groups = 10; // 90 circuits in groups of 3×3.
  expect(partnersOf(network, "neighbours")(89, 2)).toEqual([0, 1]);
  const [first, ...rest] = partnersOf(network, "cell")(4, 9);
  expect([first, ...rest].every((t) => t! % groups === 4)).toBe(true);
  expect(rest.length).toBe(1); // Three circuits per cell.
  expect(partnersOf(network, "cells")(4, 4).every((t) => t % groups === 4)).toBe(true);
  const alike = designNetwork({ ...cases.switched, T: 60 }).network;
  const [same] = partnersOf(alike, "alike")(7, 1);
  const own = (t: number) => alike.circuits.delta[0]!.subarray(16 * t, 16 * t + 16);
  expect(own(same!)).toEqual(own(7));
  const ids = Uint32Array.of(4, 17, 4, 5);
  const drawn = { ...input, ids, inputs: Float64Array.from({ length: 16 }, (_, k) => k) };
  expect(withPartners(circuits, drawn, partnersOf(network, "neighbours"), true)).toEqual({
    ids: Uint32Array.of(4, 5, 4, 5),
    inputs: Float64Array.of(0, 1, 2, 3, 0, 1, 2, 3, 8, 9, 10, 11, 8, 9, 10, 11),
  });
});

test("no sample is worse than the worst set of the search, which finds two circuits in one group", () => {
  const { network } = designNetwork(cases.groups);
  const runner = new LayerwiseRunner(kernels, new WrittenNetwork(network), { samples: 16, z: 2 });
  const drawn = { ...input, ...runner.draw(input, 16) };
  const start = worstSets(runner, drawn, 3, 0);
  const found = worstSets(runner, drawn, 3, 12);
  expect(found.error).toBeGreaterThanOrEqual(start.error);
  expect(found.error).toBeCloseTo(1, 3);
  expect(found.circuits[0]! % 10).toBe(found.circuits[1]! % 10);
  const steps = runner.run(found.sets, UNDISTURBED, input, (l) => l === 3);
  expect(Math.max(...runner.distances(3, found.sets))).toBeCloseTo(found.error, 12);
  expect(steps[2]!.squares / 32).toBeGreaterThan(0.5);
});
