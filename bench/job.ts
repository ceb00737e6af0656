import { nodeExecutor, parseSpec, runSpec } from "#internal";
import { median, ratio, ratioText } from "./rounds.js";
import type { Section } from "./section.js";

const ROUNDS = 11;

/** Measures two networks of figure R5 for z = 3, alternately on one core and on two, in wall-clock time. */
export async function benchJob(): Promise<Section> {
  const spec = parseSpec({ D: 1000, T: 557, S: 6, L: 5, z: [3], samples: 55_700, networks: 2, seed: 1 });
  const executors = [1, 2].map((workers) => nodeExecutor(workers));
  const seconds = executors.map(() => [] as number[]);
  // The first round is a warm-up: it compiles code and starts threads.
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [k, executor] of executors.entries()) {
      const began = performance.now();
      await runSpec(spec, { executor });
      if (round > 0) seconds[k]!.push((performance.now() - began) / 1000);
    }
  }
  await Promise.all(executors.map((executor) => executor.dispose()));
  const [one, two] = seconds as [number[], number[]];
  return {
    title: "2 × 55,700 samples of D = 1000, T = 557, S = 6, L = 5, z = 3 (of R5's third run)",
    columns: ["executor", "seconds", "against 1 worker"],
    rows: [
      ["1 worker", median(one).toPrecision(3), ""],
      ["2 workers", median(two).toPrecision(3), `${ratioText(ratio({ rounds: one }, { rounds: two }))} × as fast`],
    ],
  };
}
