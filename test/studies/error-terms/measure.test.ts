import { describe, expect, test } from "vitest";
import { primeSteps } from "../../../src/assignment/prime-steps.js";
import { weightOf } from "../../../src/circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations } from "../../../src/circuits/rotation.js";
import { loadKernels } from "../../../src/kernels/node.js";
import { FactoredEngine } from "../../../src/engine/factored.js";
import { readAll } from "../../../src/engine/readout.js";
import { measureTerms } from "../../../src/studies/error-terms/measure.js";
import { denseWeights } from "../../../src/network/dense.js";
import { permutedEmbedding } from "../../../src/network/embedding.js";
import { buildNetwork } from "../../../src/network/network.js";

const shape = { D: 160, d: 4, T: 40, S: 4, L: 3 };
const seed = 5;
const network = buildNetwork({
  shape,
  circuits: rotations(anglesFromTurns(randomTurns(shape.T, seed)), shape.L),
  embedding: permutedEmbedding(primeSteps({ T: shape.T, P: 40, S: shape.S }), shape.L, seed),
  construction: "capped",
});

describe("the terms of the error", () => {
  test("self, others and previous of x equal those of the dense weights, written out, within 1e-9", () => {
    const { d, S, L } = shape;
    const P = shape.D / d;
    const [z, samples] = [3, 6];
    const measured = measureTerms(network, { z, samples, seed: 9 }, loadKernels());
    const runner = new FactoredEngine(loadKernels(), network, { gate: "relu", z, lanes: 4, keepActivations: true });
    const W = Array.from({ length: L }, (_, k) => denseWeights(network, k + 1));
    const uses = (l: number, t: number): number[] =>
      Array.from(network.embedding[l - 1]!.neurons.subarray(t * S, (t + 1) * S));
    /** (1/S)·⟨e_t^l|W^l|e_v^{l−1}⟩·a */
    const through = (l: number, t: number, v: number, a: readonly number[]): number[] =>
      Array.from({ length: d }, (_, i) => {
        let sum = 0;
        for (const n of uses(l, t)) {
          for (const m of uses(l - 1, v)) {
            for (let j = 0; j < d; j++) sum += W[l - 1]![(i * P + n) * shape.D + j * P + m]! * a[j]!;
          }
        }
        return sum / S;
      });
    const own = (l: number, t: number, a: readonly number[]): number[] => {
      const w = weightOf(network.circuits, l, t);
      return Array.from({ length: d }, (_, i) => a.reduce((sum, value, j) => sum + w[i * d + j]! * value, 0));
    };
    const x = (a: readonly number[]): number => {
      const alpha = a[0]! - a[1]!;
      return (a[2]! - alpha) ** 2 + (a[3]! - alpha) ** 2;
    };
    const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, i) => value - b[i]!);
    for (let l = 2; l <= L; l++) {
      const sums = { self: 0, others: 0, previous: 0 };
      for (let sample = 0; sample < samples; sample++) {
        runner.sample({ z, sampling: "random", seed: 9, network: 0 }, sample, 1);
        const active = runner.activeCircuits(1, z)[0]!;
        runner.runTile(1, z);
        const truth = runner.truth(l - 1, z);
        const before = readAll(network, runner.activations(l - 1, 0), l - 1);
        active.forEach((t, i) => {
          let others = [0, 0, 0, 0];
          active.forEach((v, j) => {
            const overlap = uses(l - 1, t).filter((n) => uses(l - 1, v).includes(n)).length / S;
            const expected = own(l, t, truth[j]!).map((value) => overlap * value);
            const term = minus(through(l, t, v, truth[j]!), expected);
            if (i === j) sums.self += x(term);
            else others = others.map((value, c) => value + term[c]!);
          });
          sums.others += x(others);
          sums.previous += x(own(l, t, minus(before[t]!, truth[i]!)));
        });
      }
      for (const part of ["self", "others", "previous"] as const) {
        expect(measured[l - 1]!.readouts["x"]![part], `${part}, layer ${l}`).toBeCloseTo(sums[part] / (samples * z), 9);
      }
    }
  });

  test("layer 1 has only the overlap, which is its error, within 1e-6; no neuron is wrongly on there", () => {
    const [first] = measureTerms(network, { z: 3, samples: 64, seed: 2 }, loadKernels());
    const { self, others, previous, error } = first!.readouts["x"]!;
    expect([self, previous]).toEqual([0, 0]);
    expect(others).toBeGreaterThan(0);
    expect(Math.abs(others - error)).toBeLessThan(1e-6);
    expect(first!.wronglyOn).toBe(0);
  });

  test("constructions other than capped are refused", () => {
    const balanced = { ...network, construction: "balanced" as const };
    expect(() => measureTerms(balanced, { z: 1, samples: 1, seed: 1 }, loadKernels())).toThrow("capped");
  });
});
