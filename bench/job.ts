import { nodeExecutor, parseSpec, runSpec } from "circuits-in-superposition";
import { median } from "./rounds.js";
import type { Section } from "./section.js";

/** The numbers of figure R5 for z = 3 on one core and on two, in turn. */
export async function benchJob(): Promise<Section> {
  const spec = parseSpec({ D: 1000, T: 557, S: 6, L: 5, z: [3], samples: 55_700, networks: 1, seed: 1 });
  const executors = [1, 2].map((workers) => nodeExecutor(workers));
  const names = ["1 worker", "2 workers"];
  const seconds = executors.map(() => [] as number[]);
  for (let round = 0; round < 5; round++) {
    for (const [k, executor] of executors.entries()) {
      const began = performance.now();
      await runSpec(spec, { executor });
      if (round > 0) seconds[k]!.push((performance.now() - began) / 1000);
    }
  }
  await Promise.all(executors.map((executor) => executor.dispose()));
  const one = median(seconds[0]!);
  return {
    title: "55,700 samples of D = 1000, T = 557, S = 6, L = 5, z = 3 (R5's third run)",
    columns: ["executor", "seconds", "against 1 worker"],
    rows: names.map((name, k) => {
      const own = median(seconds[k]!);
      return [name, own.toPrecision(3), `${(one / own).toPrecision(3)} × as fast`];
    }),
  };
}
