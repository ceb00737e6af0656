import type { Command } from "commander";
import { InputError } from "../base/errors.js";
import { openResults, writeSkipped, type ResultsFile } from "../batch/sweep/folder.js";
import { parseShard, parseSweep, shardRuns, type Sweep } from "../batch/sweep/plan.js";
import { parseQueueUrl, type QueueAddress } from "../batch/queue/address.js";
import { counted } from "../drawing/numbers.js";
import { readBasedFile } from "./circuits-file.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";
import { withWorkers, workersFrom, workersOption } from "./workers.js";

/** Expected seconds for checking the runs: 0, so that progress is shown only if checking takes a long time. */
const QUICK = 0;

interface SweepOptions {
  readonly out?: string;
  readonly workers?: string;
  readonly shard?: string;
  readonly dryRun?: boolean;
  readonly skipImpossible?: boolean;
  readonly queue?: string;
}

/** `superpose sweep`: executes many runs on one machine or in shards; can be resumed. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Runs every combination in a sweep file. Rows are appended to a JSON Lines file in the folder. After an interruption, the same " +
        "command performs the missing runs, and the final file is byte for byte the same as without the interruption.",
    )
    .argument(
      "<sweep>",
      "a sweep file, .yaml or .json, with one of the keys `grid`, `list` and `random`, and optionally `base` and `figure`",
    )
    .option("--out <folder>", "where results go")
    .addOption(workersOption())
    .option("--shard <k/n>", "run only the k-th of n parts; `superpose collect` merges them")
    .option(
      "--queue <url>",
      "send the runs to the workers of a queue: redis://HOST:PORT, or rediss:// for TLS; see `superpose worker`",
    )
    .option("--skip-impossible", "leave out invalid combinations, and list them in skipped.json")
    .option("--dry-run", "print the number of runs and the estimated time, and stop")
    .addHelpText(
      "after",
      "\nExample:\n  superpose sweep sweep.yaml --out results\n  superpose sweep sweep.yaml --out results --shard 3/16",
    )
    .action((file: string, options: SweepOptions) => sweep(file, options, session));
}

async function sweep(file: string, options: SweepOptions, session: Session): Promise<void> {
  const workers = workersFrom(options.workers);
  const shard = options.shard === undefined ? null : parseShard(options.shard);
  const queue = options.queue === undefined ? null : parseQueueUrl(options.queue);
  const content = readBasedFile(file, session);
  const skips = options.skipImpossible === true;
  const plan = await withProgress(
    "checking runs",
    ({ update }) => parseSweep(content, { skips, onProgress: update }),
    QUICK,
  );
  if (plan.skipped.length > 0) {
    for (const { setting, reason } of plan.skipped.slice(0, 8)) session.note(`skipped: ${setting}: ${reason}`);
    session.note(`${counted(plan.skipped.length, "setting is", "settings are")} skipped as impossible`);
  }
  const runs = shardRuns(plan.runs, shard);
  const part = shard === null ? "" : ` of ${plan.runs.length} (shard ${shard.index}/${shard.count})`;
  // Loaded here so that help and input errors appear immediately.
  const { durationText, estimate, sizeText } = await import("../batch/estimate.js");
  if (plan.figure !== null) {
    const { checkFigure } = await import("../batch/check-readout.js");
    checkFigure(
      plan.figure,
      plan.runs.map(({ spec }) => spec),
    );
  }
  const { seconds, bytes } = estimate(
    runs.map(({ spec }) => spec),
    workers,
  );
  const cores = workers === 1 ? "1 core" : `${workers} cores`;
  session.note(
    `${counted(runs.length, "run")}${part}: ${durationText(seconds)} on ${cores}, about ${sizeText(bytes)} of memory`,
  );
  if (options.dryRun === true) return;
  if (options.out === undefined) throw new InputError("--out FOLDER or --dry-run is needed.");
  const results = openResults(options.out, plan, session.version, shard);
  try {
    writeSkipped(options.out, plan);
    const { done, reused } = results;
    if (done + reused > 0) {
      const before = reused === 0 ? "" : `, ${reused} by an earlier sweep in this folder`;
      session.note(`${counted(done + reused, "run is", "runs are")} done${before}; ${results.missing().length} to do`);
    }
    if (queue === null) await runLocally(results, workers, session);
    else await runQueued(results, queue, plan, session);
    results.finish();
    session.print(`${counted(runs.length, "run")} in ${results.path}\n`);
  } finally {
    results.close();
  }
}

async function runLocally(results: ResultsFile, workers: number, session: Session): Promise<void> {
  const missing = results.missing();
  if (missing.length === 0) return;
  const { runAll } = await import("../batch/run-all.js");
  const { estimate } = await import("../batch/estimate.js");
  const specs = missing.map(({ spec }) => spec);
  const expected = estimate(specs, workers).seconds;
  await withWorkers({ workers, label: "running", expected }, async (executor, { update }) => {
    const all = runAll(specs, { executor, onProgress: update, signal: session.signal });
    for await (const rows of all) results.append(rows);
  });
}

async function runQueued(results: ResultsFile, address: QueueAddress, plan: Sweep, session: Session): Promise<void> {
  const missing = results.missing();
  if (missing.length === 0) return;
  const { runInQueue } = await import("../batch/queue/submit.js");
  await withProgress("running", ({ clear, update }) =>
    runInQueue(missing, (rows) => results.append(rows), {
      address,
      version: session.version,
      sweep: plan.hash,
      note: (line) => {
        clear();
        session.note(line);
      },
      onProgress: update,
      signal: session.signal,
    }),
  );
}
