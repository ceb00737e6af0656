import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { counted } from "../../drawing/numbers.js";
import { writeWhole } from "../../base/write-whole.js";
import type { ErrorRow } from "../../results/rows.js";
import { resultLine } from "../../results/result-line.js";
import { holdFile } from "../held-file.js";
import { refuseHolders, takeLock } from "../lock.js";
import { checkSame, checkVersion, createManifest, readManifest, writeManifest, type Manifest } from "../manifest.js";
import { lineAt, sha256, sortedLines, wholeResults, type Place } from "../read-results.js";
import { MAX_RUNS, parseFigure, shardRuns, type Shard, type Sweep, type SweepFigure, type SweepRun } from "./plan.js";

/** The manifest in a sweep's folder, sweep.json. It is the same for all shards. */
export interface SweepManifest extends Manifest {
  /** Number of runs in the whole sweep. */
  readonly runs: number;
  readonly figure: SweepFigure | null;
}

const MANIFEST = "sweep.json";

/**
 * The runs that an earlier sweep completed in this folder, identified by their hashes; a sweep reuses those it needs.
 */
const EARLIER = "earlier.jsonl";

/** The file to which the rows of a shard, or of all runs, are appended. */
function resultsName(shard: Shard | null): string {
  return shard === null ? "results.jsonl" : `results-${shard.index}-of-${shard.count}.jsonl`;
}

/** Whether a file with this name holds the results of all runs or of one shard. */
export function isResultsName(name: string): boolean {
  return /^results(-\d+-of-\d+)?\.jsonl$/.test(name);
}

export function manifestOf(sweep: Sweep, version: string): SweepManifest {
  return { format: "superpose-sweep", version, hash: sweep.hash, runs: sweep.runs.length, figure: sweep.figure };
}

/**
 * The folder's manifest; null if the folder has no manifest.
 *
 * @throws InputError when the manifest does not describe a sweep
 */
export function readSweepManifest(folder: string): SweepManifest | null {
  return readManifest<SweepManifest>(join(folder, MANIFEST), "sweep", ({ runs, figure }) => {
    if (figure !== null) parseFigure(figure);
    return Number.isSafeInteger(runs) && runs >= 1 && runs <= MAX_RUNS;
  });
}

const SKIPPED = "skipped.json";

/** Writes the skipped settings of the sweep file beside the results. */
export function writeSkipped(folder: string, { skipped }: Sweep): void {
  const path = join(folder, SKIPPED);
  if (skipped.length > 0) writeWhole(path, `${JSON.stringify(skipped, null, 2)}\n`);
  else rmSync(path, { force: true });
}

/** The file that lists the skipped settings of a sweep; null if none were skipped. */
export function skippedFile(folder: string): string | null {
  const path = join(folder, SKIPPED);
  return existsSync(path) ? path : null;
}

/** The results of a sweep or shard, one line per run. */
export type ResultsFile = ReturnType<typeof openResults>;

/**
 * Opens the results of a sweep, or of one of its shards, in a folder. An unfinished line that an earlier process left
 * behind is removed, and runs that an earlier sweep did in this folder are reused.
 *
 * @throws InputError when the folder holds a sweep with none of these runs, or another process is working on the file
 */
export function openResults(folder: string, sweep: Sweep, version: string, shard: Shard | null) {
  const path = join(folder, resultsName(shard));
  const runs = shardRuns(sweep.runs, shard);
  const done = new Set<number>();
  let isInOrder = true;
  const file = holdFile(path, (lock) => {
    agree(folder, sweep, version, path, lock);
    const positions = new Map(runs.map(({ index }, position) => [index, position]));
    const digests = new Map<number, string>();
    let bytes = 0;
    let last = -1;
    for (const { number, text, result, end } of wholeResults(path)) {
      const position = positions.get(result.index);
      if (position === undefined || runs[position].hash !== result.hash) {
        throw new InputError(
          `${path}: line ${number} holds run ${result.index} of another sweep. Remove the line, or choose another folder.`,
        );
      }
      const digest = sha256(text);
      if ((digests.get(position) ?? digest) !== digest) {
        throw new InputError(`${path}: line ${number}: run ${result.index} occurs twice, with different rows.`);
      }
      digests.set(position, digest);
      done.add(position);
      isInOrder &&= position === last + 1;
      last = position;
      bytes = end + 1;
    }
    return bytes;
  });
  let missing = runs.filter((_, position) => !done.has(position));
  const found = done.size;
  const reused = taken(join(folder, EARLIER), missing, (line) => file.append(line));
  if (reused.size > 0) {
    isInOrder &&= missing.slice(0, reused.size).every((run) => reused.has(run));
    missing = missing.filter((run) => !reused.has(run));
  }
  return {
    path,
    runs,
    /** Number of runs whose rows were already in the file. */
    done: found,
    /** Number of runs reused from an earlier sweep in the folder. */
    reused: reused.size,
    /** The runs that remain to be done, in order. */
    missing: () => missing,
    /** Appends the rows of the first missing run; they are on disk when this returns. */
    append(rows: readonly ErrorRow[]): void {
      file.append(resultLine({ ...missing[0], rows }));
      missing = missing.slice(1);
    },
    /** Sorts the lines if the runs were not stored in order. */
    finish(): void {
      if (!isInOrder) {
        file.check();
        writeWhole(path, sortedLines(path));
      }
      if (shard === null) forget(join(folder, EARLIER), new Set(runs.map(({ hash }) => hash)));
    },
    close: () => file.close(),
  };
}

/**
 * For runs that this sweep lacks, appends the rows that an earlier sweep has already computed.
 *
 * @returns the reused runs
 */
function taken(path: string, missing: readonly SweepRun[], append: (line: string) => void): Set<SweepRun> {
  const found = new Set<SweepRun>();
  if (missing.length === 0 || !existsSync(path)) return found;
  const places = new Map(Array.from(wholeResults(path), (line) => [line.result.hash, line]));
  // Runs are appended in order of their indices, so that the file is sorted.
  for (const run of missing) {
    const place = places.get(run.hash);
    if (place === undefined) continue;
    append(resultLine({ ...place.result, index: run.index }));
    found.add(run);
  }
  return found;
}

/** Removes runs that the results now contain from the file of earlier runs. */
function forget(path: string, hashes: ReadonlySet<string>): void {
  if (!existsSync(path)) return;
  const kept = [...wholeResults(path)].filter(({ result }) => !hashes.has(result.hash));
  if (kept.length === 0) rmSync(path);
  else writeWhole(path, linesAt(kept.map(({ start, end }) => ({ file: path, start, end }))));
}

/**
 * Writes the folder's manifest or, if the folder already has one, checks that it describes the same sweep. If the
 * folder belongs to another sweep and contains finished runs that this sweep needs, the folder is switched to this
 * sweep.
 *
 * @param path the results file that this process has locked
 */
function agree(folder: string, sweep: Sweep, version: string, path: string, lock: string): void {
  const manifest = manifestOf(sweep, version);
  const place = join(folder, MANIFEST);
  waitForHolder(place, lock);
  let known = readSweepManifest(folder);
  if (known === null) {
    const results = readdirSync(folder).find(isResultsName);
    if (results === undefined) createManifest(place, manifest);
    // Another shard may have begun in the meantime; the manifest is always written before any results.
    known = readSweepManifest(folder);
    if (known === null) {
      throw new InputError(
        `${join(folder, results ?? MANIFEST)}: exists, but its folder has no ${MANIFEST}; choose another folder.`,
      );
    }
  }
  if (known.hash !== manifest.hash) extend(folder, known, sweep, manifest, path);
  else checkSame(folder, known, manifest, "");
  if (JSON.stringify(known.figure) !== JSON.stringify(manifest.figure)) writeManifest(place, manifest);
}

/** Waits while another process holds the manifest, because switching a folder to another sweep takes only a moment. */
function waitForHolder(place: string, lock: string): void {
  for (let tries = 0; ; tries++) {
    try {
      refuseHolders(place, lock);
      return;
    } catch (error) {
      if (tries === 50) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}

/**
 * Switches a folder to another sweep, which must include some of the folder's finished runs. All finished runs, of any
 * shard, are kept in one file, identified by their hashes. If this is interrupted, the folder belongs to either the old
 * or the new sweep, and no run is done twice.
 *
 * @throws InputError when the folder has no run of the new sweep, or another process is working in it
 */
function extend(folder: string, known: SweepManifest, sweep: Sweep, manifest: SweepManifest, path: string): void {
  checkVersion(folder, known, manifest);
  const place = join(folder, MANIFEST);
  const lock = takeLock(place);
  try {
    const names = readdirSync(folder);
    for (const name of new Set(names.map((each) => each.replace(/\.lock\..*$/, "")))) {
      if (isResultsName(name) && join(folder, name) !== path) refuseHolders(join(folder, name), lock.own);
    }
    const results = names.filter(isResultsName).map((name) => join(folder, name));
    const wanted = new Set(sweep.runs.map(({ hash }) => hash));
    const places = new Map<string, Place & { readonly file: string }>();
    for (const file of [join(folder, EARLIER), ...results]) {
      for (const { result, start, end } of wholeResults(file)) {
        if (!places.has(result.hash)) places.set(result.hash, { file, start, end });
      }
    }
    if (![...places.keys()].some((hash) => wanted.has(hash))) {
      throw new InputError(
        `${folder}: contains another sweep, of ${counted(known.runs, "run")}; choose another folder.`,
      );
    }
    writeWhole(join(folder, EARLIER), linesAt(places.values()));
    for (const file of results) rmSync(file);
    writeManifest(place, manifest);
  } finally {
    lock.release();
  }
}

function* linesAt(places: Iterable<Place & { readonly file: string }>): Generator<string, void, undefined> {
  for (const place of places) yield `${lineAt(place.file, place)}\n`;
}
