import { InputError, shown, within } from "../../base/errors.js";
import { parseSpec } from "../../config/parse-spec.js";
import { canonicalJson, specText, textHash } from "../../config/hash.js";
import { MAX_RUNS, parseFigure, type SweepFigure } from "../../batch/sweep/plan.js";
import { rowsFrom } from "../../results/file-rows.js";
import { isIntact, lineKeys, type ResultLine } from "../../results/result-line.js";
import { rowsFault } from "../../results/rows-of-spec.js";
import { checked, checkExtent, fieldsOf, wholeSchema } from "../../base/validation.js";

/** A sweep's results as the page stores them. */
export interface LoadedSweep {
  /** The files' names, as the page displays them. */
  readonly name: string;
  /** The command that writes the sweep's figure. */
  readonly command: string;
  /** The runs, in order of their index. */
  readonly lines: readonly ResultLine[];
  /** The figure that sweep.json specifies; null if it specifies no figure or was not opened. */
  readonly figure: SweepFigure | null;
  /** Number of runs in the whole sweep; null if sweep.json was not opened. */
  readonly runs: number | null;
  /** Files whose last line is cut off. */
  readonly torn: number;
}

/** The largest total size that is read; more would exhaust the tab's memory. */
const MAX_BYTES = 64 * 2 ** 20;
const MAX_LINE = 4 * 2 ** 20;
const MAX_LINES = 20_000;
const MAX_ROWS = 200_000;
/** The largest size of a sweep.json that is read, in bytes. */
const MAX_MANIFEST = 2 ** 16;
/** Milliseconds of work after which reading pauses, so that the page can respond. */
const HOLD = 12;

/**
 * The results in files written by `superpose sweep` and `collect`: JSON Lines, and sweep.json for the figure.
 *
 * @throws InputError with a one-line message, whatever the files contain
 */
export async function sweepFromFiles(files: readonly File[]): Promise<LoadedSweep> {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  if (bytes > MAX_BYTES) {
    throw new InputError(
      `The files take up ${bytes} bytes in total; this page reads at most ${MAX_BYTES}. Use the command superpose collect for larger sweeps.`,
    );
  }
  let manifest: Pick<LoadedSweep, "figure" | "runs"> | null = null;
  let torn = 0;
  let rows = 0;
  const lines = new Map<number, ResultLine>();
  const pause = pauses();
  for (const file of files) {
    const own = await manifestIn(file);
    if (own !== null) {
      manifest = own;
      continue;
    }
    let malformed: InputError | null = null;
    for await (const { number, text, isWhole } of linesOf(file)) {
      if (malformed !== null) throw malformed;
      const name = `${shown(file.name)}, line ${number}`;
      await pause();
      const line = lineFrom(name, text, isWhole);
      if (line instanceof InputError) {
        // Only the last line may be cut off; any other faulty line is an error.
        malformed = line;
        continue;
      }
      if ((await textHash(specText(line.spec))) !== line.hash) {
        throw new InputError(`${name}: its hash does not match its spec; the file was changed.`);
      }
      const known = lines.get(line.index);
      if (known !== undefined && canonicalJson(known) !== canonicalJson(line)) {
        throw new InputError(`${name}: run ${line.index} occurs twice, with different rows.`);
      }
      lines.set(line.index, line);
      if (known === undefined) rows += line.rows.length;
      if (lines.size > MAX_LINES || rows > MAX_ROWS) {
        const most = `${MAX_LINES} runs and ${MAX_ROWS} rows`;
        throw new InputError(
          `${shown(file.name)}: this page shows at most ${most}. Use the command superpose collect for larger sweeps.`,
        );
      }
    }
    if (malformed !== null && lines.size === 0) throw malformed;
    if (malformed !== null) torn++;
  }
  if (lines.size === 0) {
    throw new InputError(
      "The opened files contain no results: open results.jsonl or merged.jsonl together with sweep.json.",
    );
  }
  const sorted = [...lines.values()].sort((a, b) => a.index - b.index);
  const { figure = null, runs = null } = manifest ?? {};
  const last = sorted[sorted.length - 1].index;
  if (runs !== null && last >= runs) {
    throw new InputError(`Run ${last} is not in sweep.json, which has ${runs} runs: open the files of one sweep only.`);
  }
  const name = files.length === 1 ? files[0].name : `${files[0].name} and ${files.length - 1} more`;
  return { name, command: "superpose collect", lines: sorted, figure, runs, torn };
}

/** A function to call between lines; it pauses now and then, so that the page can respond. */
function pauses(): () => Promise<void> {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < HOLD) return;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}

/** The contents of sweep.json; null for any other file. */
async function manifestIn(file: File): Promise<Pick<LoadedSweep, "figure" | "runs"> | null> {
  if (file.size > MAX_MANIFEST) return null;
  let value: unknown;
  try {
    value = JSON.parse(await file.text());
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null || Reflect.get(value, "format") !== "superpose-sweep") return null;
  return within(shown(file.name), () => {
    checkExtent("sweep.json", value, 4, 100);
    const given = fieldsOf("sweep.json", value, ["format", "version", "hash", "runs", "figure"]);
    const runs = checked("runs", wholeSchema(1, MAX_RUNS), given.runs);
    return { runs, figure: given.figure === null ? null : parseFigure(given.figure) };
  });
}

/**
 * Parses a run's line. If the line is not JSON, perhaps because it was cut off, returns an error; other errors are
 * thrown.
 */
function lineFrom(name: string, text: string, isWhole: boolean): ResultLine | InputError {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const what = isWhole ? "not JSON" : "cut off";
    return new InputError(
      `${name}: ${what}. Results are the .jsonl files that superpose sweep and superpose collect write.`,
    );
  }
  return within(name, () => {
    checkExtent("the line", value, 12, 2_000_000);
    const given = fieldsOf("the line", value, lineKeys);
    if (!isIntact(text)) throw new InputError("its checksum differs; the file was changed.");
    const index = checked("index", wholeSchema(0, MAX_RUNS - 1), given.index);
    const { hash } = given;
    if (typeof hash !== "string" || !/^[0-9a-f]{64}$/.test(hash)) {
      throw new InputError(`hash = ${shown(hash)}: must be 64 hexadecimal digits.`);
    }
    const spec = parseSpec(given.spec);
    const rows = rowsFrom(given.rows);
    if (rows === null) throw new InputError("rows: these are not rows of a measurement.");
    const fault = rowsFault(spec, rows);
    if (fault !== null) throw new InputError(`rows: ${fault}.`);
    return { index, hash, spec, rows };
  });
}

interface TextLine {
  readonly number: number;
  readonly text: string;
  /** Whether a line break follows. */
  readonly isWhole: boolean;
}

/** A file's lines, read piece by piece. */
async function* linesOf(file: File): AsyncGenerator<TextLine, void, undefined> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  const piece = 2 ** 18;
  let left = "";
  let number = 0;
  for (let at = 0; at < file.size; at += piece) {
    const bytes = await file.slice(at, at + piece).arrayBuffer();
    let text: string;
    try {
      text = decoder.decode(bytes, { stream: at + piece < file.size });
    } catch {
      throw new InputError(`${shown(file.name)} is not text (UTF-8).`);
    }
    const parts = text.split("\n");
    parts[0] = left + parts[0];
    left = parts.pop() ?? "";
    for (const part of parts) yield { number: ++number, text: part, isWhole: true };
    if (left.length > MAX_LINE) {
      throw new InputError(`Line ${number + 1} of ${shown(file.name)} is longer than ${MAX_LINE} characters.`);
    }
  }
  if (left !== "") yield { number: number + 1, text: left, isWhole: false };
}
