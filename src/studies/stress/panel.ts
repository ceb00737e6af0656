import { collect } from "../../jobs/execute.js";
import { HOLDS } from "../../engine/sums.js";
import type { Circuits } from "../../circuits/circuits.js";
import type { RunTasks } from "../study.js";
import type { Inventory } from "./inventory.js";
import type { StressedNetworks } from "./cost.js";
import type { DetailsTask, PerturbedTask, StressDetails } from "./measure.js";
import { panel, perturbation, relativeKinds, relativePerturbation, type Perturbation } from "./perturbations.js";
import type { InactiveReadouts, StepErrors } from "./runner.js";

/** The networks to test, and how thoroughly. */
export interface StressInput {
  readonly networks: StressedNetworks;
  /** The indices of the networks, in order. */
  readonly numbers: readonly number[];
  readonly circuits: Pick<Circuits, "T" | "L" | "readouts" | "inputs">;
  /** Circuits active at once; the panel is run for each value. */
  readonly z: readonly number[];
  /** Number of samples per network. */
  readonly samples: number;
  readonly seed: number;
  /** The levels of noise on weights, neurons and inputs; default: `levels`. */
  readonly levels?: readonly number[];
  /**
   * The kinds of perturbations to run in addition to the unperturbed network; if given, the search for worst sets is
   * omitted. Default: all kinds, and the search for worst sets.
   */
  readonly only?: readonly string[];
}

/** The result of a network under one perturbation. */
export interface StressRow {
  /** The value of z for which the panel is run. */
  readonly z: number;
  readonly kind: string;
  readonly name: string;
  readonly level: number | null;
  /** Number of circuits active at once in the perturbation's samples. */
  readonly active: number;
  /**
   * Number of steps before the mean squared error of x first exceeds 0.25. If it stays at or below 0.25 in all steps
   * that were run, the depth is a lower bound.
   */
  readonly depth: number;
  readonly isLeast: boolean;
  /** Whether the depth is at most half the depth without perturbation. */
  readonly halves: boolean;
  /**
   * The last step that was run, and the error of x there: mean square, and share of circuits with an error above 0.25.
   */
  readonly step: number;
  readonly meanSquare: number;
  readonly wrong: number;
  /** The root mean square of x at the step where it is largest, and the largest activation at any step. */
  readonly size: number;
  readonly largest: number;
}

/** The smallest relative perturbation that halves the depth; null if none in the panel does. */
export interface Headline {
  readonly z: number;
  readonly depth: number;
  readonly isLeast: boolean;
  readonly smallest: {
    readonly kind: string;
    readonly name: string;
    readonly level: number;
    readonly depth: number;
  } | null;
  /**
   * The perturbation, other than longer inputs, that gives the largest x; `size` is the root mean square of x over
   * active circuits, relative to inputs of length 1.
   */
  readonly largest: Pick<StressRow, "name" | "level" | "size">;
}

/** Readouts of inactive circuits after one step, per sample. */
export interface InactiveRow {
  readonly z: number;
  readonly step: number;
  /**
   * Number of inactive circuits with |x| > 0.25, and how many of them have an indicator within ±0.25, which does not
   * reveal the error.
   */
  readonly wrongX: number;
  readonly unseenX: number;
  /** Number of inactive circuits with an indicator beyond ±0.25. */
  readonly wrongIndicators: number | null;
  readonly largestX: number;
  readonly largestIndicator: number | null;
}

/** The worst set of active circuits that a search found. */
export interface WorstRow {
  readonly z: number;
  readonly step: number;
  /** The largest |δx| of a circuit in this set. */
  readonly error: number;
  readonly circuits: readonly number[];
}

/** All results for a network. */
export interface StressReport {
  readonly inventory: Inventory & { readonly largestActivation: number };
  readonly headlines: readonly Headline[];
  readonly rows: readonly StressRow[];
  readonly inactive: readonly InactiveRow[];
  readonly worst: readonly WorstRow[];
}

/** Number of smaller levels to try, enough to determine the level in the headline to within about 10%. */
const REFINEMENTS = 5;
/** The step at which inactive circuits and worst sets are examined, if the depth is at least this many steps. */
const LOOKED_AT = 5;
/** Number of changes that the search tries on each sample. */
const CHANGES = 24;

/** Tests networks under every perturbation of the panel. The report depends on the input alone. */
export async function stress(input: StressInput, run: RunTasks): Promise<StressReport> {
  const { circuits, numbers, only } = input;
  const panels = input.z.map((z) =>
    panel(circuits, z, input.levels).filter(({ kind }) => kind === "none" || only?.includes(kind) !== false),
  );
  const measured = await measureAll(input, panels.flat(), run);
  const rows: StressRow[] = [];
  const headlines: Headline[] = [];
  const inactive: InactiveRow[] = [];
  const worst: WorstRow[] = [];
  let inventory: Inventory | null = null;
  let at = 0;
  for (const [k, z] of input.z.entries()) {
    const clean = depthOf(measured[at]);
    const own = panels[k].map((each, index) => rowOf(z, each, measured[at + index], clean, circuits.L));
    at += panels[k].length;
    headlines.push(await headlineOf(input, own, run));
    const step = Math.max(1, Math.min(LOOKED_AT, clean));
    const found = await measureDetails(input, z, step, run);
    inventory ??= largestOf(found.map((each) => each.inventory));
    const searched = merged(
      found.map((each) => each.worst.steps),
      input.samples * z,
    );
    rows.push(...own);
    if (only === undefined) rows.push(rowOf(z, perturbation("search", z, null), searched, clean, circuits.L));
    for (const [which, at] of [1, step].entries()) {
      if (which === 1 && at === 1) continue;
      inactive.push(
        inactiveOf(
          z,
          at,
          found.map((each) => each.inactive[which]),
        ),
      );
    }
    const { error, circuits: set } = found.map((each) => each.worst).reduce((a, b) => (b.error > a.error ? b : a));
    if (only === undefined) worst.push({ z, step, error, circuits: set });
  }
  if (inventory === null || numbers.length === 0) throw new Error("No perturbations were requested.");
  const largestActivation = Math.max(...rows.filter(({ kind }) => kind === "none").map(({ largest }) => largest));
  return { inventory: { ...inventory, largestActivation }, headlines, rows, inactive, worst };
}

/** The means over all circuits at a step. */
type StepMeans = StepErrors;

/** The tasks of some perturbations, one network after another. */
export function stressTasks(
  { networks: spec, numbers, samples, seed }: Pick<StressInput, "networks" | "numbers" | "samples" | "seed">,
  perturbations: readonly Perturbation[],
  end: Pick<PerturbedTask, "until" | "isWhole"> = {},
): PerturbedTask[] {
  return numbers.flatMap((network) =>
    perturbations.map((each): PerturbedTask => ({
      ...{ kind: "stress", spec, network, seed, samples, networks: numbers.length, perturbation: each },
      ...end,
    })),
  );
}

/**
 * Means per step for every perturbation, up to the last step that all networks ran, from the results of `stressTasks`.
 */
export function meansOf(
  { numbers, samples }: StressInput,
  perturbations: readonly Perturbation[],
  results: readonly (readonly StepErrors[])[],
): StepMeans[][] {
  return perturbations.map(({ z }, k) =>
    merged(
      numbers.map((_, n) => results[n * perturbations.length + k]),
      samples * z,
    ),
  );
}

async function measureAll(
  input: StressInput,
  perturbations: readonly Perturbation[],
  run: RunTasks,
  end: Pick<PerturbedTask, "until"> = {},
): Promise<StepMeans[][]> {
  const tasks = stressTasks(input, perturbations, end);
  return meansOf(input, perturbations, await collect(run(tasks, tasks.length)));
}

function merged(networks: readonly (readonly StepErrors[])[], count: number): StepMeans[] {
  const steps = Math.min(...networks.map(({ length }) => length));
  return Array.from({ length: steps }, (_, l) => {
    const mean = (of: "squares" | "wrong" | "sizes"): number =>
      networks.reduce((sum, own) => sum + own[l][of], 0) / (count * networks.length);
    return {
      ...{ squares: mean("squares"), wrong: mean("wrong"), sizes: mean("sizes") },
      worst: Math.max(...networks.map((own) => own[l].worst)),
      largest: Math.max(...networks.map((own) => own[l].largest)),
    };
  });
}

/** Number of steps before the mean square first exceeds 0.25. */
export function depthOf(steps: readonly StepMeans[]): number {
  const beyond = steps.findIndex(({ squares }) => !(squares <= HOLDS));
  return beyond === -1 ? steps.length : beyond;
}

function rowOf(z: number, of: Perturbation, steps: readonly StepMeans[], clean: number, L: number): StressRow {
  const depth = depthOf(steps);
  const last = steps[steps.length - 1];
  return {
    ...{ z, kind: of.kind, name: of.name, level: of.level, active: of.z },
    ...{ depth, isLeast: depth === L, halves: depth <= clean / 2 },
    ...{ step: steps.length, meanSquare: last.squares, wrong: last.wrong },
    size: Math.sqrt(Math.max(...steps.map(({ sizes }) => sizes))),
    largest: Math.max(...steps.map(({ largest }) => largest)),
  };
}

/** The smallest level at which a perturbation of the panel halves the depth, refined by trying smaller levels. */
async function headlineOf(input: StressInput, rows: readonly StressRow[], run: RunTasks): Promise<Headline> {
  const [{ z, depth, isLeast }] = rows;
  const notLonger = rows.filter(({ kind }) => kind !== "length");
  const { name, level, size } = notLonger.reduce((a, b) => (b.size > a.size ? b : a));
  const clean = { z, depth, isLeast, largest: { name, level, size } };
  const relative = rows.flatMap((row) =>
    row.level !== null && relativeKinds.includes(row.kind) ? [{ ...row, level: row.level }] : [],
  );
  const halving = depth === 0 ? [] : relative.filter(({ halves }) => halves);
  if (halving.length === 0) return { ...clean, smallest: null };
  const least = Math.min(...halving.map((row) => row.level));
  const found = [];
  for (const start of halving.filter((row) => row.level === least)) {
    const below = relative.filter((row) => row.kind === start.kind && row.level < least).map((row) => row.level);
    let known = below.length === 0 ? 0 : Math.max(...below);
    let best = { level: least, depth: start.depth };
    for (let k = 0; k < REFINEMENTS; k++) {
      const level = Number((known === 0 ? best.level / 3 : Math.sqrt(known * best.level)).toPrecision(2));
      if (level === known || level === best.level) break;
      const until = Math.floor(depth / 2) + 1;
      const [steps] = await measureAll(input, [relativePerturbation(start.kind, z, level)], run, { until });
      const own = depthOf(steps);
      if (own <= depth / 2) best = { level, depth: own };
      else known = level;
    }
    found.push({ kind: start.kind, name: start.name, ...best });
  }
  return { ...clean, smallest: found.reduce((a, b) => (b.level < a.level ? b : a)) };
}

async function measureDetails(
  { networks: spec, numbers, samples, seed, only }: StressInput,
  z: number,
  step: number,
  run: RunTasks,
): Promise<StressDetails[]> {
  const tasks = numbers.map((network): DetailsTask => ({
    ...{ kind: "stress-details", spec, network, seed, samples, networks: numbers.length },
    ...{ z, step, changes: only === undefined ? CHANGES : 0 },
  }));
  return collect(run(tasks, tasks.length));
}

function inactiveOf(z: number, step: number, all: readonly InactiveReadouts[]): InactiveRow {
  const samples = all.reduce((sum, own) => sum + own.samples, 0);
  const perSample = (of: "wrongX" | "unseenX" | "wrongIndicators"): number =>
    all.reduce((sum, own) => sum + (own[of] ?? 0), 0) / samples;
  const hasIndicators = all[0].wrongIndicators !== null;
  return {
    ...{ z, step, wrongX: perSample("wrongX"), unseenX: perSample("unseenX") },
    wrongIndicators: hasIndicators ? perSample("wrongIndicators") : null,
    largestX: Math.max(...all.map(({ largestX }) => largestX)),
    largestIndicator: hasIndicators ? Math.max(...all.map(({ largestIndicator }) => largestIndicator ?? 0)) : null,
  };
}

/** Combines the inventories of several networks built from one spec, by taking the largest value of each number. */
function largestOf(all: readonly Inventory[]): Inventory {
  const most = (of: keyof Inventory): number => Math.max(...all.map((own) => own[of]));
  return {
    ...all[0],
    ...{ differentCircuits: most("differentCircuits"), largestWeight: most("largestWeight") },
    largestBias: most("largestBias"),
  };
}
