import type { StoredFeaturesTask } from "../storage/stored-features.js";
import { deriveSeed } from "../../base/random.js";
import { storageComparison, type LayerContentRow } from "./storage-comparison-figure.js";
import { storedFeaturesRows } from "../storage/statistics.js";
import { mostFeatures } from "../../theory/storage.js";
import { computingDesigns } from "./computing-designs.js";
import type { LargestCount } from "../bisection.js";
import type { FigureDraft, RunTasks, Settings } from "../study.js";

/**
 * Number of active features, and number of layers through which features are kept. CAP compares errors at the last of
 * these layers.
 */
const l = 16;
const layers = 3;
const samples = 32;

/** The largest T of one design, by D. */
export interface ComputedLine {
  readonly name: string;
  readonly capacities: readonly LargestCount[];
}

/** S5: features stored, features kept and circuits computed in a layer of D neurons, on one axis. [E24] [E26] */
export async function storageComparisonFigure(
  lines: readonly ComputedLine[],
  { seed, quick, wide }: Settings,
  run: RunTasks,
): Promise<FigureDraft> {
  const most = quick ? 1024 : wide ? 65_536 : 4096;
  const Ds = quick ? [300, 400, 500] : wide ? [300, 400, 500, 600, 700, 800, 1000] : [300, 400, 500, 600, 700];
  const tasks = Ds.flatMap((n) =>
    Array.from({ length: layers }, (_, repeat): StoredFeaturesTask => {
      return { kind: "stored-features", n, l, most, samples, seed: deriveSeed(seed, "stored-features", n), repeat };
    }),
  );
  const results: (readonly number[])[] = [];
  for await (const result of run(tasks, tasks.length)) results.push(result);
  const rows = storedFeaturesRows(Ds, layers, results, most);
  const computed = lines.flatMap(({ name, capacities }) =>
    capacities.map(({ D, T, logSd, censored }): LayerContentRow => {
      const [low, high] = [T * Math.exp(-logSd), T * Math.exp(logSd)];
      return { what: "computed", design: name, D, count: T, low, high, censored };
    }),
  );
  const all = [...rows, ...computed];
  return {
    id: "S5",
    question: "How much more can a layer store than compute?",
    settings: [
      [
        "features",
        `random unit vectors, l = ${l} active, amplitude 1, read with a threshold of ½; at most ${most} tried`,
      ],
      ["kept", `through ${layers} layers, each with its own vectors; between layers, readouts are set to 0 or 1`],
      [
        "circuits",
        "rotations, d = 4, z = 1: the largest T that meets the criterion of figure CAP, for the published design and for " +
          computingDesigns
            .map(({ name, fields }) => `${name} (${Object.entries(fields).map((field) => field.join(" = "))})`)
            .join(", "),
      ],
    ],
    howToRead:
      "A straight line on these axes is a power of D. The estimate for storage, exp(D/(8l)) features with l of them active, grows " +
      "faster than any power. Reading features with a threshold and storing them again costs little: it only divides the number of features by the number of layers. " +
      "Circuits also compute, so each needs its own weights, and their number grows as D² at best. The grid " +
      "reaches this growth, with ((D − c)/3)² circuits and no errors beyond rounding, but only for one active circuit. The grid's code takes c neurons, " +
      "about 110, which is a larger share of a small network, so the grid's marks rise more steeply than D². Hollow marks show designs that run all the circuits " +
      "they can hold. To add a design, add a line to src/studies/capacity/computing-designs.ts; `superpose run --experiment capacity` measures other D, S, z and " +
      "thresholds. The measured numbers of " +
      "features lie above their estimate, which uses an upper bound on the noise. At small D, the estimate is below D, and storing one feature per neuron is better.",
    samples: String(samples),
    networks: String(layers),
    rows: all,
    theory: {
      caption: "Features and circuits by D",
      columns: ["what", "design", "D", "count", "from", "to", "estimate", "count / estimate", "lower bound"],
      rows: all.map(({ what, design, D, count, low, high, censored }) => {
        const estimate = what === "computed" ? null : mostFeatures(D, l) / (what === "kept" ? layers : 1);
        const ratio = estimate === null || censored ? null : count / estimate;
        return [
          what,
          design,
          D,
          Math.round(count),
          Math.round(low),
          Math.round(high),
          estimate,
          ratio,
          censored ? "yes" : "no",
        ];
      }),
    },
    comparisonNote: "We know of no earlier measurement of the largest T.",
    draw: (options) => storageComparison(all, { ...options, l, layers, d: 4 }),
  };
}
