import { trainedMap, whatTrainingMoves } from "../../../src/studies/trained-circuits/figure.js";
import type { Drawings } from "../drawings.js";

const networks = [
  ["trained from random", 0.3],
  ["trained from the construction", 1.1],
  ["published, as built", 9],
  ["groups design, as built", 3],
] as const;

export const drawings: Drawings = {
  TR1: (options) =>
    trainedMap(
      [12, 16].flatMap((T) =>
        networks.flatMap(([network, level]) =>
          [1, 2, 3].map((step) => ({
            ...{ D: 32, T, z: 1, L: 3, network, step },
            over: level * (T / 12) * (network === "published, as built" ? 3 ** (step - 2) : 1),
            sd: network === "published, as built" ? null : 0.1 * level,
            active: network === "groups design, as built" ? 1e-14 : 0.5 * level,
          })),
        ),
      ),
      options,
    ),
  TR2: (options) =>
    whatTrainingMoves(
      ["layers from 2 on", "layers, embedding and readouts"].flatMap((trains, k) =>
        [1, 2, 3].map((step) => ({
          ...{ trains, step, before: 3 ** step, after: 2 - 0.6 * k, afterSd: 0.1 },
          ...{ moved: step === 1 ? null : 0.1 + 0.2 * k, movedSd: step === 1 ? null : 0.02 },
          ...{ stayed: 1 - 0.2 * (step - 1) - 0.2 * k, stayedSd: 0.03 },
          ...{ aucBefore: 1, aucAfter: 0.99, r2Before: 0.7, r2After: 0.6 },
        })),
      ),
      options,
    ),
};
