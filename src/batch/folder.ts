import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InputError, systemReason } from "../base/errors.js";
import { makeFolder } from "../base/folders.js";
import type { ErrorRow } from "../results/rows.js";
import { appendLine } from "./append.js";
import { doneRuns } from "./lines.js";
import { takeLock, type Lock } from "./lock.js";
import type { Shard, Sweep, SweepFigure, SweepRun } from "./plan.js";
import { resultLine } from "./result-line.js";

/** What a sweep's folder says of itself, in sweep.json: the same for all shards. */
export interface Manifest {
  readonly format: "superpose-sweep";
  /** Of the package: other versions may compute other last digits, and are not mixed. */
  readonly version: string;
  readonly hash: string;
  /** Of the whole sweep. */
  readonly runs: number;
  readonly figure: SweepFigure | null;
}

export const MANIFEST = "sweep.json";

/** The file that the rows of a shard, or of all runs, append to. */
export function resultsName(shard: Shard | null): string {
  return shard === null ? "results.jsonl" : `results-${shard.index}-of-${shard.count}.jsonl`;
}

/** Whether a file has the name of results, of whatever shard. */
export function isResultsName(name: string): boolean {
  return /^results(-\d+-of-\d+)?\.jsonl$/.test(name);
}

export function manifestOf(sweep: Sweep, version: string): Manifest {
  return { format: "superpose-sweep", version, hash: sweep.hash, runs: sweep.runs.length, figure: sweep.figure };
}

/**
 * What a folder says it holds; null when it says nothing.
 *
 * @throws InputError when it holds something else
 */
export function readManifest(folder: string): Manifest | null {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) return null;
  try {
    const manifest = JSON.parse(readFileSync(path, "utf8")) as Manifest;
    if (manifest.format === "superpose-sweep" && Number.isSafeInteger(manifest.runs)) return manifest;
  } catch {
    // Said below.
  }
  throw new InputError(`${path}: is not of a sweep; choose another folder.`);
}

/** A results file that is being added to: one process holds it, and what is done stays done. */
export class ResultsFile {
  readonly path: string;
  readonly #file: number;
  readonly #lock: Lock;
  readonly #runs: readonly SweepRun[];
  #done: number;

  private constructor(path: string, file: number, lock: Lock, runs: readonly SweepRun[], done: number) {
    this.path = path;
    this.#file = file;
    this.#lock = lock;
    this.#runs = runs;
    this.#done = done;
  }

  /**
   * Opens the results of `runs` in a folder; what an earlier process left of a line it did not finish is cut off.
   *
   * @param runs of the shard, in order
   * @throws InputError when the folder holds another sweep, or another process is at work on the file
   */
  static open(folder: string, manifest: Manifest, shard: Shard | null, runs: readonly SweepRun[]): ResultsFile {
    makeFolder(folder);
    const path = join(folder, resultsName(shard));
    const lock = takeLock(path);
    try {
      agree(folder, manifest);
      const done = existsSync(path) ? doneRuns(path, runs) : { count: 0, bytes: 0 };
      const file = openSync(path, "a");
      ftruncateSync(file, done.bytes);
      fsyncSync(file);
      syncFolder(folder);
      return new ResultsFile(path, file, lock, runs, done.count);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Runs whose rows are in the file: the first ones. */
  get done(): number {
    return this.#done;
  }

  /** The runs still to do, in order. */
  get missing(): readonly SweepRun[] {
    return this.#runs.slice(this.#done);
  }

  /** Adds the rows of the first missing run; they are on the disk when this returns. */
  append(rows: readonly ErrorRow[]): void {
    appendLine(this.#file, this.path, resultLine(this.#runs[this.#done], rows));
    this.#done++;
  }

  close(): void {
    closeSync(this.#file);
    this.#lock.release();
  }
}

/** Writes the folder's manifest, or checks that the one there is the same. */
function agree(folder: string, manifest: Manifest): void {
  const there = readManifest(folder);
  if (there === null) {
    const results = readdirSync(folder).find(isResultsName);
    // Another shard may have begun in the meantime: its manifest is there before its results.
    if (results !== undefined && readManifest(folder) !== null) {
      agree(folder, manifest);
      return;
    }
    if (results !== undefined) {
      throw new InputError(`${join(folder, results)}: is there without a ${MANIFEST}; choose another folder.`);
    }
    writeManifest(folder, manifest);
    return;
  }
  if (there.hash !== manifest.hash) {
    throw new InputError(`${folder}: holds another sweep, of ${there.runs} runs; choose another folder.`);
  }
  if (there.version !== manifest.version) {
    throw new InputError(
      `${folder}: was begun by version ${there.version}, this is ${manifest.version}; their last digits may differ. ` +
        "Choose another folder.",
    );
  }
  if (JSON.stringify(there.figure) !== JSON.stringify(manifest.figure)) writeManifest(folder, manifest);
}

function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, MANIFEST);
  const temporary = join(folder, `.${MANIFEST}.${process.pid}.partial`);
  try {
    writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new InputError(`${path}: cannot be written: ${systemReason(error)}.`);
  }
}

/** Makes names of new files last a loss of power; where folders cannot be opened, the system does it when it does. */
export function syncFolder(folder: string): void {
  try {
    const handle = openSync(folder, "r");
    fsyncSync(handle);
    closeSync(handle);
  } catch {
    // Windows has no such thing.
  }
}
