/** The public API: what runs anywhere, listed in browser.ts, and what needs Node. */

export * from "./browser.js";
export { loadKernels, type KernelOptions } from "./kernels/node.js";
export { nodeExecutor } from "./jobs/node-pool.js";
export { runSpec, type RunOptions, type RunResult } from "./experiments/run.js";
export { experiments, reproduce, type ReproduceOptions, type ReproduceResult } from "./experiments/registry.js";
