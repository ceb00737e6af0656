import { collect } from "../../jobs/execute.js";
import type { RunTasks } from "../study.js";
import { BLOCK, type CompressedBuildTask, type CompressedLossTask, type CompressedRecipe } from "./measure.js";
import type { CompressedNetwork } from "./network.js";
import { compressedRow, type CompressedRow } from "./rows.js";

/** Largest number of input blocks per task; a task then takes about a second at the usual size. */
const BLOCKS = 256;

/** A handmade network and its results on inputs that were not used for fitting. */
export interface MeasuredNetwork {
  readonly network: CompressedNetwork;
  readonly row: CompressedRow;
}

/**
 * Builds hand-made networks and measures them.
 *
 * @param samples number of inputs on which each network is measured, rounded up to whole blocks
 */
export async function measureRecipes(
  recipes: readonly CompressedRecipe[],
  samples: number,
  run: RunTasks,
): Promise<MeasuredNetwork[]> {
  const builds = recipes.map((recipe): CompressedBuildTask => ({ kind: "compressed-network", ...recipe }));
  const built = await collect(run(builds, builds.length));
  const blocks = Math.ceil(samples / BLOCK);
  const parts = recipes.map(({ p, q, seed, repeat }, index) =>
    Array.from({ length: Math.ceil(blocks / BLOCKS) }, (_, part): CompressedLossTask => {
      const first = part * BLOCKS;
      const own = { kind: "compressed-loss", spec: built[index].network, p, q, seed, repeat } as const;
      return { ...own, first, blocks: Math.min(BLOCKS, blocks - first) };
    }),
  );
  const tasks = parts.flat();
  const sums = await collect(run(tasks, tasks.length));
  let next = 0;
  return recipes.map((recipe, index) => {
    const own = sums.slice(next, (next += parts[index].length));
    return { network: built[index].network, row: compressedRow(recipe, built[index], own) };
  });
}
