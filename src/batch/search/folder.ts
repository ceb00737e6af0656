import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import type { RunSpec } from "../../config/run-spec.js";
import { resultLine, type ResultLine } from "../../results/result-line.js";
import type { ErrorRow } from "../../results/rows.js";
import { holdFile } from "../held-file.js";
import { checkSame, readManifest, writeManifest, type Manifest } from "../manifest.js";
import { wholeResults } from "../read-results.js";

export type SearchFile = ReturnType<typeof openSearch>;

/**
 * The results of a search, a line for every run in the order in which it asked for them; one process adds to it, and what
 * is done stays done. A search that goes on is played back: it asks for the same runs again and is answered from here. What an
 * earlier process left of a line it did not finish is cut off.
 *
 * @throws InputError when the folder holds something else, or another process is at work on it
 */
export function openSearch(folder: string, { version, hash }: Omit<Manifest, "format">) {
  const path = join(folder, "results.jsonl");
  const known: ResultLine[] = [];
  const file = holdFile(path, () => {
    agree(folder, { format: "superpose-search", version, hash }, existsSync(path));
    let bytes = 0;
    for (const { result, end } of wholeResults(path)) {
      known.push(result);
      bytes = end;
    }
    return bytes;
  });
  let next = 0;
  const refusal = (what: string): InputError => new InputError(`${path}: line ${next + 1}: ${what}`);
  return {
    path,
    /** Runs that an earlier process did. */
    done: known.length,
    /** How many of the next runs are known; the others are to be run and added. */
    knownOf: (count: number) => Math.max(0, Math.min(count, known.length - next)),
    /**
     * The rows of the next run, which is known.
     *
     * @throws InputError when the file has another run there
     */
    take(hash: string): readonly ErrorRow[] {
      const line = known[next];
      if (line.hash !== hash || line.index !== next) {
        throw refusal("is not the run that this search asks for; it was changed. Choose another folder.");
      }
      next++;
      return line.rows;
    },
    /** Adds the rows of the next run; they are on the disk when this returns. */
    append(hash: string, spec: RunSpec, rows: readonly ErrorRow[]): void {
      file.append(resultLine({ index: next++, hash, spec, rows }));
    },
    /** @throws InputError when there are runs in the file that the search did not ask for */
    checkEnd(): void {
      if (next < known.length) throw refusal("follows the search's last run; the file was changed.");
    },
    close: () => file.close(),
  };
}

function agree(folder: string, manifest: Manifest, hasResults: boolean): void {
  const path = join(folder, "search.json");
  const known = readManifest(path, "search");
  if (known !== null) return checkSame(folder, known, manifest, "another search");
  if (hasResults) throw new InputError(`${folder}: holds results of something else; choose another folder.`);
  writeManifest(path, manifest);
}
