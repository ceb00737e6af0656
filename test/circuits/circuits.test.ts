import { describe, expect, test } from "vitest";
import { applyReadout, rotationReadouts, runAlone, weightOf } from "../../src/circuits/circuits.js";
import { customCircuits } from "../../src/circuits/custom/custom.js";
import {
  anglesFromRadians,
  anglesFromTurns,
  randomTurns,
  rotations,
  rotationsOneIndicator,
  steps,
} from "../../src/circuits/rotation.js";
import { chiSquare } from "../support/chi-square.js";
import { deviation } from "../support/deviation.js";

const theta = [0, 0.3, 2, 4.4, 6.2];

describe("conditional rotations, d = 4", () => {
  const L = 4;
  const circuits = rotations(anglesFromRadians(theta), L);
  const [alpha, x] = rotationReadouts();

  test("w_t and b are those of [E2] (1e-15)", () => {
    theta.forEach((angle, t) => {
      const [c, s] = [Math.cos(angle), Math.sin(angle)];
      const wanted = [
        [2, -2, 0, 0],
        [2, -2, 0, 0],
        [2 - (c - s), -2 + (c - s), c, -s],
        [2 - (s + c), -2 + (s + c), s, c],
      ];
      for (let l = 1; l <= L; l++) expect(deviation([...weightOf(circuits, l, t)], wanted.flat())).toBeLessThan(1e-15);
    });
    expect(circuits.bias.map((bias) => [...bias])).toEqual(Array.from({ length: L }, () => [-0.5, -1.5, -1, -1]));
  });

  test("w̄ is the part without θ, not the mean over the sample", () => {
    expect([...circuits.mean[0]!]).toEqual([2, -2, 0, 0, 2, -2, 0, 0, 2, -2, 0, 0, 2, -2, 0, 0]);
  });

  test("an active circuit rotates x by θ_t in every layer and keeps alpha at 1 (1e-14) [E3] [E4]", () => {
    theta.forEach((angle, t) => {
      const start = 1.1;
      const input = [1.5, 0.5, Math.cos(start) + 1, Math.sin(start) + 1];
      runAlone(circuits, t, input).forEach((a, l) => {
        expect(deviation(applyReadout(alpha!, a), [1])).toBeLessThan(1e-14);
        const wanted = [Math.cos(start + l * angle), Math.sin(start + l * angle)];
        expect(deviation(applyReadout(x!, a), wanted)).toBeLessThan(1e-14);
      });
    });
  });

  test("an inactive circuit stays at exactly 0, also after a small error on its input", () => {
    for (const input of [
      [0, 0, 0, 0],
      [0.2, 0, 0.1, 0.1],
    ]) {
      for (const a of runAlone(circuits, 1, input).slice(1)) expect([...a]).toEqual([0, 0, 0, 0]);
    }
  });
});

test("the indicator is a ramp: 0 below 0.25, 1 above 0.75, ReLU(2α − 0.5) − ReLU(2α − 1.5) (1e-15) [E4]", () => {
  const circuits = steps(1, 1);
  for (let alpha = -0.5; alpha < 1.5; alpha += 0.01) {
    const [first, second] = runAlone(circuits, 0, [alpha + 1, 1])[1]!;
    const wanted = Math.min(1, Math.max(0, 2 * alpha - 0.5));
    expect(deviation(first! - second!, wanted)).toBeLessThan(1e-15);
  }
});

describe("conditional rotations, d = 3 [E5]", () => {
  const L = 3;
  const circuits = rotationsOneIndicator(anglesFromRadians(theta), L);
  const [alpha, x] = circuits.readouts;

  test("rotate x by θ_t in every layer and keep alpha at 1 (1e-14)", () => {
    theta.forEach((angle, t) => {
      runAlone(circuits, t, [1, 2, 1]).forEach((a, l) => {
        expect(deviation(applyReadout(alpha!, a), [1])).toBeLessThan(1e-14);
        expect(deviation(applyReadout(x!, a), [Math.cos(l * angle), Math.sin(l * angle)])).toBeLessThan(1e-14);
      });
    });
  });

  test("double an error in the indicator in every layer", () => {
    const errors = runAlone(circuits, 0, [1.01, 2, 1]).map((a) => applyReadout(alpha!, a)[0]! - 1);
    expect(deviation(errors, [0.01, 0.02, 0.04, 0.08])).toBeLessThan(1e-14);
  });

  test("w̄ has 2 in the first column, Δw_t the rest", () => {
    expect([...circuits.mean[0]!]).toEqual([2, 0, 0, 2, 0, 0, 2, 0, 0]);
    const [c, s] = [Math.cos(2), Math.sin(2)];
    expect([...circuits.delta[0]!.subarray(18, 27)]).toEqual([0, 0, 0, -(c - s), c, -s, -(s + c), s, c]);
  });
});

describe("steps [E6]", () => {
  test("keep (1.5, 0.5) and 0", () => {
    const circuits = steps(2, 3);
    for (const a of runAlone(circuits, 1, [1.5, 0.5])) expect([...a]).toEqual([1.5, 0.5]);
    for (const a of runAlone(circuits, 1, [0, 0])) expect([...a]).toEqual([0, 0]);
    expect([...weightOf(circuits, 3, 1)]).toEqual([2, -2, 2, -2]);
  });
});

describe("angles", () => {
  test("from turns equal those from radians (1e-14)", () => {
    const turns = [0, 0.125, 0.3, 0.99];
    const [ours, wanted] = [anglesFromTurns(turns), anglesFromRadians(turns.map((turn) => 2 * Math.PI * turn))];
    expect(deviation([...ours.cos], [...wanted.cos])).toBeLessThan(1e-14);
    expect(deviation([...ours.sin], [...wanted.sin])).toBeLessThan(1e-14);
  });

  test("at random are uniform over a turn (20,000, 16 parts, χ² below 45), by seed and network", () => {
    const counts = new Array<number>(16).fill(0);
    for (const turn of randomTurns(20_000, 3)) counts[Math.floor(16 * turn)]!++;
    expect(chiSquare(counts)).toBeLessThan(45);
    expect(randomTurns(10, 3)).toEqual(randomTurns(20, 3).subarray(0, 10));
    const first = [randomTurns(1, 3), randomTurns(1, 4), randomTurns(1, 3, 1)].map((turns) => turns[0]);
    expect(new Set(first).size).toBe(3);
  });
});

describe("circuits given by their weights", () => {
  const weights = [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 10],
      ],
    ],
  ];

  test("split into the mean over t and the rest (R5.18)", () => {
    const circuits = customCircuits({ weights, biases: [[0.5, -1]] }, 2);
    expect([circuits.kind, circuits.d, circuits.T, circuits.L]).toEqual(["custom", 2, 2, 2]);
    expect([...circuits.mean[0]!]).toEqual([3, 4, 5, 7]);
    expect([...circuits.delta[0]!]).toEqual([-2, -2, -2, -3, 2, 2, 2, 3]);
    expect([...weightOf(circuits, 2, 1)]).toEqual([5, 6, 7, 10]);
    expect([...circuits.bias[1]!]).toEqual([0.5, -1]);
  });

  test("one entry repeats in every layer, in one array; several are one per layer", () => {
    const once = customCircuits({ weights, biases: [[0.5, -1]] }, 3);
    expect(once.delta[2]).toBe(once.delta[0]);
    const negated = weights[0]!.map((w) => w.map((row) => row.map((value) => -value)));
    const twice = customCircuits({ weights: [weights[0]!, negated], biases: [[0, 0], [1, 1]] }, 2); // prettier-ignore
    expect([...weightOf(twice, 2, 0)]).toEqual([-1, -2, -3, -4]);
    expect([...twice.bias[1]!]).toEqual([1, 1]);
  });

  test("read out all components and draw inputs in 0…1 by default", () => {
    const circuits = customCircuits({ weights, biases: [[0, 0]] }, 1);
    expect(circuits.readouts).toEqual([{ name: "a", matrix: [[1, 0], [0, 1]] }]); // prettier-ignore
    expect(circuits.inputs).toEqual({ kind: "uniform", low: [0, 0], high: [1, 1] });
    const readouts = [{ name: "y", matrix: [[1, 1]] }];
    const inputs = { kind: "choice", vectors: [[1, 0]] } as const;
    const own = customCircuits({ weights, biases: [[0, 0]], readouts, inputs, name: "xor" }, 1);
    expect([own.kind, own.readouts, own.inputs]).toEqual(["xor", readouts, inputs]);
  });

  test("run alone: ReLU(w_t a + b) layer by layer [E1]", () => {
    const circuits = customCircuits({ weights, biases: [[0.5, -20]] }, 2);
    expect(runAlone(circuits, 1, [1, 2]).map((a) => [...a])).toEqual([
      [1, 2],
      [17.5, 7],
      [130, 172.5],
    ]);
  });
});
