import { hashOf } from "../config/hash.js";
import { grouped } from "../drawing/numbers.js";
import type { Task } from "../jobs/task.js";
import type { KeptRun } from "../studies/kept-run.js";
import type { AdaptivePlan, Plan, RunTasks } from "../studies/study.js";

/** Number of significant digits to which numbers are rounded in rows kept from longer runs. */
const DIGITS = 6;

/** Rounds a number to `DIGITS` significant digits; returns any other value unchanged. */
export function keptValue(value: unknown): unknown {
  return typeof value === "number" ? Number(value.toPrecision(DIGITS)) : (value ?? null);
}

/** The text of a run's file: one row per line; a column with the same value in every row is stated once. */
export function keptText({ rows, ...head }: KeptRun): string {
  const flat = rows.map((row) => row as Readonly<Record<string, unknown>>);
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const isSame = (name: string): boolean => flat.every((row) => row[name] === flat[0][name]);
  const same = Object.fromEntries(names.filter(isSame).map((name) => [name, keptValue(flat[0][name])]));
  const columns = names.filter((name) => !isSame(name));
  const { command, spec, version, date, seconds } = head;
  const fields = Object.entries({ command, spec, version, date, seconds, same, columns }).map(
    ([key, value]) => `"${key}": ${JSON.stringify(value)}`,
  );
  const lines = flat.map((row) => JSON.stringify(columns.map((name) => keptValue(row[name]))));
  return `{\n${fields.join(",\n")},\n"rows": [\n${lines.join(",\n")}\n]\n}\n`;
}

/**
 * The last sentence of a figure's caption.
 *
 * @param where name of the part of the figure that shows the kept rows, such as "Right"
 */
export function keptRemark({ command, seconds, date }: KeptRun, where = "Lighter"): string {
  return `${where}: rows kept from ${command}, which took ${grouped(seconds)} core seconds on ${date}.`;
}

/**
 * SHA-256 of the first tasks that a plan requests; if it differs from the hash in a file, the rows in that file come from
 * different tasks.
 */
export async function specOf(plan: Plan | AdaptivePlan): Promise<string> {
  return hashOf(await firstTasks(plan));
}

/** The first tasks that a plan requests; none of them is run. */
export function firstTasks(plan: Plan | AdaptivePlan): Promise<readonly Task[]> {
  if ("tasks" in plan) return Promise.resolve([...plan.tasks]);
  return new Promise((resolve, reject) => {
    const run: RunTasks = (tasks) => {
      resolve([...tasks]);
      return unanswered();
    };
    plan.measure(run).catch(reject);
  });
}

/** Takes the place of results, but never yields or ends; the plan that waits for them is simply dropped. */
async function* unanswered(): AsyncGenerator<never, void, undefined> {
  await new Promise(() => {});
}
