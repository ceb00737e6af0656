/** Figures and reports, for Node: what `superpose reproduce` does. */

export { reproduce, type ReproduceOptions, type ReproduceResult } from "../report/reproduce.js";
export { figureIds, studies, type ListedStudy } from "../studies/list.js";
export { nodeExecutor } from "../workers/node-pool.js";
export type { Comparison } from "../results/compare.js";
export type { Trajectory } from "../studies/trajectories/rows.js";
