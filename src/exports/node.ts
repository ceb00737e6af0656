/** For Node: the binary from disk, worker threads, whole runs. */

export { loadKernels, type KernelOptions } from "../kernels/node.js";
export { nodeExecutor } from "../workers/node-pool.js";
export { LocalExecutor } from "../workers/local.js";
export { runSpec, type RunOptions, type RunResult } from "../runs/run.js";
export type { ExecuteOptions, Executor } from "../jobs/execute.js";
export type { ErrorRow, Statistic } from "../results/rows.js";
