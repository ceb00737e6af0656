/** The public API: what runs anywhere, listed in browser.ts, and what needs Node. */

export * from "./browser.js";
export { loadKernels, type KernelOptions } from "./kernels/node.js";
export { nodeExecutor } from "./workers/node-pool.js";
export { runSpec, type RunOptions, type RunResult } from "./runs/run.js";
export { studies, type ListedStudy } from "./studies/list.js";
export { reproduce, type ReproduceOptions, type ReproduceResult } from "./report/reproduce.js";
