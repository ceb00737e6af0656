import { join } from "node:path";
import { existsSync, realpathSync, statSync } from "node:fs";
import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { counted, listed } from "../drawing/numbers.js";
import { svgText } from "../drawing/svg.js";
import { rowsToCsv } from "../results/table.js";
import { skippedFile } from "../batch/sweep/folder.js";
import { collect } from "../batch/sweep/collect.js";
import { flatRows } from "../results/flat.js";
import type { ResultLine } from "../results/result-line.js";
import { checkWritable, writeInPlaces, writeWhole } from "../base/write-whole.js";
import type { Session } from "./session.js";

type CollectOptions = Readonly<Partial<Record<"out" | "csv" | "parquet", string>>>;

/** `superpose collect`: merges a sweep's shards. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Reads the result files of a sweep's folders, reports missing runs, rejects contradictory results, and writes all runs in " +
        "order, with the figure that the sweep file specifies.",
    )
    .argument("<folders...>", "folders that `superpose sweep` wrote to")
    .option("--out <file>", "output file for all runs, .jsonl (default: merged.jsonl in the first folder)")
    .option("--csv <file>", "also write the rows as CSV")
    .option("--parquet <file>", "also write the rows as Parquet")
    .addHelpText("after", "\nExample:\n  superpose collect results --csv results.csv --parquet results.parquet")
    .action((folders: string[], options: CollectOptions) => collectFolders(folders, options, session));
}

async function collectFolders(folders: readonly string[], options: CollectOptions, session: Session): Promise<void> {
  for (const folder of folders) {
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
      throw new InputError(`${folder}: this is not a folder.`);
    }
  }
  const out = options.out ?? join(folders[0], "merged.jsonl");
  checkWritable(out, [".jsonl"]);
  if (options.csv !== undefined) checkWritable(options.csv, [".csv"]);
  if (options.parquet !== undefined) checkWritable(options.parquet, [".parquet"]);

  const collection = collect(folders);
  const { manifest, missing, duplicates, torn, files } = collection;
  const figure = join(folders[0], "figure.svg");
  if (manifest.figure !== null) checkWritable(figure, [".svg"]);
  if (existsSync(out) && files.some((path) => realpathSync(path) === realpathSync(out))) {
    throw new InputError(`--out ${out}: this would replace one of the sweep's own files; choose another name.`);
  }
  for (const path of torn) session.note(`${path}: the last line is cut off; its run is not counted`);
  if (duplicates > 0)
    session.note(`${counted(duplicates, "run appears", "runs appear")} more than once, with the same rows`);
  if (missing.length > 0) {
    const shown = missing.slice(0, 8);
    const more = missing.length > shown.length ? ` and ${missing.length - shown.length} more` : "";
    throw new InputError(
      `${missing.length} of ${counted(manifest.runs, "run")} ${missing.length === 1 ? "is" : "are"} missing: ${more === "" ? listed(shown) : shown.join(", ") + more}; ` +
        "run `superpose sweep` again; it performs only the missing runs.",
    );
  }
  const skipped = folders.map(skippedFile).find((path) => path !== null);
  if (skipped !== undefined) session.note(`impossible settings were skipped; ${skipped} lists them`);
  const written = [out];
  await writeInPlaces(out, (write) => {
    let at = 0;
    for (const { text } of collection.lines()) {
      const bytes = Buffer.from(`${text}\n`);
      write(bytes, at);
      at += bytes.length;
    }
    return Promise.resolve();
  });
  if (options.csv !== undefined || options.parquet !== undefined || manifest.figure !== null) {
    const lines = Array.from(collection.lines(), ({ line }) => line);
    written.push(...(await writeTables(lines, options)));
    if (manifest.figure !== null) {
      // Loaded here so that help and input errors appear immediately.
      const { createDocument } = await import("../drawing/node-document.js");
      const { drawSweep } = await import("../batch/sweep/figure.js");
      const command = "superpose collect";
      const { svg } = drawSweep(manifest.figure, lines, { document: createDocument(), id: "sweep", command });
      writeWhole(figure, svgText(svg));
      written.push(figure);
    }
  }
  session.print(`${counted(manifest.runs, "run")}: wrote ${listed(written)}\n`);
}

async function writeTables(lines: readonly ResultLine[], { csv, parquet }: CollectOptions): Promise<string[]> {
  const written: string[] = [];
  if (csv === undefined && parquet === undefined) return written;
  const records = lines.flatMap(flatRows);
  if (csv !== undefined) {
    writeWhole(csv, rowsToCsv(records));
    written.push(csv);
  }
  if (parquet !== undefined) {
    const { parquetBytes } = await import("../results/parquet.js");
    writeWhole(parquet, parquetBytes(records));
    written.push(parquet);
  }
  return written;
}
