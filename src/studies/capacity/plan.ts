import { lastOf } from "../../base/last.js";
import { assignmentConstructions } from "../../assignment/constructions.js";
import { designOf } from "../../designs/designs.js";
import { deriveSeed } from "../../base/random.js";
import { parseSpec } from "../../config/parse-spec.js";
import { designSize, type RunSpec } from "../../config/run-spec.js";
import { grouped } from "../../drawing/numbers.js";
import { capacity as drawCapacity, type CapacityRow } from "./figure.js";
import { concludeBisection, type LargestCount, type BisectionState, type SearchEffort } from "../bisection.js";
import { capacityLaws, exponentsText, logPointOf, pointOf } from "./laws.js";
import { localExponents } from "./power-law.js";
import { predictedLargest } from "./prediction.js";
import { capacityDefaults, reportDs } from "./settings.js";
import { isWanted, type FigureDraft, type RunTasks, type Study } from "../study.js";
import { computingDesigns } from "./computing-designs.js";
import { searchLargestCounts, type LargestCountSearch } from "../largest-count.js";
import { storageComparisonFigure, type ComputedLine } from "./storage-comparison-plan.js";

export interface CapacitySettings {
  readonly Ds: readonly number[];
  readonly S: number;
  readonly z: number;
  readonly layer: number;
  /** Threshold for the mean squared error of x over active circuits. */
  readonly threshold: number;
  readonly samples: number;
  readonly seed: number;
  /** Other fields of the runs' spec: a design, an assignment, gates. Default: the published construction. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** Samples per network: fewer in larger networks, because these average over more circuits. */
function samplesFor(settings: CapacitySettings, D: number): number {
  return Math.max(48, Math.min(settings.samples, Math.ceil((settings.samples * 1000) / D / 16) * 16));
}

function specFor(settings: CapacitySettings, D: number, T: number, networks: number): RunSpec {
  const { S, z, layer, seed, fields = {} } = settings;
  return parseSpec({
    ...{ D, T, L: layer, z: [z], networks, ...("design" in fields ? {} : { S }), ...fields },
    samples: samplesFor(settings, D),
    seed: deriveSeed(seed, "capacity", D, T),
  });
}

/** The largest T that the design, or the assignment, can hold. */
function assignableIn(settings: CapacitySettings, D: number): number {
  const spec = specFor(settings, D, Math.max(1, settings.z), 1);
  const design = designOf(spec.design);
  if (design !== null) return design.largest(designSize(spec, settings.z));
  return assignmentConstructions[spec.assignment].largest({ P: D / 4, S: spec.S });
}

/**
 * For every D, finds the largest T for which the error at the given layer is below the threshold; all values of D are
 * searched side by side. [E24]
 *
 * @param run runs tasks and returns results in the same order
 * @param effort default: `fullEffort`
 */
export async function measureCapacity(
  settings: CapacitySettings,
  run: RunTasks,
  effort?: SearchEffort,
): Promise<{ capacities: LargestCount[]; states: BisectionState[] }> {
  const { layer, threshold } = settings;
  const searches = settings.Ds.map((D): LargestCountSearch => ({
    state: { D, assignable: assignableIn(settings, D), probes: [] },
    specFor: (T, networks) => specFor(settings, D, T, networks),
  }));
  const states = await searchLargestCounts(searches, { layer, threshold, ...(effort ? { effort } : {}) }, run);
  return { capacities: states.map((state) => concludeBisection(state, settings.threshold)), states };
}

/**
 * The effort for a report, slightly below the full effort; with the full effort, the search takes one and a half times
 * as long.
 */
const REPORTED: SearchEffort = { firstNetworks: 3, mostNetworks: 8, narrow: 1.08 };
/**
 * The effort for all designs except the published one. The axis spans decades, so their lines need little precision.
 */
const BESIDE: SearchEffort = { firstNetworks: 2, mostNetworks: 4, narrow: 1.2 };

/** The whole range: about ten minutes on two cores. */
const wideDs = [...reportDs, 6000, 10_000, 16_000, 24_000, 40_000];

/** CAP: the largest T as a function of D, the subject of the asymptotic claim. */
export const capacity: Study = {
  id: "capacity",
  question: "How does the number of circuits that fit grow with the width of the network?",
  expectedSeconds: 2,
  plan: ({ seed, quick, wide }, figures) => ({
    measure: async (run) => {
      const settings = {
        ...capacityDefaults,
        Ds: quick ? reportDs.slice(0, 4) : wide ? wideDs : reportDs,
        seed,
      };
      const { capacities, states } = await measureCapacity(settings, run, wide ? undefined : REPORTED);
      const figure = capacityFigure(settings, capacities, states);
      if (!isWanted(figures, "S5")) return [figure];
      const lines: ComputedLine[] = [{ name: "published", capacities }];
      for (const { name, fields, Ds, samples } of computingDesigns) {
        const own = { ...settings, Ds: quick ? Ds.slice(0, 2) : Ds, samples, fields };
        lines.push({ name, capacities: (await measureCapacity(own, run, BESIDE)).capacities });
      }
      return [figure, await storageComparisonFigure(lines, { seed, quick, wide }, run)];
    },
  }),
};

export function capacityFigure(
  settings: CapacitySettings,
  capacities: readonly LargestCount[],
  states: readonly BisectionState[],
): FigureDraft {
  const { S, z, layer, threshold } = settings;
  const laws = capacityLaws(capacities);
  const rows = capacities.map((found): CapacityRow => ({
    ...found,
    predicted: predictedLargest({ D: found.D, S, z, layer, threshold }),
    networks: Math.max(...states.find(({ D }) => D === found.D)!.probes.map(({ values }) => values.length)),
    samples: samplesFor(settings, found.D),
  }));
  const [first, last] = [rows[0], lastOf(rows)];
  const shares = [first, ...(last === first ? [] : [last])].map(
    ({ D, T, predicted }) => `${(T / predicted).toFixed(2)} at D = ${grouped(D)}`,
  );
  return {
    id: "CAP",
    question: "How does the largest number of circuits with small errors grow with the width D?",
    settings: [
      ["network", `rotations, d = 4, S = ${S}, capped; D = ${first.D} … ${last.D}`],
      ["criterion", `mean |δx|² of active circuits at layer ${layer} below ${threshold}, z = ${z}`],
      [
        "search",
        "bisection in ln T: a probe adds networks, up to 8 (12 with --wide), until its mean is two standard errors from the threshold. " +
          "The crossing is interpolated in the last bracket, whose ends differ by at most 8% (6% with --wide)",
      ],
      ["exponents of D", exponentsText(laws)],
      ["measured / predicted by [E22]", shares.join(", ")],
    ],
    howToRead:
      "Each mark is the largest T at one D, with its standard deviation. The claim is T = Õ(D²/d²) [E24]: a slope of 2 up to " +
      "logarithms. Below are the slopes between neighbouring values of D. A power law is fitted and drawn over the largest values of D whose points lie on one line " +
      "(χ² per degree of freedom at most 3); its error comes from the jackknife over D. The thin lines have the slopes of D²/d² and D²/(d² ln T) and go through the " +
      "middle of the points. The dashed line is the T at which the theory [E22] predicts that the error reaches the threshold; the theory does not model seizures. Hollow marks are sizes at which the errors are below the threshold even at the assignment's largest T; these marks are lower " +
      "bounds and not part of the fit. The grey line is the largest T of the assignment, which depends on S and z (docs/capacity.md).",
    samples: `${Math.min(...rows.map(({ samples }) => samples))}–${Math.max(...rows.map(({ samples }) => samples))}`,
    networks: `3–${Math.max(...rows.map((row) => row.networks))}`,
    rows,
    theory: {
      caption: `Largest T with mean |δx|² ≤ ${threshold} at layer ${layer}, z = ${z}`,
      columns: [
        ...["D", "T", "± (relative)", "local exponent", "±", "of T·ln T", "[E22] predicts", "T / predicted"],
        ...["T·d²/D²", "T·ln T·d²/D²", "largest T of the assignment", "censored"],
      ],
      rows: rows.map(({ D, T, logSd, assignable, censored, predicted }, k) => {
        const since = k === 0 || censored || rows[k - 1].censored ? null : rows[k - 1];
        const [local] = since === null ? [] : localExponents([pointOf(since), pointOf(rows[k])]);
        const [withLog] = since === null ? [] : localExponents([logPointOf(since), logPointOf(rows[k])]);
        return [
          ...[D, Math.round(T), censored ? null : logSd],
          ...[local?.exponent ?? null, local?.sd ?? null, withLog?.exponent ?? null],
          ...[Math.round(predicted), T / predicted],
          ...[T * (4 / D) ** 2, T * Math.log(T) * (4 / D) ** 2, assignable, censored ? "yes" : "no"],
        ];
      }),
    },
    comparisonNote: "We know of no earlier measurement of the largest T.",
    keeps: rows,
    draw: (options, kept) =>
      drawCapacity(rows, { ...options, laws, kept: kept as readonly CapacityRow[], threshold, layer, z, d: 4 }),
  };
}
