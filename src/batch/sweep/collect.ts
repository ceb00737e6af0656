import { readdirSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { isResultsName, readSweepManifest, type SweepManifest } from "./folder.js";
import { lineAt, readResults, sha256, type Place } from "../read-results.js";
import { parseLine, type ResultLine } from "../../results/result-line.js";

interface RunPlace extends Place {
  readonly path: string;
  readonly line: number;
  /** Hash of the line's text. */
  readonly digest: string;
}

/** The results of a sweep, collected from all its files. */
export interface Collection {
  readonly manifest: SweepManifest;
  /** Indices of runs that no file contains, in order. */
  readonly missing: readonly number[];
  /** Number of runs that occur in several files, with the same rows in each. */
  readonly duplicates: number;
  /** Paths of files whose last line was cut off. The run in that line is missing, or was found in another file. */
  readonly torn: readonly string[];
  readonly files: readonly string[];
  /** Rereads the runs from the files, in order, because none are kept in memory. */
  lines(): Generator<{ readonly text: string; readonly line: ResultLine }, void, undefined>;
}

/**
 * Finds every run of a sweep in the result files of several folders.
 *
 * @throws InputError when the folders belong to different sweeps, or two files disagree on a run
 */
export function collect(folders: readonly string[]): Collection {
  const manifest = commonManifest(folders);
  const places = new Map<number, RunPlace>();
  const torn: string[] = [];
  let duplicates = 0;
  const files = folders.flatMap(resultFiles);
  for (const path of files) {
    for (const { number, text, start, end, result: line } of readResults(path)) {
      if (line === null) {
        torn.push(path);
        continue;
      }
      if (line.index < 0 || line.index >= manifest.runs) {
        throw new InputError(
          `${path}: line ${number} holds run ${line.index}, but the sweep has ${manifest.runs} runs.`,
        );
      }
      const digest = sha256(text);
      const known = places.get(line.index);
      if (known === undefined) places.set(line.index, { path, line: number, digest, start, end });
      else if (known.digest === digest) duplicates++;
      else {
        throw new InputError(
          `run ${line.index}: ${known.path}, line ${known.line}, and ${path}, line ${number}, have different rows.`,
        );
      }
    }
  }
  checkHash(folders, manifest, places.size, () => inOrder(manifest.runs, places));
  const missing = Array.from({ length: manifest.runs }, (_, index) => index).filter((index) => !places.has(index));
  return { manifest, missing, duplicates, torn, files, lines: () => inOrder(manifest.runs, places) };
}

function resultFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter(isResultsName)
    .sort((a, b) => a.localeCompare(b, "en", { numeric: true }))
    .map((name) => join(folder, name));
}

function commonManifest(folders: readonly string[]): SweepManifest {
  const manifests = folders.map((folder) => {
    const manifest = readSweepManifest(folder);
    if (manifest === null) throw new InputError(`${folder}: has no sweep.json, so it is not the folder of a sweep.`);
    return manifest;
  });
  const first = manifests[0];
  manifests.forEach(({ hash, version }, k) => {
    if (hash !== first.hash) throw new InputError(`${folders[0]} and ${folders[k]} belong to different sweeps.`);
    if (version !== first.version) {
      throw new InputError(`${folders[0]} and ${folders[k]} were written by versions ${first.version} and ${version}.`);
    }
  });
  return first;
}

/** If all runs are present, checks that their hashes, hashed together, give the sweep's hash. */
function checkHash(
  folders: readonly string[],
  manifest: SweepManifest,
  found: number,
  lines: () => Iterable<{ readonly line: ResultLine }>,
): void {
  if (found < manifest.runs) return;
  const hashes = Array.from(lines(), ({ line }) => line.hash).join("\n");
  if (sha256(hashes) !== manifest.hash) {
    throw new InputError(`${folders.join(", ")}: the runs do not match sweep.json; a file was changed.`);
  }
}

function* inOrder(
  runs: number,
  places: ReadonlyMap<number, RunPlace>,
): Generator<{ readonly text: string; readonly line: ResultLine }, void, undefined> {
  for (let index = 0; index < runs; index++) {
    const place = places.get(index);
    if (place === undefined) continue;
    const text = lineAt(place.path, place);
    const line = sha256(text) === place.digest ? parseLine(text) : null;
    if (line === null) throw new InputError(`${place.path}: the file changed while it was being read.`, "file");
    yield { text, line };
  }
}
