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
  Runner,
} from "circuits-in-superposition";
import { median } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 5;

/** The factored layer against a dense numpy version on one core, in turn; null where there is no numpy. */
export async function benchNumpy(): Promise<Section | null> {
  const script = fileURLToPath(new URL("../../../bench/dense.py", import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };
  const numpy = (): number | null => {
    const { status, stdout } = spawnSync(process.env["PYTHON"] ?? "python3", [script, "6"], { env, encoding: "utf8" });
    if (status !== 0) return null;
    // The first batch warms up.
    return Math.min(...stdout.trim().split("\n").slice(1).map(Number));
  };
  if (numpy() === null) {
    console.log(
      "\nleft out: dense numpy (python3 with numpy is not here; Debian: apt-get install python3-numpy; PYTHON names another python)",
    );
    return null;
  }
  const shape = { D: 1000, d: 4, T: 557, S: 6, L: 5 };
  const runner = new Runner(
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
    for (let chunk = 0; chunk < 8; chunk++) {
      const began = performance.now();
      runner.runChunk({ z: 3, sampling: "random", seed: 1, network: 0 }, chunk * 1024, 1024);
      best = Math.min(best, (performance.now() - began) / 1000 / 1024 / shape.L);
    }
    return best;
  };
  own();
  const pairs = Array.from({ length: ROUNDS }, () => [own(), numpy()!] as const);
  const ratios = pairs.map(([ours, theirs]) => theirs / ours);
  return {
    title: "The same samples by dense numpy/OpenBLAS, one core, in turn",
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
