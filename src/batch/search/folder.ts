import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { makeFolder } from "../../base/folders.js";
import type { ErrorRow } from "../../results/rows.js";
import type { RunSpec } from "../../config/run-spec.js";
import { appendLine } from "../append.js";
import { syncFolder } from "../folder.js";
import { readLines } from "../lines.js";
import { takeLock, type Lock } from "../lock.js";
import { parseLine, resultLine, type ResultLine } from "../result-line.js";

const MANIFEST = "search.json";

/** What the folder says of itself. */
interface SearchManifest {
  readonly format: "superpose-search";
  /** Of the package: other versions may compute other last digits, and so search elsewhere. */
  readonly version: string;
  readonly hash: string;
}

/**
 * The results of a search, a line for every run in the order in which it asked for them; one process adds to it, and what
 * is done stays done. A search that goes on is played back: it asks for the same runs again and is answered from here.
 */
export class SearchFile {
  readonly path: string;
  readonly #file: number;
  readonly #lock: Lock;
  readonly #known: readonly ResultLine[];
  #next = 0;

  private constructor(path: string, file: number, lock: Lock, known: readonly ResultLine[]) {
    this.path = path;
    this.#file = file;
    this.#lock = lock;
    this.#known = known;
  }

  /**
   * Opens a search's folder; what an earlier process left of a line it did not finish is cut off.
   *
   * @throws InputError when the folder holds something else, or another process is at work on it
   */
  static open(folder: string, { version, hash }: Omit<SearchManifest, "format">): SearchFile {
    makeFolder(folder);
    const path = join(folder, "results.jsonl");
    const lock = takeLock(path);
    try {
      agree(folder, { format: "superpose-search", version, hash }, existsSync(path));
      const { lines, bytes } = existsSync(path) ? wholeLines(path) : { lines: [], bytes: 0 };
      const file = openSync(path, "a");
      ftruncateSync(file, bytes);
      fsyncSync(file);
      syncFolder(folder);
      return new SearchFile(path, file, lock, lines);
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /** Runs that an earlier process did. */
  get done(): number {
    return this.#known.length;
  }

  /** How many of the next runs are known; the others are to be run and added. */
  knownOf(count: number): number {
    return Math.max(0, Math.min(count, this.#known.length - this.#next));
  }

  /**
   * The rows of the next run, which is known.
   *
   * @throws InputError when the file has another run there
   */
  take(hash: string): readonly ErrorRow[] {
    const line = this.#known[this.#next];
    if (line.hash !== hash || line.index !== this.#next) {
      throw new InputError(
        `${this.path}: line ${this.#next + 1}: is not the run that this search asks for; it was changed. Choose another folder.`,
      );
    }
    this.#next++;
    return line.rows;
  }

  /** Adds the rows of the next run; they are on the disk when this returns. */
  append(hash: string, spec: RunSpec, rows: readonly ErrorRow[]): void {
    appendLine(this.#file, this.path, resultLine({ index: this.#next++, hash, spec }, rows));
  }

  /** @throws InputError when there are runs in the file that the search did not ask for */
  checkEnd(): void {
    if (this.#next < this.#known.length) {
      throw new InputError(
        `${this.path}: line ${this.#next + 1}: follows the search's last run; the file was changed.`,
      );
    }
  }

  close(): void {
    closeSync(this.#file);
    this.#lock.release();
  }
}

function agree(folder: string, manifest: SearchManifest, hasResults: boolean): void {
  const path = join(folder, MANIFEST);
  if (!existsSync(path)) {
    if (hasResults) throw new InputError(`${folder}: holds results of something else; choose another folder.`);
    const temporary = join(folder, `.${MANIFEST}.${process.pid}.partial`);
    writeFileSync(temporary, `${JSON.stringify(manifest, null, 2)}\n`, { flush: true });
    renameSync(temporary, path);
    return;
  }
  let there: Partial<SearchManifest> = {};
  try {
    there = JSON.parse(readFileSync(path, "utf8")) as SearchManifest;
  } catch {
    // Said below.
  }
  if (there.format !== manifest.format) throw new InputError(`${path}: is not of a search; choose another folder.`);
  if (there.hash !== manifest.hash) throw new InputError(`${folder}: holds another search; choose another folder.`);
  if (there.version !== manifest.version) {
    throw new InputError(
      `${folder}: was begun by version ${there.version}, this is ${manifest.version}; their last digits may differ. ` +
        "Choose another folder.",
    );
  }
}

/** @throws InputError naming a line in the middle that is no result */
function wholeLines(path: string): { lines: ResultLine[]; bytes: number } {
  const lines: ResultLine[] = [];
  let bytes = 0;
  let malformed: number | null = null;
  for (const line of readLines(path)) {
    if (malformed !== null) {
      throw new InputError(`${path}: line ${malformed}: is not a result; the file was changed. Choose another folder.`);
    }
    const result = line.isWhole ? parseLine(line.text) : null;
    if (result === null) {
      malformed = line.number;
      continue;
    }
    lines.push(result);
    bytes = line.end;
  }
  return { lines, bytes };
}
