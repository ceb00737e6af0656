import { survival } from "../../../src/studies/stress/figure.js";
import type { Drawings } from "../drawings.js";

const designs = ["published", "A: rows", "B: windows", "D: groups", "switched"];
const depths: Readonly<Record<string, readonly number[]>> = {
  "as it is": [2, 12, 12, 12, 12],
  "noise after the ReLU: 0.01": [2, 12, 12, 2, 12],
  "weights in int8, one scale per row": [2, 11, 2, 2, 0],
  "active: same cell at step 1": [0, 0, 0, 0, 12],
};

const rows = Object.entries(depths).flatMap(([perturbation, own]) =>
  designs.map((design, k) => ({
    ...{ design, z: 2, perturbation, depth: own[k]!, isLeast: own[k] === 12, samples: 48, networks: 1 },
    share: own[k]! / depths["as it is"]![k]!,
  })),
);

export const drawings: Drawings = { STRESS: (options) => survival(rows, options) };
