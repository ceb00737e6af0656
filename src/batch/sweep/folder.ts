import { readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import type { ErrorRow } from "../../results/rows.js";
import { resultLine } from "../../results/result-line.js";
import { holdFile } from "../held-file.js";
import { checkSame, readManifest, writeManifest, type Manifest } from "../manifest.js";
import { wholeResults } from "../read-results.js";
import type { Shard, Sweep, SweepFigure, SweepRun } from "./plan.js";

/** What a sweep's folder says of itself, in sweep.json: the same for all shards. */
export interface SweepManifest extends Manifest {
  /** Of the whole sweep. */
  readonly runs: number;
  readonly figure: SweepFigure | null;
}

const MANIFEST = "sweep.json";

/** The file that the rows of a shard, or of all runs, append to. */
function resultsName(shard: Shard | null): string {
  return shard === null ? "results.jsonl" : `results-${shard.index}-of-${shard.count}.jsonl`;
}

/** Whether a file has the name of results, of whatever shard. */
export function isResultsName(name: string): boolean {
  return /^results(-\d+-of-\d+)?\.jsonl$/.test(name);
}

export function manifestOf(sweep: Sweep, version: string): SweepManifest {
  return { format: "superpose-sweep", version, hash: sweep.hash, runs: sweep.runs.length, figure: sweep.figure };
}

/**
 * What a folder says it holds; null when it says nothing.
 *
 * @throws InputError when it holds something else
 */
export function readSweepManifest(folder: string): SweepManifest | null {
  return readManifest<SweepManifest>(join(folder, MANIFEST), "sweep", ({ runs }) => Number.isSafeInteger(runs));
}

/** The results of a sweep or shard, a line a run, in order. */
export type ResultsFile = ReturnType<typeof openResults>;

/**
 * Opens the results of `runs` in a folder; what an earlier process left of a line it did not finish is cut off.
 *
 * @param runs of the shard, in order
 * @throws InputError when the folder holds another sweep, or another process is at work on the file
 */
export function openResults(folder: string, manifest: SweepManifest, shard: Shard | null, runs: readonly SweepRun[]) {
  const path = join(folder, resultsName(shard));
  let done = 0;
  const file = holdFile(path, () => {
    agree(folder, manifest);
    let bytes = 0;
    for (const { number, result, end } of wholeResults(path)) {
      checkRun(`${path}: line ${number}`, result, runs[done++]);
      bytes = end;
    }
    return bytes;
  });
  return {
    path,
    /** Runs whose rows are in the file: the first ones. */
    done: () => done,
    /** The runs still to do, in order. */
    missing: () => runs.slice(done),
    /** Adds the rows of the first missing run; they are on the disk when this returns. */
    append(rows: readonly ErrorRow[]): void {
      file.append(resultLine({ ...runs[done], rows }));
      done++;
    },
    close: () => file.close(),
  };
}

function checkRun(place: string, { index, hash }: SweepRun, expected: SweepRun | undefined): void {
  if (expected !== undefined && index === expected.index && hash === expected.hash) return;
  const what = expected === undefined ? "no further run" : `run ${expected.index}`;
  throw new InputError(`${place}: is run ${index} of another sweep, expected ${what}. Choose another folder.`);
}

/** Writes the folder's manifest, or checks that the one there is the same. */
function agree(folder: string, manifest: SweepManifest): void {
  const path = join(folder, MANIFEST);
  let known = readSweepManifest(folder);
  if (known === null) {
    const results = readdirSync(folder).find(isResultsName);
    if (results === undefined) return writeManifest(path, manifest);
    // Another shard may have begun in the meantime: its manifest is there before its results.
    known = readSweepManifest(folder);
    if (known === null) {
      throw new InputError(`${join(folder, results)}: is there without a ${MANIFEST}; choose another folder.`);
    }
  }
  checkSame(folder, known, manifest, `another sweep, of ${known.runs} runs`);
  if (JSON.stringify(known.figure) !== JSON.stringify(manifest.figure)) writeManifest(path, manifest);
}
