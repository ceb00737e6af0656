import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median, ratio, ratioText } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 9;
const commands = [
  ...["reproduce", "run", "sweep", "search", "collect", "worker", "forward", "check", "assignments"],
  ...["export", "import", "score", "activations", "baseline", "zoo"],
];
const file = (path: string): string => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const program = file("dist/superpose.js");

/** A Node command to time, and whether it is stopped after its first output. */
interface Call {
  readonly args: readonly string[];
  readonly isLong?: true;
}

/** Seconds from the start of a process to its first output, on either stream, and to its end. */
async function secondsOf({ args, isLong }: Call, cwd: string): Promise<{ first: number; all: number }> {
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let first: number | null = null;
  let text = "";
  const process_ = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.on("data", (chunk) => {
      text += String(chunk);
      first ??= seconds();
      if (isLong) process_.kill();
    });
  }
  const [status] = (await once(process_, "close")) as [number | null];
  if (status !== 0 && !isLong) throw new Error(`node ${args.join(" ")}: ${text}`);
  return { first: first ?? seconds(), all: seconds() };
}

/**
 * How long the command line takes to respond, measured alternately with a Node process that prints one line: the time
 * to the first output and the time of the whole process. Long-running commands are stopped after their first output.
 */
export async function benchStart(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "superpose-bench-"));
  try {
    const small = { D: 40, T: 4, S: 2, L: 2, samples: 8 };
    const [spec, sweep] = ["spec.json", "sweep.json"].map((name) => join(folder, name));
    writeFileSync(spec!, JSON.stringify(small));
    writeFileSync(sweep!, JSON.stringify({ base: small, grid: { seed: [1, 2] } }));
    const short = [
      ["--help"],
      ...commands.map((command) => [command, "--help"]),
      ["run", spec!, "--workers", "1"],
      ["sweep", sweep!, "--out", "results", "--dry-run"],
      ["check", spec!],
      ["export", spec!, "--out", "model"],
      ["forward", file("test/reference/cases/rotation-capped.json")],
      ["zoo"],
    ];
    const long = [
      ["run"],
      ["run", "--experiment", "floors"],
      ["reproduce", "--out", "out"],
      ["sweep", sweep!, "--out", "long"],
      ["zoo", "bench-medium"],
      ["export", file("examples/specs/gates.yaml"), "--out", "gates"],
      ["assignments", "--P", "250", "--S", "6"],
      ["import", "model"],
      ["activations", "model", "--samples", "100000", "--out", "samples.npz"],
      ["baseline", "model", "--method", "pca", "--out", "pca.npz"],
      ["score", "model", "truth.npz"],
    ];
    const withProgram = (args: readonly string[]): readonly string[] => [program, ...args];
    const calls: Call[] = [
      { args: ["-e", "console.log(0)"] },
      ...short.map((args) => ({ args: withProgram(args) })),
      ...long.map((args) => ({ args: withProgram(args), isLong: true as const })),
    ];
    // The files that the long-running commands read.
    await secondsOf({ args: withProgram(["export", spec!, "--out", "model"]) }, folder);
    await secondsOf({ args: withProgram(["baseline", "model", "--method", "truth", "--out", "truth.npz"]) }, folder);
    const rounds = calls.map(() => ({ first: [] as number[], all: [] as number[] }));
    // The first round warms the file system's cache.
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [k, call] of calls.entries()) {
        const { first, all } = await secondsOf(call, folder);
        if (round === 0) continue;
        rounds[k]!.first.push(first);
        rounds[k]!.all.push(all);
      }
    }
    const against = (kind: "first" | "all", k: number): string =>
      k === 0 ? "1" : ratioText(ratio({ rounds: rounds[k]![kind] }, { rounds: rounds[0]![kind] }));
    const rows = calls.map(({ args, isLong }, k) => [
      k === 0 ? "node -e" : ["superpose", ...args.slice(1).map((arg) => arg.split("/").at(-1))].join(" "),
      (1000 * median(rounds[k]!.first)).toFixed(0),
      against("first", k),
      isLong ? "–" : (1000 * median(rounds[k]!.all)).toFixed(0),
      isLong ? "–" : against("all", k),
    ]);
    return {
      title: "Start: first output and whole processes",
      columns: ["command", "first output, ms", "of bare Node's", "all, ms", "of bare Node's"],
      rows,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
