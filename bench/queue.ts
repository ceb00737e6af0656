import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { median } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 5;
const RUNS = 60;
const program = fileURLToPath(new URL("../../../dist/superpose.js", import.meta.url));

/**
 * Compares `superpose sweep` on all cores with the same sweep using `--queue` and one `superpose worker` on all cores;
 * the two run alternately. Whole commands are timed, including their start-up. Null if redis-server is missing.
 */
export async function benchQueue(): Promise<Section | null> {
  if (spawnSync("redis-server", ["--version"]).status !== 0) {
    console.log("\nleft out: the queue (redis-server is not installed; Debian: apt-get install redis-server)");
    return null;
  }
  const folder = mkdtempSync(join(tmpdir(), "superpose-bench-"));
  const children: ChildProcess[] = [];
  try {
    const port = String(await freePort());
    const durable = ["--appendonly", "yes", "--maxmemory-policy", "noeviction", "--save", ""];
    children.push(spawn("redis-server", ["--port", port, "--bind", "127.0.0.1", "--dir", folder, ...durable]));
    const url = `redis://127.0.0.1:${port}`;
    const worker = spawn(process.execPath, [program, "worker", "--queue", url]);
    children.push(worker);
    let said = "";
    worker.stderr.on("data", (text: Buffer) => (said += text.toString()));
    while (!said.includes("waiting for runs")) {
      if (worker.exitCode !== null) throw new Error(`The worker did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const local: number[] = [];
    const queued: number[] = [];
    for (let round = 0; round <= ROUNDS; round++) {
      // Each round has different seeds, so nothing is reused from the previous one.
      const sweep = join(folder, `sweep-${round}.yaml`);
      const seeds = { from: 1 + RUNS * round, to: RUNS * (round + 1) };
      writeFileSync(sweep, JSON.stringify({ base: { samples: 4000 }, grid: { seed: seeds } }));
      const args = ["sweep", sweep, "--out"];
      local.push(await secondsOf([...args, join(folder, `local-${round}`)]));
      queued.push(await secondsOf([...args, join(folder, `queued-${round}`), "--queue", url]));
    }
    // The first round is a warm-up.
    const ratios = queued.slice(1).map((seconds, k) => seconds / local[k + 1]!);
    const perRun = (seconds: number): string => ((1000 * seconds * availableParallelism()) / RUNS).toFixed(0);
    const [own, others] = [median(local.slice(1)), median(queued.slice(1))];
    const spread = `${median(ratios).toFixed(3)} (${Math.min(...ratios).toFixed(3)}–${Math.max(...ratios).toFixed(3)})`;
    return {
      title: `${RUNS} runs of D = 1000, T = 557, S = 6, L = 5, 4000 samples: the local pool and the queue`,
      columns: ["where", "seconds", "ms per run and core", "time against local"],
      rows: [
        ["superpose sweep", own.toPrecision(3), perRun(own), "1"],
        ["with --queue and a worker", others.toPrecision(3), perRun(others), spread],
      ],
    };
  } finally {
    const ends = children.filter(({ exitCode }) => exitCode === null).map((child) => once(child, "exit"));
    for (const child of children) child.kill();
    await Promise.all(ends);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function secondsOf(args: readonly string[]): Promise<number> {
  const began = performance.now();
  const child = spawn(process.execPath, [program, ...args], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Error(`superpose ${args.join(" ")}: ${said}`);
  return (performance.now() - began) / 1000;
}
