/** The entry for Node: loads the core from disk, uses worker threads, and performs whole runs. */

export { loadKernels, type KernelOptions } from "../kernels/node.js";
export { nodeExecutor } from "../workers/node-pool.js";
export { localExecutor } from "../workers/local.js";
export { runSpec, type RunOptions, type RunResult } from "../runs/run.js";
export type { ExecuteOptions, Executor } from "../jobs/execute.js";
export type { Activity, ErrorRow, Statistic } from "../results/rows.js";
export type { GivenSamples } from "../engine/given-samples.js";
export type { Kernels } from "../kernels/kernels.js";
export type { Clock } from "../jobs/clock.js";
export type { RunSpec } from "../config/run-spec.js";
export type { HostSignal, WasmMemory } from "../base/host.js";
export type { EngineName } from "../runs/engines.js";
export type { ResultOf, Task } from "../jobs/task.js";
export type { SpecCircuits } from "../config/circuits.js";
export type { Sampling } from "../circuits/inputs.js";
export type { DesignName } from "../designs/designs.js";
export type { Construction, FactoredConstruction, Gate, MatrixConstruction, NoiseAt } from "../network/construction.js";
export type { AssignmentKind } from "../assignment/constructions.js";
export type { Schedule } from "../network/embedding.js";
export type { BuiltInCircuits, LibraryCircuits, UnmixedCircuits } from "../circuits/kinds.js";
export type { MixedFields } from "../circuits/kinds/mixed.js";
export type { CustomCircuits, CustomWeights } from "../circuits/custom/custom.js";
export type { InputDistribution, InputsByCircuit, Readout, SharedInputs } from "../circuits/circuits.js";
export type { GivenOf } from "../circuits/kinds/kind.js";
export type { NaiveErrors } from "../theory/naive.js";
