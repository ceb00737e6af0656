import { existsSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/errors.js";
import { writeWhole } from "../../base/write-whole.js";
import type { RunSpec } from "../../config/run-spec.js";
import { resultLine, type ResultLine } from "../../results/result-line.js";
import type { ErrorRow } from "../../results/rows.js";
import { holdFile } from "../held-file.js";
import { checkSame, createManifest, readManifest, type Manifest } from "../manifest.js";
import { sortedLines, wholeResults, type ReadResult } from "../read-results.js";

export type SearchFile = ReturnType<typeof openSearch>;

/**
 * The results of a search, one line per run, in the order in which the search asked for them. Only one process appends
 * to the file, and existing results are kept. A search is resumed by replaying it: it asks for the same runs and gets
 * the stored answers. An unfinished line that an earlier process left behind is cut off.
 *
 * @throws InputError when the folder does not belong to this search, or another process is working on it
 */
export function openSearch(folder: string, { version, hash }: Omit<Manifest, "format">) {
  const path = join(folder, "results.jsonl");
  const known = new Map<number, ReadResult & { readonly result: ResultLine }>();
  let isInOrder = true;
  const file = holdFile(path, () => {
    agree(folder, { format: "superpose-search", version, hash }, existsSync(path));
    let bytes = 0;
    for (const line of wholeResults(path)) {
      isInOrder &&= line.result.index === known.size;
      known.set(line.result.index, line);
      bytes = line.end + 1;
    }
    return bytes;
  });
  const done = known.size;
  let next = 0;
  const refusal = (line: ReadResult, what: string): InputError =>
    new InputError(`${path}: line ${line.number}: ${what}`);
  return {
    path,
    /** Number of runs that earlier processes completed. */
    done,
    /**
     * The next run that the search asks for. Its rows are null if they are not stored yet; the caller must then measure
     * and append them.
     *
     * @throws InputError when the file has a different run in this position
     */
    take(hash: string): { readonly index: number; readonly rows: readonly ErrorRow[] | null } {
      const index = next++;
      const line = known.get(index);
      if (line !== undefined && line.result.hash !== hash) {
        throw refusal(line, "is not the run that this search asks for; the file was changed. Choose another folder.");
      }
      return { index, rows: line?.result.rows ?? null };
    },
    /** Appends the rows of a run; they are on disk when this returns. */
    append(index: number, hash: string, spec: RunSpec, rows: readonly ErrorRow[]): void {
      file.append(resultLine({ index, hash, spec, rows }));
    },
    /**
     * Sorts the lines if the runs were not stored in order.
     *
     * @throws InputError when the file contains runs that the search did not ask for
     */
    finish(): void {
      const last = [...known.values()].find(({ result }) => result.index >= next);
      if (last !== undefined) throw refusal(last, "comes after the search's last run; the file was changed.");
      if (isInOrder) return;
      file.check();
      writeWhole(path, sortedLines(path));
    },
    close: () => file.close(),
  };
}

function agree(folder: string, manifest: Manifest, hasResults: boolean): void {
  const path = join(folder, "search.json");
  const known = readManifest(path, "search");
  if (known !== null) return checkSame(folder, known, manifest, "another search");
  if (hasResults) throw new InputError(`${folder}: contains results but no search.json; choose another folder.`);
  createManifest(path, manifest);
}
