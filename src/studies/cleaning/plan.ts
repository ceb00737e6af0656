import { lastOf } from "../../base/last.js";
import { cleaners, type CleanerName } from "../../designs/cleaners.js";
import { SNAP_GAIN, SWITCHED_ANGLES } from "../../designs/switched-layers.js";
import type { CleaningTask } from "./measure.js";
import { cosSinTurn, deriveSeed, RandomSequence } from "../../base/random.js";
import { compare, type ComparisonEntry } from "../../results/compare.js";
import { cleaning as drawCleaning, type Formulas, type CleaningRow } from "./figure.js";
import { cleanedIndicator, keptError, snapTolerance } from "../../theory/cleaning.js";
import { planTasks, type Study, type FigureDraft } from "../study.js";

const indicators = ["copied", "ramp", "late ramp", "bit"] as const;
const vectors = ["moved", "snap"] as const;
/** The initial indicators, and the initial errors of x. */
const inputs = Array.from({ length: 31 }, (_, k) => (4 * k - 10) / 100);
const radii = Array.from({ length: 21 }, (_, k) => (15 * k) / 1000);
/** The largest accepted difference between a noiseless map, computed in float32, and its formula. */
const EXACT = 1e-5;
const noises = [0.01, 0.03] as const;
const passes = [1, 2, 5, 10, 20, 50];

/** The values of the indicator at which the output of one pass starts to rise from 0, and at which it reaches 1. */
const RAMPS: Readonly<Partial<Record<CleanerName, { readonly low: number; readonly high: number }>>> = {
  ramp: { low: 0.25, high: 0.75 },
  "late ramp": { low: 0.875, high: 0.999 },
  // ReLU(1 − 2·ReLU(1 − 2v))
  bit: { low: 0.25, high: 0.5 },
};
const tolerance = snapTolerance({ angles: SWITCHED_ANGLES, gain: SNAP_GAIN });

/** A task and the values that all its rows share. */
interface Look {
  readonly name: CleanerName;
  readonly task: CleaningTask;
  readonly wanted: 0 | 1 | null;
  /** The initial error of x; null for an indicator. */
  readonly radius: number | null;
}

/** CLEAN: the effect of cleaning layers on an error and on noise. */
export const cleaning: Study = {
  id: "cleaning",
  question: "Which layers remove errors, and which accumulate them?",
  expectedSeconds: 0.3,
  plan: ({ seed, quick, wide }) => {
    const samples = quick ? 64 : wide ? 2048 : 128;
    const looks = [...mapsOf(samples, seed), ...noiseOf(samples, seed)];
    return planTasks(
      looks.map(({ task }) => task),
      (results) => [
        figure(
          looks.flatMap((look, k) => rowsOf(look, results[k])),
          samples,
        ),
      ],
    );
  },
};

function mapsOf(samples: number, seed: number): Look[] {
  const once = { kind: "cleaning", passes: [1], noise: 0, seed } as const;
  return [
    ...indicators.map((name): Look => ({
      name,
      task: { ...once, cleaner: cleaners[name], values: inputs.map((v) => [v]) },
      ...{ wanted: null, radius: null },
    })),
    ...vectors.flatMap((name) =>
      ([1, 0] as const).flatMap((wanted) =>
        radii.map((radius, k): Look => ({
          name,
          task: {
            ...once,
            cleaner: cleaners[name],
            values: offBy(radius, wanted, samples, deriveSeed(seed, "cleaning", k, wanted)),
          },
          ...{ wanted, radius },
        })),
      ),
    ),
  ];
}

function noiseOf(samples: number, seed: number): Look[] {
  return noises.flatMap((noise) =>
    [...indicators, ...vectors].flatMap((name) => {
      const cleaner = cleaners[name];
      const wanteds = cleaner.of === "x" ? ([1] as const) : ([1, 0] as const);
      return wanteds.map((wanted): Look => {
        const own = deriveSeed(seed, "cleaning-noise", name, noise, wanted);
        const many = 4 * samples;
        const values =
          cleaner.of === "x" ? offBy(0, wanted, many, own) : Array.from({ length: many }, (): [number] => [wanted]);
        return { name, task: { kind: "cleaning", cleaner, values, passes, noise, seed: own }, wanted, radius: null };
      });
    }),
  );
}

/**
 * Vectors at the allowed angles of x or, if `length` is 0, at the origin, each displaced by `radius` in a random
 * direction.
 */
function offBy(radius: number, length: 0 | 1, samples: number, seed: number): [number, number][] {
  const random = new RandomSequence(seed, "user");
  return Array.from({ length: samples }, (_, k) => {
    const [cos, sin] = cosSinTurn((k % SWITCHED_ANGLES) / SWITCHED_ANGLES);
    const [u, v] = cosSinTurn(random.uniform());
    return [length * cos + radius * u, length * sin + radius * v];
  });
}

function rowsOf(
  { name, task, wanted, radius }: Look,
  result: readonly (readonly (readonly number[])[])[],
): CleaningRow[] {
  const { noise } = task;
  const { of } = task.cleaner;
  const cleaner = name;
  if (wanted === null) {
    return task.values.map(([v], sample): CleaningRow => ({
      ...{ cleaner, of, wanted, input: v, noise, passes: 1, worst: null },
      ...{ output: result[0][sample][0], theory: indicatorTheory(name, v) },
    }));
  }
  return task.passes.map((count, k): CleaningRow => {
    const errors = result[k].map((value, sample) => Math.hypot(...deviation(of, wanted, value, sample)));
    const meanSquare = errors.reduce((sum, error) => sum + error * error, 0) / errors.length;
    const theory = radius === null ? noiseTheory(name, wanted, noise, count) : mapTheory(name, wanted, radius);
    return {
      ...{ cleaner, of, wanted, input: radius, noise, passes: count },
      ...{ output: Math.sqrt(meanSquare), worst: Math.max(...errors), theory },
    };
  });
}

function deviation(of: "indicator" | "x", wanted: 0 | 1, value: readonly number[], sample: number): number[] {
  if (of === "indicator") return [value[0] - wanted];
  const [cos, sin] = cosSinTurn((sample % SWITCHED_ANGLES) / SWITCHED_ANGLES);
  return [value[0] - wanted * cos, value[1] - wanted * sin];
}

/** The predicted indicator after one pass; copying changes only values below 0, which become 0. */
function indicatorTheory(cleaner: CleanerName, v: number): number {
  const ramp = RAMPS[cleaner];
  return ramp === undefined ? Math.max(0, v) : cleanedIndicator(ramp, v);
}

/** Error of x after one pass without noise, if a formula gives it. */
function mapTheory(cleaner: CleanerName, wanted: 0 | 1, radius: number): number | null {
  if (cleaner === "moved") return radius;
  return wanted === 1 && radius < tolerance ? 0 : null;
}

/** The predicted map of each cleaner, as the corners of a polyline. */
function formulas(): Formulas {
  const [first, last] = [inputs[0], lastOf(inputs)];
  const ramps = Object.entries(RAMPS).map(
    ([name, { low, high }]) =>
      [name, [first, low, high, last].map((v) => [v, cleanedIndicator({ low, high }, v)])] as const,
  );
  return {
    ...Object.fromEntries(ramps),
    copied: [first, 0, last].map((v) => [v, Math.max(0, v)]),
    moved: [0, lastOf(radii)].map((radius) => [radius, radius]),
    snap: [0, tolerance].map((radius) => [radius, 0]),
  };
}

/** The prediction after noisy passes that merely copy the values. */
function noiseTheory(cleaner: CleanerName, wanted: 0 | 1, noise: number, count: number): number | null {
  if (cleaner === "moved") return keptError("x", noise, count);
  return cleaner === "copied" && wanted === 1 ? keptError("indicator", noise, count) : null;
}

function figure(rows: readonly CleaningRow[], samples: number): FigureDraft {
  const entries = rows
    .flatMap((row) => (row.theory === null ? [] : [{ ...row, theory: row.theory }]))
    .map(({ cleaner, of, wanted, input, noise, passes: count, output, theory }): ComparisonEntry => ({
      label: `${cleaner}, ${input === null ? `${of} ${wanted}, σ = ${noise}, ${count} passes` : `${of} in ${input.toFixed(3)}`}`,
      ...{ ours: output, reference: theory, referenceSd: null },
      // The standard error of a standard deviation estimated from `4 · samples` normally distributed numbers.
      oursSd: noise === 0 ? null : theory / Math.sqrt(2 * 4 * samples),
      ...(noise === 0 ? { allowed: EXACT } : {}),
    }));
  const at = (cleaner: CleanerName, wanted: 0 | 1, noise: number): number =>
    rows.find((row) => row.cleaner === cleaner && row.wanted === wanted && row.noise === noise && row.passes === 50)!
      .output;
  const cost: readonly (readonly [CleanerName, string, number, string])[] = [
    ["copied", "0: any layer", 1, "the codes of the windows and lines designs, whose indicators are only copied"],
    ["ramp", "0: done by the layer that computes", 2, "all indicators of the post's network (half of all neurons)"],
    ["late ramp", "0: done by the layer that computes", 2, "like the ramp"],
    ["bit", "0: two existing layers", 1, "all 220 code neurons of the switched design (22% of D = 1000)"],
    [
      "moved",
      "0: done by the layer that computes",
      3,
      "x in every design; the switched design also snaps x every other step",
    ],
    ["snap", "3, after every second step", 8, "existing cells: 8 of the 15 neurons in a group's cells"],
  ];
  return {
    id: "CLEAN",
    question: "Which layers remove errors, and which accumulate them?",
    settings: [
      ["indicators", "each value is one number, sent through one pass of the layers; late ramp: 0.875 to 0.999"],
      ["x", `one of ${SWITCHED_ANGLES} angles, or 0, with an error of the given length in a random direction`],
      [
        "noise",
        `normal, on every neuron in every layer before the ReLU, ${4 * samples} samples, σ = ${noises.join(", ")}`,
      ],
    ],
    howToRead:
      "Above: the output of one pass against its input. Where a line is flat, an error is removed. The ramp removes errors of up to a quarter in every pass, i.e. in every " +
      "layer that recomputes the indicator. A bit that is inverted in every other layer also removes errors, with one neuron and no extra layer. The snap corrects errors in x " +
      `up to ${tolerance.toFixed(3)}; beyond that, the larger an error, the less it is corrected. The snap amplifies errors where x = 0, so cells that should be empty must be shut. ` +
      "Below: the error after repeated passes with noise. For copies, the error grows as the square root of the number of passes; cleaned values keep the error of one pass.",
    samples: `${samples} / ${4 * samples}`,
    networks: "–",
    rows,
    theory: {
      caption: "The cost of cleaning, and the error after 50 passes with noise",
      columns: ["cleaner", "extra layers", "neurons", "used by", "σ = 0.01", "σ = 0.03"],
      rows: cost.map(([name, layers, neurons, users]) => [
        name,
        layers,
        neurons,
        users,
        ...noises.map((noise) => at(name, 1, noise)),
      ]),
    },
    comparison: compare(entries),
    comparisonNote:
      `Compared with the closed forms of docs/designs/cleaning.md, not with the authors' code: maps agree within ${EXACT}, and errors with ` +
      "noise agree within the sampling error.",
    draw: (options) => drawCleaning(rows, { ...options, tolerance, formulas: formulas() }),
  };
}
