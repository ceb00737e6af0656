import { InputError, within } from "../../base/errors.js";
import { buildLikeMultiPart, readoutsOf } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";
import type { ErrorRow, Statistic } from "../../results/rows.js";
import { rowsOfParts } from "../../runs/rows.js";
import { stressCost } from "../../studies/stress/cost.js";
import { stressTasks } from "../../studies/stress/panel.js";
import { mainReadout } from "../../studies/stress/readouts.js";
import type { StepErrors } from "../../studies/stress/runner.js";
import { perturbationsOf, type PanelLine } from "../../studies/stress/stressable.js";
import type { RunAllOptions } from "../run-all.js";

/**
 * Runs specs with the perturbation of one line of the stress panel and yields the rows of each spec, in order. Later
 * specs start before earlier ones end. Rows contain only the readout by which depth is measured, and only for active
 * circuits. The numbers are the same as in `superpose stress` with the samples, networks and seed of the spec.
 *
 * @throws what the first failing task throws, or the signal's reason if the signal is aborted
 */
export async function* runAllUnder(
  line: PanelLine,
  specs: readonly RunSpec[],
  { executor, onProgress, signal }: RunAllOptions,
): AsyncGenerator<readonly ErrorRow[], void, undefined> {
  const tasks = specs.flatMap((spec) => tasksUnder(line, spec));
  const results = executor.results(tasks, { onDone: (done) => onProgress?.(done, tasks.length), signal });
  let next = 0;
  let found: (readonly StepErrors[])[] = [];
  for await (const result of results) {
    found.push(result);
    const spec = specs[next];
    if (found.length < spec.networks * spec.z.length) continue;
    yield rowsUnder(line, spec, found);
    found = [];
    next++;
  }
}

/**
 * Checks, before anything is run, that a spec supports the perturbation and the readout of an objective.
 *
 * @throws InputError naming the objective's key and the available choices
 */
export function checkUnder(line: PanelLine, readout: string, spec: RunSpec): void {
  within("objective.under", () => perturbationsOf(spec, line));
  const { name } = mainReadout({ readouts: readoutsOf(spec) });
  if (readout !== name) {
    throw new InputError(
      `objective.readout = "${readout}": for these circuits the panel measures ${name}; use that readout.`,
    );
  }
}

/**
 * A very rough estimate of the time, in seconds, that one core needs to measure a spec under one of the panel's
 * perturbations.
 */
export function secondsUnder(spec: RunSpec): number {
  const { load, run } = stressCost({ run: spec }, spec.samples);
  const milliseconds = spec.networks * (load + spec.z.length * run);
  return milliseconds / 1000;
}

/** The tasks of one spec, sorted by network and then by z. */
function tasksUnder(line: PanelLine, spec: RunSpec): ReturnType<typeof stressTasks> {
  const { samples, seed } = spec;
  const numbers = Array.from({ length: spec.networks }, (_, network) => network);
  return stressTasks({ networks: { run: spec }, numbers, samples, seed }, perturbationsOf(spec, line), {
    isWhole: true,
  });
}

/** The name of a panel line, such as "all" or "noiseAfter 0.01". */
export function nameOfLine({ kind, level }: PanelLine): string {
  return level === null ? kind : `${kind} ${level}`;
}

/** @param results one entry per task, in the order of `tasksUnder` */
function rowsUnder(line: PanelLine, spec: RunSpec, results: readonly (readonly StepErrors[])[]): ErrorRow[] {
  const network = buildLikeMultiPart(spec);
  const shareOf = rowsOfParts(network, spec);
  const { name } = mainReadout(network.circuits);
  const { samples, networks, L } = spec;
  return spec.z.flatMap((z, k) => {
    const own = Array.from({ length: networks }, (_, n) => results[n * spec.z.length + k]);
    const { expectedActiveFraction } = shareOf(z);
    return Array.from({ length: L + 1 }, (_, layer): ErrorRow => {
      const steps = layer === 0 ? own.map(() => null) : own.map((all) => all[layer - 1]);
      return {
        ...{ z, layer, samples, networks, inactiveSamples: 0, under: nameOfLine(line) },
        readouts: { [name]: { active: statisticOf(steps, samples * z), inactive: noneOf(networks) } },
        ...{ activeFraction: [], activeFractionSd: networks === 1 ? null : [], expectedActiveFraction },
      };
    });
  });
}

/** @param steps one entry per network; null for the input, whose error is 0 */
function statisticOf(steps: readonly (StepErrors | null)[], count: number): Statistic {
  const mean = (of: "squares" | "wrong"): number =>
    steps.reduce((sum, step) => sum + (step?.[of] ?? 0), 0) / (count * steps.length);
  const meanSquare = mean("squares");
  const squares = steps.reduce((sum, step) => sum + ((step?.squares ?? 0) / count - meanSquare) ** 2, 0);
  return {
    meanSquare,
    sd: steps.length === 1 ? null : Math.sqrt(squares / (steps.length - 1)),
    worst: Math.max(...steps.map((step) => step?.worst ?? 0)),
    ...{ wrong: mean("wrong"), theory: null },
  };
}

/** The statistic of inactive circuits, whose errors are not measured here. */
function noneOf(networks: number): Statistic {
  return { meanSquare: 0, sd: networks === 1 ? null : 0, worst: 0, wrong: null, theory: null };
}
