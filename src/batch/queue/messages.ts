import { InputError, shown } from "../../base/errors.js";
import { checked, checkExtent, fieldsOf, wholeSchema } from "../../base/validation.js";
import { readoutsOf } from "../../config/build.js";
import { specHash } from "../../config/hash.js";
import { parseSpec } from "../../config/parse-spec.js";
import type { RunSpec } from "../../config/run-spec.js";
import { rowsFrom, type FileRow } from "../../results/file-rows.js";
import { rowsFault } from "../../results/rows-of-spec.js";
import type { ErrorRow } from "../../results/rows.js";
import { MAX_RUNS, type SweepRun } from "../sweep/plan.js";

/**
 * A request to a worker. Anyone who can reach the queue may have sent it, so it is checked like a file from a
 * stranger.
 */
export interface RunMessage {
  /** The sweep's hash. */
  readonly sweep: string;
  readonly index: number;
  readonly hash: string;
  readonly spec: RunSpec;
}

/** A worker's answer. */
export interface RunAnswer {
  readonly hash: string;
  readonly rows: readonly FileRow[];
}

/** The queue's name, which contains the version, because the last digits of results may differ between versions. */
export function queueName(version: string): string {
  return `superpose-runs-${version}`;
}

/**
 * Checks a message and returns it as a request that is safe to run.
 *
 * @throws InputError naming the fault
 */
export async function parseMessage(value: unknown): Promise<RunMessage> {
  checkExtent("the message", value, 12, 20_000_000);
  const given = fieldsOf("the message", value, ["sweep", "index", "hash", "spec"]);
  if (typeof given.sweep !== "string" || !/^[0-9a-f]{64}$/.test(given.sweep)) {
    throw new InputError(`sweep = ${shown(given.sweep)}: must be 64 hexadecimal digits.`);
  }
  const index = checked("index", wholeSchema(0, MAX_RUNS - 1), given.index);
  const spec = parseSpec(given.spec);
  const hash = await specHash(spec);
  if (given.hash !== hash) throw new InputError(`hash = ${shown(given.hash)} does not match the spec.`);
  return { sweep: given.sweep, index, hash, spec };
}

/**
 * The rows of an answer, or the reason why it does not fit this run. Workers are not trusted: rows are checked against
 * the spec.
 */
export function answered({ hash, spec }: SweepRun, value: unknown): readonly ErrorRow[] | string {
  const answer = (typeof value === "object" && value !== null ? value : {}) as Partial<RunAnswer>;
  if (answer.hash !== hash) return "its hash differs";
  const rows = rowsFrom(answer.rows);
  if (rows === null) return "its rows do not come from a measurement";
  const names = readoutsOf(spec).map(({ name }) => name);
  return rowsFault(spec, rows, names) ?? rows;
}
