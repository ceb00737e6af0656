import { InputError, within } from "../../base/errors.js";
import { parseSpec } from "../../config/parse-spec.js";
import { hashOf } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import { fieldNamed, type SpecField } from "../../config/fields.js";
import { checked, checkExtent, described, fieldsOf, wholeSchema, isObject } from "../../base/validation.js";
import { checkStressable } from "../../studies/stress/stressable.js";
import { drawFrom, ownFields, settingText } from "../settings.js";
import { parseObjective, type Objective } from "./objective.js";

/** The numbers of samples and networks, and the seed, with which a spec is evaluated. */
export type Effort = Pick<RunSpec, "samples" | "networks" | "seed">;

/** A field that varies. Its value is computed from one or more numbers in [0, 1), one per coordinate. */
export interface Axis {
  readonly name: string;
  readonly coordinates: number;
  readonly value: (at: readonly number[]) => unknown;
}

/**
 * The settings of a search, checked and complete. They determine the first specs and, with the results so far, all
 * later ones.
 */
export interface SearchPlan {
  readonly base: Readonly<Record<string, unknown>>;
  readonly axes: readonly Axis[];
  readonly objective: Objective;
  /** The largest number of specs to evaluate. */
  readonly budget: number;
  /** Seed of the random draws. */
  readonly seed: number;
  /**
   * Three evaluations: a cheap one of all specs, a second one of the better specs, and a final one of the best, on
   * held-out samples.
   */
  readonly screen: Effort;
  readonly select: Effort;
  readonly final: Effort;
  /** How many specs get a second evaluation (`selected`) and a final one (`best`). */
  readonly selected: number;
  readonly best: number;
  /** Identifies the whole request. */
  readonly hash: string;
}

const MAX_BUDGET = 100_000;
const MAX_SEED = Number.MAX_SAFE_INTEGER - 2000;

/** Ratio of the number of samples in the second evaluation to that in the first. */
const SELECT = 4;
/**
 * Limit on the number of samples per network in the first and final evaluations when the stress panel measures the
 * specs, because it runs all samples at once. The second evaluation uses four times as many samples as the first.
 */
const MOST_STRESSED = 16_384;

/** Fields that the search sets itself. */
const ownedBy: Readonly<Record<string, string>> = {
  z: "give objective.z",
  samples: "give screen.samples, final.samples or both",
  networks: "give screen.networks, final.networks or both",
  seed: "give it at the top level (next to `base`), in `final` or in both",
  sampling: "samples are drawn at random",
};

/**
 * Parses the content of a search file.
 *
 * @throws InputError naming the key, its value and its bound, before anything has run
 */
export async function parseSearch(value: unknown): Promise<SearchPlan> {
  checkExtent("the search", value, 12, 20_000_000);
  const keys = ["base", "vary", "objective", "budget", "seed", "screen", "final"];
  const given = fieldsOf("the search", value, keys);
  const base = notOwned("base", ownFields("base", given.base ?? {}));
  const vary = Object.entries(notOwned("vary", ownFields("vary", given.vary ?? {})));
  if (vary.length === 0) throw new InputError("vary: must name at least one field and its values.");
  const objective = parseObjective(given.objective, base);
  if (objective.under !== undefined) {
    for (const name of ["noise", "noiseAt"]) {
      const path = base[name] !== undefined ? "base" : "vary";
      if (base[name] === undefined && !vary.some(([own]) => own === name)) continue;
      throw new InputError(`${path}.${name}: objective.under determines the noise; leave ${name} out.`);
    }
  }
  if (given.budget === undefined) {
    throw new InputError(
      `budget is missing: give the largest number of specs to evaluate, from 1 to ${MAX_BUDGET}, such as budget: 80.`,
    );
  }
  const budget = checked("budget", wholeSchema(1, MAX_BUDGET), given.budget);
  const seed = checked("seed", wholeSchema(0, MAX_SEED), given.seed ?? 1);
  const screen = effort("screen", given.screen ?? {}, { samples: 200, networks: 1, seed }, []);
  const last = fieldsOf("final", given.final ?? {}, ["best", "samples", "networks", "seed"]);
  const best = checked("final.best", wholeSchema(1, 100), last.best ?? 3);
  const heldOut = { samples: 2000, networks: 5, seed: seed + 1000 };
  const final = effort("final", given.final ?? {}, heldOut, ["best", "seed"]);
  for (const [path, { samples }] of Object.entries({ screen, final })) {
    if (objective.under !== undefined && samples > MOST_STRESSED) {
      throw new InputError(
        `${path}.samples = ${samples}: must be at most ${MOST_STRESSED} per network if objective.under is given.`,
      );
    }
  }
  if (final.seed === seed || final.seed === seed + 1) {
    throw new InputError(
      `final.seed = ${final.seed}: must differ from the search's own seeds, ${seed} and ${seed + 1}, so that its samples are held out.`,
    );
  }
  const select = { samples: SELECT * screen.samples, networks: Math.max(2, screen.networks), seed: seed + 1 };
  const plan = {
    base: { ...base, ...(base["L"] === undefined && objective.layer !== null ? { L: objective.layer } : {}) },
    axes: vary.map(([name, range]) => parseAxis(name, range)),
    ...{ objective, budget, seed, screen, select, final, best },
    selected: Math.min(budget, Math.max(2 * best, Math.ceil(budget / 8))),
  };
  const asked = { base: plan.base, vary: given.vary, objective, budget, seed, screen, final, best };
  return { ...plan, hash: await hashOf(asked) };
}

function notOwned(path: string, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  for (const [name, instead] of Object.entries(ownedBy)) {
    if (fields[name] !== undefined) throw new InputError(`${path}.${name}: the search sets it; ${instead}.`);
  }
  return fields;
}

function effort(path: string, value: unknown, usual: Effort, more: readonly string[]): Effort {
  const given = fieldsOf(path, value, ["samples", "networks", ...more]);
  return {
    samples: checked(`${path}.samples`, wholeSchema(1, 100_000_000), given.samples ?? usual.samples),
    networks: checked(`${path}.networks`, wholeSchema(1, 10_000), given.networks ?? usual.networks),
    seed: checked(`${path}.seed`, wholeSchema(0, MAX_SEED), given.seed ?? usual.seed),
  };
}

/**
 * Parses a list of values, a range (written as for a sweep's random draws), or `{each: [ranges]}` for a list of
 * numbers.
 */
function parseAxis(name: string, value: unknown): Axis {
  const path = `vary.${name}`;
  const field = fieldNamed(name);
  if (isObject(value) && Object.hasOwn(value, "each")) {
    if (field.kind !== "numbers") throw new InputError(`${path}.each: ${name} is not a list of numbers.`);
    const { each } = fieldsOf(path, value, ["each"]);
    if (!Array.isArray(each) || each.length === 0 || each.length > field.maxLength) {
      throw new InputError(`${path}.each = ${described(each)}: must be a list of 1 to ${field.maxLength} ranges.`);
    }
    const entry: SpecField = { name, help: "", kind: "number", min: field.min, max: field.max, default: null };
    const draws = each.map((range: unknown, k) =>
      typeof range === "number" ? () => range : drawFrom(`${path}.each[${k}]`, entry, range),
    );
    return { name, coordinates: draws.length, value: (at) => draws.map((draw, k) => rounded(draw(at[k]))) };
  }
  const draw = drawFrom(path, field, Array.isArray(value) ? { among: value as unknown[] } : value);
  return { name, coordinates: 1, value: ([at]) => rounded(draw(at)) };
}

/** Rounds to four digits: such values are readable, and a search cannot distinguish finer ones. */
function rounded(value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(4)) : value;
}

/** A point of the search space: one number in [0, 1) per coordinate of every axis. */
export type Point = readonly number[];

/** The settings at a point, by field name. */
export function settingsAt({ axes }: Pick<SearchPlan, "axes">, point: Point): Record<string, unknown> {
  let at = 0;
  return Object.fromEntries(
    axes.map(({ name, coordinates, value }) => [name, value(point.slice(at, (at += coordinates)))]),
  );
}

/**
 * The spec with the given settings and effort.
 *
 * @throws InputError naming the settings and the fault
 */
export function specAt(plan: SearchPlan, settings: Readonly<Record<string, unknown>>, effortOf: Effort): RunSpec {
  const given = { ...plan.base, ...settings, z: plan.objective.z, ...effortOf };
  return within(`with ${settingText(settings)}`, () => {
    const spec = parseSpec(given);
    if (plan.objective.under !== undefined) checkStressable(spec);
    return spec;
  });
}
