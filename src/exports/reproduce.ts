/** Figures and reports (Node only): the functions behind `superpose reproduce`. */

export { reproduce, type ReproduceOptions, type ReproduceResult } from "../report/reproduce.js";
export { figureIds, studies, type FigureGroup, type ListedStudy } from "../studies/list.js";
export { nodeExecutor } from "../workers/node-pool.js";
export type { Comparison, ComparisonEntry, ComparisonException } from "../results/compare.js";
export type { Trajectory } from "../studies/trajectories/rows.js";
export type { HostDocument, HostSignal, HostSvg } from "../base/host.js";
export type { ExecuteOptions, Executor } from "../jobs/execute.js";
export type { AdaptivePlan, FigureDraft, Plan, RunTasks, Settings, Study } from "../studies/study.js";
export type { KernelOptions } from "../kernels/node.js";
export type { ResultOf, Task } from "../jobs/task.js";
export type { Table } from "../results/table.js";
export type { Figure, FigureOptions } from "../drawing/compose.js";
