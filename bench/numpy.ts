import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import {
  anglesFromTurns,
  buildNetwork,
  loadKernels,
  permutedEmbedding,
  primeSteps,
  randomTurns,
  rotations,
  FactoredEngine,
} from "#internal";
import { median } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 5;

/** Processor time per sample and layer in dense.py's fastest batch, and the versions used; null if numpy is missing. */
function runNumpy(): { seconds: number; version: string } | null {
  const script = fileURLToPath(new URL("../../../bench/dense.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const python = process.env["PYTHON"] ?? "python3";
  const { status, stdout } = spawnSync(python, [script, "6"], { env, encoding: "utf8" });
  if (status !== 0) return null;
  const [version, ...batches] = stdout.trim().split("\n");
  // The first batch is a warm-up.
  return { seconds: Math.min(...batches.slice(1).map(Number)), version: version! };
}

/**
 * Compares the processor time of the factored layer and of a dense numpy version, which run alternately on one core;
 * null if numpy is missing.
 */
export async function benchNumpy(): Promise<Section | null> {
  const first = runNumpy();
  if (first === null) {
    console.log(
      "\nleft out: dense numpy (python3 has no numpy here; Debian: apt-get install python3-numpy libopenblas0-pthread; PYTHON=/usr/bin/python3 selects another Python)",
    );
    return null;
  }
  const shape = { D: 1000, d: 4, T: 557, S: 6, L: 5 };
  const runner = new FactoredEngine(
    loadKernels(),
    buildNetwork({
      shape,
      circuits: rotations(anglesFromTurns(randomTurns(shape.T, 1)), shape.L),
      embedding: permutedEmbedding(primeSteps({ T: shape.T, P: 250, S: shape.S }), shape.L, 1),
      construction: "capped",
    }),
    { gate: "relu", z: 3 },
  );
  const own = (): number => {
    let best = Infinity;
    for (let chunk = 0; chunk < 16; chunk++) {
      const began = process.cpuUsage();
      runner.runChunk({ z: 3, sampling: "random", seed: 1, network: 0 }, chunk * 1024, 1024);
      const { user, system } = process.cpuUsage(began);
      best = Math.min(best, (user + system) / 1e6 / 1024 / shape.L);
    }
    return best;
  };
  own();
  const pairs = Array.from({ length: ROUNDS }, () => [own(), runNumpy()!.seconds] as const);
  const ratios = pairs.map(([ours, theirs]) => theirs / ours);
  return {
    title: `A sample and layer by dense products (${first.version}), processor time of one core, in turn`,
    columns: ["what", "µs per sample and layer", "numpy / ours"],
    rows: [
      ["factored, Wasm", (1e6 * median(pairs.map(([ours]) => ours))).toPrecision(3), ""],
      [
        "dense, numpy",
        (1e6 * median(pairs.map(([, theirs]) => theirs))).toPrecision(3),
        `${median(ratios).toPrecision(3)} (${Math.min(...ratios).toPrecision(3)}–${Math.max(...ratios).toPrecision(3)})`,
      ],
    ],
  };
}
