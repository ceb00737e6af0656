import { primeSteps } from "../../src/assignment/prime-steps.js";
import type { Assignment } from "../../src/assignment/assignment.js";
import { anglesFromTurns, randomTurns, rotations } from "../../src/circuits/rotation.js";
import { loadKernels } from "../../src/kernels/node.js";
import { FactoredEngine } from "../../src/engine/factored.js";
import { permutedEmbedding } from "../../src/network/embedding.js";
import { buildNetwork } from "../../src/network/network.js";
import { cosSinTurn, RandomSequence } from "../../src/base/random.js";

/**
 * χ as the authors' code computes it, over pairs t < u only. Layer 1 is in construction order, so χ is higher for layer
 * 2.
 */
export function authorsChi(after: Assignment, before: Assignment): number {
  const { T, S, P } = after;
  const linked = new Uint8Array(P * P);
  const circuitsAfter = Array.from({ length: P }, () => [] as number[]);
  const circuitsBefore = Array.from({ length: P }, () => [] as number[]);
  for (let t = 0; t < T; t++) {
    for (let s = 0; s < S; s++) {
      const n = after.neurons[t * S + s]!;
      circuitsAfter[n]!.push(t);
      circuitsBefore[before.neurons[t * S + s]!]!.push(t);
      for (let r = 0; r < S; r++) linked[n * P + before.neurons[t * S + r]!] = 1;
    }
  }
  let unwanted = 0;
  for (let n = 0; n < P; n++) {
    for (let m = 0; m < P; m++) {
      if (linked[n * P + m] === 0) continue;
      for (const t of circuitsAfter[n]!) for (const u of circuitsBefore[m]!) if (t < u) unwanted++;
    }
  }
  const possible = ((T * (T - 1)) / 2) * S * S;
  return unwanted / (possible - unwanted) / S;
}

/**
 * Mean squared error of the indicator of active circuits by layer, sampled as the authors' code does: circuits are
 * drawn with replacement, and rows with a repeat are replaced by consecutive ids, whose neurons are neighbours.
 */
export function authorsIndicatorErrors(
  size: { readonly D: number; readonly T: number; readonly S: number; readonly L: number; readonly z: number },
  samples: number,
  seed: number,
  network: number,
): number[] {
  const { D, T, S, L, z } = size;
  const embedding = permutedEmbedding(primeSteps({ T, P: D / 4, S }), L, seed, network);
  const runner = new FactoredEngine(
    loadKernels(),
    buildNetwork({
      shape: { D, d: 4, T, S, L },
      circuits: rotations(anglesFromTurns(randomTurns(T, seed, network)), L),
      embedding,
      construction: "capped",
      chi: embedding.map((assignment, k) => (k === 0 ? 0 : authorsChi(assignment, embedding[k - 1]!))),
    }),
    { gate: "relu", z, lanes: 16 },
  );
  const sums = new Array<number>(L + 1).fill(0);
  for (let first = 0; first < samples; first += 16) {
    const random = new RandomSequence(seed, "user", first, network);
    const ids = Array.from({ length: 16 }, () => {
      const drawn = Array.from({ length: z }, () => random.below(T));
      if (new Set(drawn).size === z) return drawn;
      const start = random.below(T - z + 1);
      return drawn.map((_, slot) => start + slot);
    });
    const inputs = ids.map((row) =>
      row.map(() => {
        const [cos, sin] = cosSinTurn(random.uniform());
        return [1.5, 0.5, 1 + cos, 1 + sin];
      }),
    );
    runner.setInputs(ids, inputs);
    runner.runTile(16, z);
    for (let l = 1; l <= L; l++) {
      for (const [alpha] of runner.activeReadouts(l, 16 * z)) sums[l]! += (alpha! - 1) ** 2;
    }
  }
  return sums.map((sum) => sum / (Math.ceil(samples / 16) * 16 * z));
}
