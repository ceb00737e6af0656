import fc from "fast-check";
import { expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { defaultRamp, rowCells, rowsDesign } from "../../src/designs/rows.js";
import { loadKernels } from "../../src/kernels/node.js";
import { SparseEngine } from "../../src/engine/sparse.js";
import { denseBias, denseWeights } from "../../src/network/dense.js";
import { widthOf } from "../../src/network/layer.js";
import type { MultiPartNetwork } from "../../src/network/multi-part.js";
import { embeddingMatrix, meanBetweenCircuits } from "../support/defined-network.js";
import { deviation } from "../support/deviation.js";

const kernels = loadKernels();
const X_GROUP = 1;

function build(sizes: { D: number; T: number; S: number; L: number; z: number }, seed = 5): MultiPartNetwork {
  const angles = anglesFromTurns(randomTurns(sizes.T, seed));
  const settings = { ramp: null, gain: null, offset: null, cellNeurons: null, codeNeurons: null, codeSize: null };
  const circuits = rotations(angles, sizes.L);
  return rowsDesign.build({ ...sizes, ...settings, d: 4, circuits, angles, seed, network: 0 });
}

/** The rows that hold a network's circuits in layer l; the circuits' ceilings are read from them. */
function rowsOf({ reads }: MultiPartNetwork, l: number): Assignment {
  const ceiling = reads[l - 1]!.find(({ part }) => part === 1)!;
  if (ceiling.kind !== "circuit") throw new Error("Rows are read from cells.");
  return ceiling.assignment;
}

function measured(network: MultiPartNetwork, z: number, samples: number, sampling: "random" | "each" = "random") {
  const sums = new SparseEngine(kernels, network, { z }).runChunk({ z, sampling, seed: 8, network: 0 }, 0, samples);
  return sums.layers.map(({ errors }) => {
    const { active } = errors[X_GROUP]!;
    return {
      meanSquare: active.sum / sums.activeCount,
      worst: Math.sqrt(active.max),
      off: active.wrong! / sums.activeCount,
    };
  });
}

const D_K = [0, 1, 2].map((k) => [Math.cos((2 * Math.PI * k) / 3), Math.sin((2 * Math.PI * k) / 3)] as const);

/** W^l entry by entry, according to the design's description. */
function described(network: MultiPartNetwork, l: number, seed: number, S: number, chi: number): number[][] {
  const [after, before] = [rowsOf(network, l), rowsOf(network, l - 1)];
  const { T, P } = after;
  const [low, high] = defaultRamp(S);
  const gain = 2 / (high - low);
  const turns = randomTurns(T, seed);
  const matrix = embeddingMatrix(after, before, chi);
  // α = (Σ_k h_k/3 − s)/2
  const alphaOf = [1 / 6, 1 / 6, 1 / 6, -1 / 2];
  const W = Array.from({ length: 4 * P }, (_, row) =>
    Array.from(
      { length: 4 * P },
      (__, column) => gain * matrix[row % P]![column % P]! * alphaOf[Math.floor(column / P)]!,
    ),
  );
  for (let t = 0; t < T; t++) {
    const angle = 2 * Math.PI * turns[t]!;
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [n, m] = [after.neurons[t * S]!, before.neurons[t * S]!];
    D_K.forEach(([u, v], i) => {
      D_K.forEach(([x, y], j) => {
        W[i * P + n]![j * P + m]! += (2 / 3) * (u * (cos * x - sin * y) + v * (sin * x + cos * y));
      });
    });
  }
  return W;
}

test.each([3, 2])("weights and biases are those of the description within 1e-12: S = %i", (S) => {
  const [T, P, seed] = [50, 40, 5];
  const network = build({ D: 4 * P, T, S, L: 3, z: 2 }, seed);
  for (const l of [2, 3]) {
    const [after, before] = [rowsOf(network, l), rowsOf(network, l - 1)];
    // χ is a fifth of the value at which circuits do not disturb one another on average; the mean is linear in χ. [E12]
    const [at0, at1] = [0, 1].map((chi) => meanBetweenCircuits(embeddingMatrix(after, before, chi), after, before));
    const chi = S === 2 ? (0.2 * at0!) / (at0! - at1!) : 0;
    const W = denseWeights(network, l);
    const rowsOfW = Array.from({ length: 4 * P }, (_, n) => Array.from(W.subarray(n * 4 * P, (n + 1) * 4 * P)));
    expect(deviation(rowsOfW, described(network, l, seed, S, chi))).toBeLessThan(1e-12);
  }
  const [low, high] = defaultRamp(S);
  const shut = (-2 * low) / (high - low);
  const bias = Array.from(denseBias(network.parts, network.layers[1]!));
  const wanted = Array.from({ length: 4 * P }, (_, n) => Math.fround(n < 3 * P ? shut : shut - 2));
  expect(deviation(bias, wanted)).toBeLessThan(1e-6);
});

test("a network has at most D neurons, four to a cell", () => {
  fc.assert(
    fc.property(fc.integer({ min: 60, max: 300 }), (D) => {
      const { parts } = build({ D, T: 10, S: 3, L: 2, z: 1 });
      expect(widthOf(parts)).toBe(4 * rowCells(D));
      expect(D - widthOf(parts)).toBeLessThan(4);
    }),
    { numRuns: 10 },
  );
});

test("one active circuit, all 557 in turn, six layers: largest error of x below 1e-5", () => {
  const layers = measured(build({ D: 1000, T: 557, S: 3, L: 6, z: 1 }), 1, 557, "each");
  expect(Math.max(...layers.map(({ worst }) => worst))).toBeLessThan(1e-5);
});

test.each([2, 3])(
  "z = %i: the error of layer 1 is 1 for each circuit that shares a cell of x, within 3 sd and 0.03 of it",
  (z) => {
    const [T, P, samples] = [557, 250, 3000];
    const { meanSquare } = measured(build({ D: 1000, T, S: 2, L: 1, z }), z, samples)[1]!;
    // 57 of the cells have three circuits, and the others have two.
    const share = (57 * 6 + (P - 57) * 2) / (T * (T - 1));
    const wanted = (z - 1) * share;
    // Circuits are wrong in pairs, so errors are counted in pairs.
    const sd = Math.sqrt((2 * wanted) / (samples * z));
    expect(Math.abs(meanSquare - wanted)).toBeLessThan(3 * sd + 0.03 * wanted);
  },
);

test.each([3, 2])("S = %i: at most 0.25 at layers 6, 5 for z = 2, 3; 0.05 are off by over 0.25 at layers 3, 2", (S) => {
  const network = build({ D: 1000, T: 557, S, L: 6, z: 3 });
  for (const [z, deep, early] of [
    [2, 6, 3],
    [3, 5, 2],
  ] as const) {
    const layers = measured(network, z, 400);
    expect(layers[deep]!.meanSquare).toBeGreaterThan(0);
    expect(layers[deep]!.meanSquare).toBeLessThan(0.25);
    expect(layers[early]!.off).toBeLessThan(0.05);
  }
});
