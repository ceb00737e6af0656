import type { TrajectoriesTask } from "./measure.js";
import { deriveSeed } from "../../base/random.js";
import { ramp } from "./ramp-figure.js";
import { trajectories as drawTrajectories } from "./figure.js";
import { parseSpec } from "../../config/parse-spec.js";
import { planTasks, type Study, type FigureDraft } from "../study.js";
import type { Trajectory } from "./rows.js";

const noReference = "The post's pictures give no numbers to compare with, and they show other random angles.";
const SAMPLES = 10;

/** R1–R4: paths of the rotated vector through the layers, and the ramp. */
export const trajectories: Study = {
  id: "trajectories",
  question: "What does a rotation in superposition look like?",
  expectedSeconds: 0.5,
  plan: ({ seed }) => {
    const own = deriveSeed(seed, "trajectories");
    const spec = parseSpec({ D: 1000, T: 557, S: 6, L: 5, z: [1, 2, 3], samples: SAMPLES, seed: own });
    const tasks = spec.z.map((z): TrajectoriesTask => ({ kind: "trajectories", spec, z, count: SAMPLES }));
    return planTasks(tasks, (results) => figures(results.flat()));
  },
};

function figures(rows: readonly Trajectory[]): FigureDraft[] {
  const alone = rows.filter(({ z }) => z === 1);
  const common = {
    settings: [
      ["network", "D = 1000, d = 4, P = 250, T = 557 rotations, S = 6, capped, L = 5"],
      ["samples", `${SAMPLES} random inputs of one network for each z; a figure draws as many of them as fit`],
    ] as const,
    networks: "1",
    comparisonNote: noReference,
  };
  return [
    {
      ...common,
      id: "R1",
      question: "Does the readout of the large network follow the vector that the circuit computes on its own?",
      howToRead:
        "The green path with round marks is the circuit run alone, from its input (layer 0) to layer 5; crosses show the readout from the " +
        "large network. The green path stays on the unit circle; where a cross misses the round mark of its layer, the readout is wrong.",
      samples: String(alone.length),
      rows: alone,
      draw: (options) => drawTrajectories(alone, options),
    },
    {
      ...common,
      id: "R2",
      question: "What does each circuit compute?",
      howToRead:
        "Each circuit rotates a unit vector by the same angle θ in every layer. Arrows go from layer to layer.",
      samples: String(alone.length),
      rows: alone.map(({ z, sample, circuit, truth }) => ({ z, sample, circuit, truth })),
      draw: (options) => drawTrajectories(alone, { ...options, show: "truth" }),
    },
    {
      ...common,
      id: "R3",
      question: "How do two ReLUs clean the On-indicator?",
      howToRead:
        "ReLU(2·alpha − 0.5) − ReLU(2·alpha − 1.5) is 0 below 0.25 and 1 above 0.75: errors in the indicator of less than " +
        "0.25 vanish in every layer; larger ones pass and can grow.",
      settings: [["formula", "alpha → ReLU(2·alpha − 0.5) − ReLU(2·alpha − 1.5)"]],
      samples: "–",
      networks: "–",
      comparisonNote: "This figure shows a formula; nothing is measured.",
      rows: [-0.25, 0, 0.25, 0.5, 0.75, 1, 1.25].map((alpha) => {
        const [first, second] = [Math.max(0, 2 * alpha - 0.5), Math.max(0, 2 * alpha - 1.5)];
        return { alpha, first, second, ramp: first - second };
      }),
      draw: (options) => ramp(options),
    },
    {
      ...common,
      id: "R4",
      question: "How do more active circuits change the trajectories?",
      howToRead:
        "Like R1, but with one, two and three circuits active in the same forward pass. Each additional circuit disturbs the others " +
        "through the neurons that they share.",
      samples: `${SAMPLES} for each z`,
      rows,
      draw: (options) => drawTrajectories(rows, options),
    },
  ];
}
