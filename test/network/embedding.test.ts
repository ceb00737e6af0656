import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { loads } from "../../src/assignment/assignment.js";
import { sharesAtMostOne } from "../../src/assignment/statistics.js";
import {
  fixedEmbedding,
  freshEmbedding,
  maxParting,
  partingEmbedding,
  permutedEmbedding,
  type Embedding,
} from "../../src/network/embedding.js";
import { chiSquare } from "../support/chi-square.js";

const rowsOf = ({ T, S, neurons }: Assignment): string[] =>
  Array.from({ length: T }, (_, t) => neurons.subarray(t * S, (t + 1) * S).join());

describe("an embedding [E8]", () => {
  const assignment = primeSteps({ T: 100, P: 60, S: 4 });

  test("takes layer 1 as built and permutes the same rows in every later layer", () => {
    const layers = permutedEmbedding(assignment, 5, 3).map(rowsOf);
    expect(layers[0]).toEqual(rowsOf(assignment));
    const sorted = layers.map((rows) => [...rows].sort().join(" "));
    expect(new Set(sorted).size).toBe(1);
    expect(new Set(layers.map((rows) => rows.join(" "))).size).toBe(5);
  });

  test("is a function of seed and network; more layers do not change the first ones", () => {
    const neurons = (seed: number, network: number, L: number): string =>
      permutedEmbedding(assignment, L, seed, network)[1]!.neurons.join();
    expect(neurons(3, 0, 2)).toBe(neurons(3, 0, 6));
    expect(new Set([neurons(3, 0, 2), neurons(4, 0, 2), neurons(3, 1, 2)]).size).toBe(3);
  });

  test("later layers are uniform: a circuit takes each row equally often (χ² within 5 standard deviations)", () => {
    const few = primeSteps({ T: 8, P: 16, S: 2 });
    const built = rowsOf(few);
    const counts = new Array<number>(8).fill(0);
    for (let seed = 0; seed < 4000; seed++) counts[built.indexOf(rowsOf(permutedEmbedding(few, 2, seed)[1]!)[0]!)]!++;
    expect(chiSquare(counts)).toBeLessThan(7 + 5 * Math.sqrt(14));
  });
});

/** Pairs of circuits that share a neuron in layer k and in the next. */
function pairsAgain(embedding: Embedding, k: number): number {
  const meets = ({ S, neurons }: Assignment, t: number, u: number): boolean => {
    const own = neurons.subarray(t * S, (t + 1) * S);
    return neurons.subarray(u * S, (u + 1) * S).some((neuron) => own.includes(neuron));
  };
  const { T } = embedding[0]!;
  let again = 0;
  for (let t = 0; t < T; t++) {
    for (let u = 0; u < t; u++) if (meets(embedding[k]!, t, u) && meets(embedding[k + 1]!, t, u)) again++;
  }
  return again;
}

describe("schedules", () => {
  test("parting: circuits that share a neuron in one layer share none in the next; two layers alternate", () => {
    const layers = partingEmbedding({ T: 150, P: 60, S: 4 }, 5);
    expect(layers).toHaveLength(5);
    expect(layers[2]).toBe(layers[0]);
    expect([0, 1, 2].map((k) => pairsAgain(layers, k))).toEqual([0, 0, 0]);
    expect(layers.every(sharesAtMostOne)).toBe(true);
    // The permuted schedule does not have this property.
    expect(pairsAgain(permutedEmbedding(primeSteps({ T: 100, P: 60, S: 4 }), 2, 3), 0)).toBeGreaterThan(0);
  });

  test("parting at the post's size: q = 41 lines per slope, at most 1681", () => {
    expect(maxParting({ P: 250, S: 6 })).toBe(1681);
    expect(() => partingEmbedding({ T: 1682, P: 250, S: 6 }, 2)).toThrow("T = 1682: at most 1681 circuits fit");
    expect(maxParting({ P: 10, S: 4 })).toBe(0);
  });

  test("fresh: even loads, parting, a function of seed and network", () => {
    const layers = freshEmbedding({ T: 100, P: 60, S: 3 }, 4, 5);
    expect([0, 1, 2].map((k) => pairsAgain(layers, k))).toEqual([0, 0, 0]);
    for (const layer of layers) expect([...loads(layer)].every((load) => load === 5)).toBe(true);
    expect(freshEmbedding({ T: 100, P: 60, S: 3 }, 4, 5)).toEqual(layers);
    expect(freshEmbedding({ T: 100, P: 60, S: 3 }, 4, 5, 1)).not.toEqual(layers);
  });

  test("fixed: one assignment in every layer", () => {
    const assignment = primeSteps({ T: 100, P: 60, S: 4 });
    expect(new Set(fixedEmbedding(assignment, 4))).toEqual(new Set([assignment]));
  });
});
