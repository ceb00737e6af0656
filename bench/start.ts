import { spawnSync } from "node:child_process";
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

/** Seconds of a process, from its start to its end. */
function secondsOf(args: readonly string[], cwd: string): number {
  const began = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${args.join(" ")}: ${stderr}`);
  return (performance.now() - began) / 1000;
}

/** How long the command line takes to answer, beside a Node that does nothing, in turn: whole processes. */
export async function benchStart(): Promise<Section> {
  const folder = mkdtempSync(join(tmpdir(), "superpose-bench-"));
  try {
    const small = { D: 40, T: 4, S: 2, L: 2, samples: 8 };
    const [spec, sweep] = ["spec.json", "sweep.json"].map((name) => join(folder, name));
    writeFileSync(spec!, JSON.stringify(small));
    writeFileSync(sweep!, JSON.stringify({ base: small, grid: { seed: [1, 2] } }));
    const calls = [
      ["--help"],
      ...commands.map((command) => [command, "--help"]),
      ["run", spec!, "--workers", "1"],
      ["sweep", sweep!, "--out", "results", "--dry-run"],
      ["check", spec!],
      ["export", spec!, "--out", "model"],
      ["forward", file("test/reference/cases/rotation-capped.json")],
      ["zoo"],
    ];
    const all = [["-e", "0"], ...calls.map((args) => [program, ...args])];
    const times = all.map(() => [] as number[]);
    // The first round warms the file system's cache.
    for (let round = 0; round <= ROUNDS; round++) {
      all.forEach((args, k) => {
        const seconds = secondsOf(args, folder);
        if (round > 0) times[k]!.push(seconds);
      });
    }
    const rows = all.map((args, k) => {
      const name =
        k === 0 ? "node -e 0" : ["superpose", ...args.slice(1).map((arg) => arg.split("/").at(-1))].join(" ");
      const against = ratio({ rounds: times[k]! }, { rounds: times[0]! });
      return [name, (1000 * median(times[k]!)).toFixed(0), k === 0 ? "1" : ratioText(against)];
    });
    return { title: "Start: whole processes", columns: ["command", "ms", "time of bare Node"], rows };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
