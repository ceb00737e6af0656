import * as v from "valibot";
import { InputError } from "../../base/errors.js";
import type { ErrorRow, Statistic } from "../../results/rows.js";
import { checked, choiceSchema, described, fieldsOf, numberSchema, wholeSchema } from "../../base/validation.js";
import { perturbationKinds } from "../../studies/stress/perturbations.js";
import type { PanelLine } from "../../studies/stress/stressable.js";

/** The quantity that a search optimises. */
export type Objective = {
  /** How many circuits are active at once; if several numbers are given, the worst result is used. */
  readonly z: readonly number[];
  /** Name of the active circuits' readout: for rotations, "x" or "alpha". */
  readonly readout: string;
  /** The perturbation applied to all samples, as a line of the stress panel; omitted if samples are not perturbed. */
  readonly under?: PanelLine;
} & (
  | {
      /** Minimises one statistic of a layer's errors: the mean square, the share above 0.25, or the largest error. */
      readonly minimise: "error" | "wrong" | "worst";
      readonly layer: number;
    }
  | {
      /** Maximises the number of layers whose mean square is at most `error`. */
      readonly maximise: "depth";
      readonly error: number;
      readonly layer: null;
    }
);

/**
 * @param base the settings that all specs share; the objective's layer can be at most `base.L`
 * @throws InputError naming the key, its value and its bound
 */
export function parseObjective(value: unknown, base: Readonly<Record<string, unknown>>): Objective {
  if (value === undefined) {
    throw new InputError("objective is missing; an example is {minimise: error, readout: x, layer: 5, z: 1}.");
  }
  const given = fieldsOf("objective", value, [
    "minimise",
    "maximise",
    "readout",
    "layer",
    "error",
    "z",
    "under",
    "level",
  ]);
  const ways = (["minimise", "maximise"] as const).filter((key) => given[key] !== undefined);
  if (ways.length !== 1) {
    throw new InputError(
      `objective: must have either minimise or maximise; has ${ways.length === 0 ? "neither" : "both"}.`,
    );
  }
  const whole = wholeSchema(1, 10_000);
  const zs: unknown = given.z === undefined ? [1] : typeof given.z === "number" ? [given.z] : given.z;
  if (!Array.isArray(zs) || zs.length === 0 || zs.length > 64) {
    throw new InputError(`objective.z = ${described(zs)}: must be a number or a list of numbers.`);
  }
  const word = v.pipe(v.string("a word"), v.regex(/^[A-Za-z]\w{0,30}$/, "a word"));
  const common = {
    z: zs.map((z: unknown) => checked("objective.z", whole, z)),
    readout: checked("objective.readout", word, given.readout ?? "x"),
    ...underOf(given.under, given.level),
  };
  if (given.maximise !== undefined) {
    checked("objective.maximise", choiceSchema(["depth"]), given.maximise);
    if (given.layer !== undefined) {
      throw new InputError("objective.layer: depth is counted up to base.L; omit layer.");
    }
    const error = checked("objective.error", numberSchema(1e-12, 100), given.error ?? 0.25);
    return { ...common, maximise: "depth", error, layer: null };
  }
  if (given.error !== undefined)
    throw new InputError("objective.error: used only if maximise = depth; leave error out.");
  const minimise = checked("objective.minimise", choiceSchema(["error", "wrong", "worst"]), given.minimise);
  const L = typeof base["L"] === "number" ? base["L"] : 10_000;
  const layer = checked("objective.layer", wholeSchema(1, L), given.layer);
  return { ...common, minimise, layer };
}

/**
 * Lines of the panel that objectives cannot use: the one without a perturbation, those with other numbers of active
 * circuits (the objective's `z` sets the number), and those that search for worst sets.
 */
const notAsked: readonly string[] = ["none", "active", "search"];

function underOf(kind: unknown, level: unknown): Pick<Objective, "under"> {
  if (kind === undefined) {
    if (level !== undefined)
      throw new InputError("objective.level: used only together with objective.under; leave level out.");
    return {};
  }
  const kinds = perturbationKinds.filter((each) => !notAsked.includes(each));
  return {
    under: {
      kind: checked("objective.under", choiceSchema(kinds), kind),
      level: level === undefined ? null : checked("objective.level", numberSchema(-10, 10), level),
    },
  };
}

/** A measure of how good a result is. A larger `score` is better; `text` is for display. */
export interface Score {
  readonly score: number;
  readonly text: string;
}

/**
 * @param rows the rows of one spec
 * @throws InputError when the circuits have no such readout
 */
export function scoreOf(objective: Objective, rows: readonly ErrorRow[]): Score {
  const scores = objective.z.map((z) =>
    scoreAt(
      objective,
      rows.filter((row) => row.z === z),
    ),
  );
  return scores.reduce((worst, own) => (own.score < worst.score ? own : worst));
}

function scoreAt(objective: Objective, rows: readonly ErrorRow[]): Score {
  const at = (layer: number, of: "meanSquare" | "wrong" | "worst"): number =>
    numberOf(statisticAt(objective, rows, layer)[of], of);
  if ("minimise" in objective) {
    const value = at(objective.layer, objective.minimise === "error" ? "meanSquare" : objective.minimise);
    return { score: -value, text: shortText(value) };
  }
  const L = Math.max(...rows.map(({ layer }) => layer));
  const { error } = objective;
  let depth = 0;
  while (depth < L && at(depth + 1, "meanSquare") <= error) depth++;
  // Among specs of equal depth, the fractional part of the score favours a smaller error in the next layer or, if all
  // layers meet the bound, in the last layer.
  const partial = depth === L ? Math.max(0, 1 - at(L, "meanSquare") / error) : error / at(depth + 1, "meanSquare");
  return { score: depth + 0.999 * partial, text: depth === L ? `${L} (all)` : String(depth) };
}

/** The statistic of the objective's readout at a layer. */
export function statisticAt(
  { readout }: Pick<Objective, "readout">,
  rows: readonly ErrorRow[],
  layer: number,
): Statistic {
  const row = rows.find((candidate) => candidate.layer === layer);
  const statistic = row?.readouts[readout]?.active;
  if (statistic !== undefined) return statistic;
  const known = Object.keys(rows[0]?.readouts ?? {}).join(", ");
  throw new InputError(`objective.readout = "${readout}": these circuits have the readouts ${known}.`);
}

/** NaN counts as the worst value. */
function numberOf(value: number | null, name: string): number {
  if (value === null) throw new InputError(`objective: ${name} is not available for these runs.`);
  return Number.isNaN(value) ? Infinity : value;
}

function shortText(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "∞";
}
