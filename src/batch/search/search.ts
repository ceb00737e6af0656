import { InputError } from "../../base/errors.js";
import type { ErrorRow } from "../../results/rows.js";
import { RandomSequence } from "../../base/random.js";
import { canonicalJson } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import { scoreOf, type Score } from "./objective.js";
import { settingsAt, specAt, type Effort, type Point, type SearchPlan } from "./plan.js";

/** A spec that was evaluated. */
export interface Found {
  readonly point: Point;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly score: Score;
}

/** One of the best specs, measured again on seeds that the search has not used. */
export interface Finalist {
  /** The values of the settings that vary; null for the unchanged base. */
  readonly settings: Readonly<Record<string, unknown>> | null;
  /** The score for which this spec was chosen; null for the base, which is always included. */
  readonly selection: Score | null;
  readonly score: Score;
  readonly spec: RunSpec;
  readonly rows: readonly ErrorRow[];
}

export interface SearchResult {
  /** Sorted by the selection score, best first; the held-out scores play no part in the choice. */
  readonly best: readonly Finalist[];
  /** The unchanged base, measured on the same held-out seeds; null if the base alone is not a valid spec. */
  readonly base: Finalist | null;
}

/** Measures specs and returns the rows of each, in the order of the specs. */
export type MeasureSpecs = (specs: readonly RunSpec[]) => Promise<readonly (readonly ErrorRow[])[]>;

/** How many specs are chosen before new results are considered; they can run at the same time. */
const BATCH = 8;
/** The share of the budget spent on draws that do not depend on results. */
const EXPLORED = 0.4;
/** How many of the best specs are varied further. */
const PARENTS = 4;
/** After this many consecutive draws without a new spec, the search assumes that none are left. */
const MOST_TRIES = 500;

/**
 * Searches by random draws, then by small changes to the best specs so far; the changes shrink over time. To rule out
 * luck, better specs are evaluated again with more samples and other seeds, and the best of them on held-out seeds.
 * All specs of a round share a seed, so they are compared on the same circuits and samples.
 *
 * Each choice depends only on the plan and the rows so far, so the same rows lead to the same search.
 *
 * @throws InputError when no spec is found at all
 */
export async function search(plan: SearchPlan, measure: MeasureSpecs): Promise<SearchResult> {
  const found = await screen(plan, measure);
  const candidates = ranked(found).slice(0, plan.selected);
  const selected = await rescore(plan, candidates, plan.select, measure);
  const best = ranked(selected).slice(0, plan.best);
  const settings = [...best.map((entry) => entry.settings), ...(hasBase(plan) ? [{}] : [])];
  const specs = settings.map((own) => specAt(plan, own, plan.final));
  const rows = await measure(specs);
  const finalists = specs.map((spec, k): Finalist => {
    const entry = best[k];
    const score = scoreOf(plan.objective, rows[k]);
    return { settings: entry?.settings ?? null, selection: entry?.score ?? null, score, spec, rows: rows[k] };
  });
  return { best: finalists.slice(0, best.length), base: finalists[best.length] ?? null };
}

/** Whether the base alone, without any of the settings that vary, is a valid spec. */
export function hasBase(plan: SearchPlan): boolean {
  try {
    specAt(plan, {}, plan.final);
    return true;
  } catch {
    return false;
  }
}

async function screen(plan: SearchPlan, measure: MeasureSpecs): Promise<Found[]> {
  const found: Found[] = [];
  const draws = newDraws(plan);
  const explored = Math.ceil(EXPLORED * plan.budget);
  while (found.length < plan.budget) {
    const isExploring = found.length < explored;
    const size = Math.min(BATCH, (isExploring ? explored : plan.budget) - found.length);
    const parents = isExploring ? [] : ranked(found).slice(0, PARENTS);
    const progress = (found.length - explored) / Math.max(1, plan.budget - explored);
    const batch: Drawn[] = [];
    for (let k = 0; k < size; k++) {
      const parent = parents[k % Math.max(1, parents.length)];
      const next = draws.next(
        parent === undefined ? null : { point: parent.point, width: 0.3 * (1 - progress) + 0.02 },
      );
      if (next === null) break;
      batch.push(next);
    }
    if (batch.length === 0) break;
    const rows = await measure(batch.map(({ spec }) => spec));
    batch.forEach(({ point, settings }, k) => found.push({ point, settings, score: scoreOf(plan.objective, rows[k]) }));
    // A batch that is not full contains the last new specs.
    if (batch.length < size) break;
  }
  if (found.length === 0) throw draws.refusal();
  return found;
}

async function rescore(
  plan: SearchPlan,
  entries: readonly Found[],
  effort: Effort,
  measure: MeasureSpecs,
): Promise<Found[]> {
  const rows = await measure(entries.map(({ settings }) => specAt(plan, settings, effort)));
  return entries.map((entry, k) => ({ ...entry, score: scoreOf(plan.objective, rows[k]) }));
}

/** Sorts specs by score, best first; among specs with equal scores, the one found first comes first. */
function ranked(found: readonly Found[]): Found[] {
  return [...found].sort((a, b) => b.score.score - a.score.score || found.indexOf(a) - found.indexOf(b));
}

interface Drawn extends Omit<Found, "score"> {
  readonly spec: RunSpec;
}

/** Draws specs that have not been drawn before, skipping those that are rejected. */
function newDraws(plan: SearchPlan) {
  const coordinates = plan.axes.reduce((sum, axis) => sum + axis.coordinates, 0);
  const seen = new Set<string>();
  let count = 0;
  let refused: InputError | null = null;
  /** @returns null when no new spec is found */
  const next = (near: { readonly point: Point; readonly width: number } | null): Drawn | null => {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const random = new RandomSequence(plan.seed, "user", count++);
      // Widen the step after repeated failures.
      const width = near === null ? 1 : Math.min(1, near.width * (1 + tries / 20));
      const point =
        near === null ? Array.from({ length: coordinates }, () => random.uniform()) : beside(random, near.point, width);
      const settings = settingsAt(plan, point);
      const key = canonicalJson(settings);
      if (seen.has(key)) continue;
      seen.add(key);
      try {
        return { point, settings, spec: specAt(plan, settings, plan.screen) };
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        refused = error;
      }
    }
    return null;
  };
  /** The error to throw when no valid spec was found. */
  const refusal = () =>
    new InputError(`vary: no combination is a valid spec; ${refused?.message ?? "none was found."}`);
  return { next, refusal };
}

/** A new point near a given one: each coordinate stays the same, moves a little or, rarely, moves anywhere. */
function beside(random: RandomSequence, point: Point, width: number): Point {
  return point.map((at) => {
    const [choice, first, second] = [random.uniform(), random.uniform(), random.uniform()];
    if (choice < 0.05) return first;
    if (choice < 0.35) return at;
    return Math.min(1 - 2 ** -32, Math.max(0, at + width * (first + second - 1)));
  });
}
