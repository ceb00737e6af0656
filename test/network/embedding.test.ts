import { describe, expect, test } from "vitest";
import type { Assignment } from "../../src/assignment/assignment.js";
import { primeSteps } from "../../src/assignment/prime-steps.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
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

  test("is a function of seed and network; more layers do not move the first", () => {
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
