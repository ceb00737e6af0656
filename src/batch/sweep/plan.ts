import * as v from "valibot";
import { InputError, shown, within } from "../../base/errors.js";
import { checkBuilds } from "../../config/build.js";
import { RandomSequence } from "../../base/random.js";
import { fieldNamed, specFields } from "../../config/fields.js";
import { parseCircuits, type SpecCircuits } from "../../config/circuits.js";
import { parseField, parseSpec } from "../../config/parse-spec.js";
import { canonicalJson, specText, textHash } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import {
  checked,
  checkExtent,
  choiceSchema,
  described,
  fieldsOf,
  isObject,
  nearest,
  stated,
  wholeSchema,
} from "../../base/validation.js";
import { nameInFiles, statisticNamed } from "../../results/file-rows.js";
import { activities, type Activity } from "../../results/rows.js";
import { drawFrom, ownFields, settingText, wholeOf, type Settings } from "../settings.js";

/** One run of a sweep. */
export interface SweepRun {
  /** The run's index in the sweep, from 0. */
  readonly index: number;
  readonly hash: string;
  readonly spec: RunSpec;
}

/** The figure that a sweep draws from its results. */
export type SweepFigure = ErrorsFigure | FieldsFigure;

export interface ErrorsFigure {
  /** Errors by layer, averaged over runs that differ only in the seed; or errors against T(d/D)², by layer and z. */
  readonly kind: "errors-by-layer" | "errors-by-load";
  /** The readout to draw: "x" or "alpha" for rotations. */
  readonly readout: string;
  readonly circuits: Activity;
}

/** A figure of one column of the rows against any field: means over seeds, split by colour and panel. */
export interface FieldsFigure {
  readonly kind: "fields";
  /** A field of the spec, or "layer", or "load"; the load is T(d/D)². */
  readonly x: string;
  /** A numeric column of the rows, by its name in result files. */
  readonly y: string;
  readonly color: string | null;
  readonly facet: string | null;
  /** The layer to show; null means the last layer of each run. */
  readonly layer: number | null;
  /** The z to show; null means all values. */
  readonly z: number | null;
  /** The axes that are logarithmic; null to choose by the range of the values. */
  readonly log: readonly ("x" | "y")[] | null;
}

/** A complete, checked sweep: its results depend on nothing else. */
export interface Sweep {
  readonly runs: readonly SweepRun[];
  readonly figure: SweepFigure | null;
  /** Identifies the whole request: SHA-256 of the runs' hashes, in order. */
  readonly hash: string;
  /** The settings that are skipped because no network can have them. */
  readonly skipped: readonly Skipped[];
}

/** A setting of a sweep file that is skipped, and why. */
export interface Skipped {
  readonly setting: string;
  readonly reason: string;
}

/** The largest number of runs in one sweep; their specs must fit in memory. */
export const MAX_RUNS = 100_000;

interface ParseSweepOptions {
  /** Whether to skip settings whose values are allowed individually but not together. */
  readonly skips?: boolean;
  /** @param done number of runs checked so far */
  readonly onProgress?: (done: number, total: number) => void;
}

/**
 * The runs of a sweep file: `base` changed by a combination of `grid`, an entry of `list` or a draw of `random`.
 *
 * @throws InputError naming the key or the run, its value and its bound, before anything has run
 */
export async function parseSweep(
  value: unknown,
  { skips = false, onProgress }: ParseSweepOptions = {},
): Promise<Sweep> {
  checkExtent("the sweep", value, 12, 20_000_000);
  const given = fieldsOf("the sweep", value, ["base", "grid", "list", "random", "figure"]);
  const ways = (["grid", "list", "random"] as const).filter((key) => given[key] !== undefined);
  if (ways.length !== 1) {
    const found = ways.length === 0 ? "none is given" : `${ways.join(" and ")} are given`;
    throw new InputError(`the sweep: must have exactly one of the keys grid, list and random; ${found}.`);
  }
  const figure = given.figure === undefined ? null : parseFigure(given.figure);
  const { circuits: ownCircuits, ...base } = given.base === undefined ? {} : ownFields("base", given.base);
  // Weights can take megabytes, so they are checked and serialised (for hashes) only once, not for every run.
  const circuits = within("base", () => parseCircuits(ownCircuits));
  const texts = new WeakMap<object, string>();
  if (typeof circuits === "object") texts.set(circuits, canonicalJson(circuits));
  const way = ways[0];
  const settings = { grid: gridSettings, list: listSettings, random: randomSettings }[way](given[way]);

  const runs: SweepRun[] = [];
  const places = new Map<string, number>();
  const skipped: Skipped[] = [];
  for (const [place, setting] of settings.entries()) {
    const index = place - skipped.length;
    let spec: RunSpec;
    try {
      spec = parseRun(base, setting, circuits);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      if (skips && areAllowed({ ...base, ...setting })) {
        skipped.push({ setting: settingText(setting), reason: error.message });
        continue;
      }
      const hint = !skips && areAllowed({ ...base, ...setting }) ? " --skip-impossible leaves such runs out." : "";
      throw new InputError(
        `run ${place} (${settingText(setting)}): ${error.message}${hint}`,
        error.code,
        error.argument,
      );
    }
    const hash = await textHash(specText(spec, texts));
    onProgress?.(place + 1, settings.length);
    const twin = places.get(hash);
    if (twin !== undefined && way !== "random") {
      throw new InputError(`run ${index} (${settingText(setting)}) is the same as run ${twin}; leave one out.`);
    }
    places.set(hash, index);
    runs.push({ index, hash, spec });
  }
  if (runs.length === 0) throw new InputError(`the sweep: no run is possible. ${skipped[0].reason}`);
  return { runs, figure, skipped, hash: await textHash(runs.map(({ hash }) => hash).join("\n")) };
}

function parseRun(base: Settings, setting: Settings, circuits: SpecCircuits): RunSpec {
  const spec = parseSpec({ ...base, ...setting }, undefined, circuits);
  checkBuilds(spec);
  return spec;
}

/** Whether each value is allowed by itself; if so, the fault must be in the combination of the values. */
function areAllowed(fields: Settings): boolean {
  try {
    for (const [name, value] of Object.entries(fields)) {
      if (name === "circuits") parseCircuits(value);
      else if (value !== undefined) parseField(name, name === "z" && typeof value === "number" ? [value] : value);
    }
    return true;
  } catch {
    return false;
  }
}

function checkCount(what: string, count: number): void {
  if (count < 1) throw new InputError(`${what} has no runs.`);
  if (count > MAX_RUNS) throw new InputError(`${what} has ${count} runs; it must have at most ${MAX_RUNS}.`);
}

/** All combinations, with the last key changing fastest. */
function gridSettings(value: unknown): Settings[] {
  const axes = Object.entries(ownFields("grid", value)).map(
    ([name, values]) => [name, axisValues(name, values)] as const,
  );
  checkCount(
    "grid",
    axes.reduce((count, [, values]) => count * values.length, axes.length === 0 ? 0 : 1),
  );
  let settings: Settings[] = [{}];
  for (const [name, values] of axes) {
    settings = settings.flatMap((setting) => values.map((own) => ({ ...setting, [name]: own })));
  }
  return settings;
}

/** A list of a field's values, or `{from, to, step}` for whole numbers. */
function axisValues(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) {
    if (value.length === 0) throw new InputError(`grid.${name} = []: must list at least one value.`);
    return value as readonly unknown[];
  }
  if (typeof value !== "object" || value === null) {
    throw new InputError(`grid.${name} = ${described(value)}: must be a list of values, or {from, to, step}.`);
  }
  const given = fieldsOf(`grid.${name}`, value, ["from", "to", "step"]);
  const from = wholeOf(`grid.${name}.from`, given.from);
  const to = wholeOf(`grid.${name}.to`, given.to, from);
  const step = wholeOf(`grid.${name}.step`, given.step ?? 1, 1);
  checkCount(`grid.${name}`, Math.floor((to - from) / step) + 1);
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, k) => from + k * step);
}

function listSettings(value: unknown): Settings[] {
  if (!Array.isArray(value)) throw new InputError(`list = ${described(value)}: must be a list of runs.`);
  checkCount("list", value.length);
  return value.map((entry: unknown, k) => ownFields(`list[${k}]`, entry));
}

/** Draws the settings of each run from `ranges`. Draw k depends only on (seed, k) and the ranges. */
function randomSettings(value: unknown): Settings[] {
  const given = fieldsOf("random", value, ["runs", "seed", "ranges"]);
  const runs = checked("random.runs", wholeSchema(1, MAX_RUNS), given.runs);
  const seed = wholeOf("random.seed", given.seed ?? 1);
  const ranges = Object.entries(ownFields("random.ranges", given.ranges));
  if (ranges.length === 0) throw new InputError("random.ranges = {}: must name at least one field.");
  const draws = ranges.map(
    ([name, range]) => [name, drawFrom(`random.ranges.${name}`, fieldNamed(name), range)] as const,
  );
  return Array.from({ length: runs }, (_, k) => {
    const random = new RandomSequence(seed, "user", k);
    return Object.fromEntries(draws.map(([name, draw]) => [name, draw(random.uniform())]));
  });
}

/** @throws InputError naming the key, its value and its bound */
export function parseFigure(value: unknown): SweepFigure {
  if (isObject(value) && (Object.hasOwn(value, "x") || Reflect.get(value, "kind") === "fields"))
    return parseFields(value);
  const named = typeof value === "string" ? { kind: value } : value;
  const given = fieldsOf("figure", named, ["kind", "readout", "circuits", ...fieldsKeys]);
  const other = fieldsKeys.find((key) => given[key] !== undefined);
  if (other !== undefined)
    throw new InputError(`figure.${other}: this key needs figure.x; give figure.x (a field of the runs) and figure.y.`);
  const word = v.pipe(v.string("a word"), v.regex(/^[A-Za-z]\w{0,30}$/, "a word"));
  return {
    kind: checked("figure.kind", choiceSchema(["errors-by-layer", "errors-by-load"]), given.kind),
    readout: checked("figure.readout", word, given.readout ?? "x"),
    circuits: checked("figure.circuits", choiceSchema(activities), given.circuits ?? "active"),
  };
}

const fieldsKeys = ["x", "y", "color", "facet", "layer", "z", "log"];

function parseFields(value: object): FieldsFigure {
  const given = fieldsOf("figure", value, ["kind", ...fieldsKeys]);
  const axes = [...specFields.map(({ name }) => name), "layer", "load"];
  const axis = (key: "x" | "color" | "facet"): string => {
    const name = given[key];
    if (typeof name === "string" && axes.includes(name)) return name;
    const near = typeof name === "string" ? nearest(name, axes) : null;
    const hint = near === null ? "" : ` Did you mean ${near}?`;
    throw new InputError(`${stated(`figure.${key}`, name)}: must be "layer", "load" or a field of the runs.${hint}`);
  };
  const usual = `${nameInFiles({ readout: "x", activity: "active" })}.meanSquare`;
  const { y = usual, log } = given;
  if (typeof y !== "string" || statisticNamed(y) === null) {
    throw new InputError(
      `figure.y = ${described(y)}: must name a numeric column of the rows, such as ${usual} or one ending in .worst, .wrong, .sd or .theory.`,
    );
  }
  const names = v.array(choiceSchema(["x", "y"]), "a list containing x, y or both");
  return {
    kind: "fields",
    ...{ x: axis("x"), y },
    color: given.color === undefined || given.color === null ? null : axis("color"),
    facet: given.facet === undefined || given.facet === null ? null : axis("facet"),
    layer: given.layer === undefined || given.layer === null ? null : wholeOf("figure.layer", given.layer),
    z: given.z === undefined || given.z === null ? null : wholeOf("figure.z", given.z, 1),
    log: log === undefined || log === null ? null : checked("figure.log", names, typeof log === "string" ? [log] : log),
  };
}

/** Part `index` of the `count` parts of a sweep: every `count`-th run, starting with run `index` − 1. */
export interface Shard {
  /** The number of this part, counted from 1. */
  readonly index: number;
  readonly count: number;
}

const MAX_SHARDS = 10_000;

/**
 * Parses a shard from text such as "3/16".
 *
 * @throws InputError naming the bounds
 */
export function parseShard(text: string): Shard {
  const parts = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim());
  if (parts === null)
    throw new InputError(`shard = ${shown(text)}: must have the form 3/16, for the third of 16 parts.`);
  const count = checked("shards", wholeSchema(1, MAX_SHARDS), Number(parts[2]));
  return { index: checked("shard", wholeSchema(1, count), Number(parts[1])), count };
}

/** The runs of a shard, in order. Neighbouring runs go to different shards, because their costs are often similar. */
export function shardRuns(runs: readonly SweepRun[], shard: Shard | null): readonly SweepRun[] {
  return shard === null ? runs : runs.filter(({ index }) => index % shard.count === shard.index - 1);
}
