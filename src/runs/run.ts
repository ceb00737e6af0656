import type { HostSignal } from "../base/host.js";
import { given, InputError, oneOf } from "../base/errors.js";
import { finishAsync } from "../base/steps-async.js";
import { sampler } from "../engine/sampling.js";
import type { Kernels } from "../kernels/kernels.js";
import { Arena } from "../kernels/memory.js";
import { checkGiven, someGiven, type GivenSamples } from "../engine/given-samples.js";
import { SingleExecutor, type Executor } from "../jobs/execute.js";
import { taskKindsOf } from "../jobs/task.js";
import { loadKernels } from "../kernels/node.js";
import { engineNames, type EngineName } from "./engines.js";
import { chunkKind, type ChunkTask } from "./chunk.js";
import { checkSpec } from "../config/check-spec.js";
import type { RunSpec } from "../config/run-spec.js";
import { circuitsOfRun } from "../config/build.js";
import { givenNaiveErrors, mergeRuns, runExpectations, runNaiveErrors, runRows } from "./rows.js";
import { countTasks, runTasks } from "./tasks.js";
import type { ErrorRow } from "../results/rows.js";
import type { NaiveErrors } from "../theory/naive.js";

/** A run's spec and its rows. */
export interface RunResult {
  readonly spec: RunSpec;
  readonly rows: readonly ErrorRow[];
  /** Errors of the naive network by readout; index k holds layer k+1. [L4] */
  readonly naive: Readonly<Record<string, NaiveErrors>>;
  readonly seconds: number;
}

/** Executor, progress callback and cancellation for a run. */
export interface RunOptions {
  readonly onProgress?: (done: number, total: number) => void;
  /**
   * Called after the measurement, while the theory is computed (which takes seconds for deep circuits), with the
   * completed fraction from 0 to 1.
   */
  readonly onTheory?: (share: number) => void;
  readonly signal?: HostSignal;
  /** The executor that runs the tasks; default: this thread. Does not affect the results. */
  readonly executor?: Executor;
  /** Default "factored"; "dense" is slower and gives the same results within rounding. */
  readonly engine?: EngineName;
  /**
   * Samples to run through every network instead of random ones; the spec states their number. The results then contain
   * no predictions of the theory.
   */
  readonly inputs?: GivenSamples | undefined;
}

/**
 * Runs one experiment: sends random inputs through `networks` random networks and compares the results with those of
 * the circuits run alone. [E18] [E19]
 *
 * @returns a row for each z and layer 0…L; rows depend on the spec alone
 * @throws InputError if a field of the spec is out of bounds (the error names it), the engine is unknown, or the inputs
 *   do not match the spec
 * @throws the signal's reason if the signal is aborted
 */
export async function runSpec(spec: RunSpec, options: RunOptions = {}): Promise<RunResult> {
  const start = performance.now();
  checkSpec(spec);
  given("options", options, "an object { engine, executor, … }");
  const engine = oneOf("engine", options.engine ?? "factored", engineNames);
  if (options.executor !== undefined)
    given("executor", options.executor, "an executor from nodeExecutor or localExecutor", "results");
  const executor = options.executor ?? new SingleExecutor(taskKindsOf([chunkKind]), loadKernels());
  const { inputs } = options;
  if (inputs !== undefined) checkInputsOf(spec, inputs);
  const total = countTasks(spec);
  const results = executor.results(tasksOf(spec, engine, inputs), {
    onDone: (done) => options.onProgress?.(done, total),
    signal: options.signal,
  });
  const [sums] = await mergeRuns([spec], results);
  if (inputs === undefined) {
    await finishAsync(runExpectations(spec), { signal: options.signal, onProgress: options.onTheory });
  }
  const naive = inputs === undefined ? runNaiveErrors(spec) : givenNaiveErrors(spec, inputs);
  const rows = runRows(spec, sums, inputs === undefined);
  return { spec, rows, naive, seconds: (performance.now() - start) / 1000 };
}

/**
 * The rows of one network of a run, measured in this thread.
 *
 * @param index number of the network
 */
export async function runNetwork(
  spec: RunSpec,
  index: number,
  signal?: HostSignal,
): Promise<Pick<RunResult, "rows" | "naive">> {
  const executor = new SingleExecutor(taskKindsOf([chunkKind]), loadKernels());
  const tasks = [...runTasks(spec)].filter(({ network }) => network === index);
  const [sums] = await mergeRuns([{ ...spec, networks: 1 }], executor.results(tasks, { signal }));
  await finishAsync(runExpectations(spec), { signal });
  return { rows: runRows(spec, sums), naive: runNaiveErrors(spec) };
}

function* tasksOf(spec: RunSpec, engine: EngineName, inputs?: GivenSamples): Generator<ChunkTask, void, undefined> {
  for (const task of runTasks(spec)) {
    yield inputs === undefined
      ? { ...task, engine }
      : { ...task, engine, given: someGiven(inputs, task.first, task.count) };
  }
}

function checkInputsOf(spec: RunSpec, inputs: GivenSamples): void {
  const samples = checkGiven(circuitsOfRun(spec, 0), inputs);
  if (spec.z.length !== 1 || spec.z[0] !== inputs.z || spec.samples !== samples) {
    throw new InputError(
      `inputs: ${samples} samples of z = ${inputs.z}; the spec has ${spec.samples} of z = ${spec.z.join(", ")}.`,
      "shape",
    );
  }
}

/** Number of samples drawn at a time. */
const BATCH = 1024;

/**
 * The random samples of a run with one network and one z, to be stored, examined, or run again.
 *
 * @param kernels the core that draws the samples; the call takes over its memory
 */
export function drawnSamples(spec: RunSpec, kernels: Kernels): GivenSamples {
  const circuits = circuitsOfRun(spec, 0);
  const { d } = circuits;
  const { samples, seed, sampling } = spec;
  const [z] = spec.z;
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const buffers = { ids: arena.bytes(4 * BATCH * z), inputs: arena.bytes(8 * BATCH * z * d) };
  const draw = sampler(kernels, arena, circuits, buffers);
  const drawn = { z, circuits: new Uint32Array(samples * z), inputs: new Float64Array(samples * z * d) };
  for (let first = 0; first < samples; first += BATCH) {
    const count = Math.min(BATCH, samples - first);
    draw({ z, sampling, seed, network: 0 }, first, count);
    drawn.circuits.set(arena.viewU32(buffers.ids, count * z), first * z);
    drawn.inputs.set(arena.viewF64(buffers.inputs, count * z * d), first * z * d);
  }
  return drawn;
}
