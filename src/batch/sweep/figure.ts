import { InputError } from "../../base/errors.js";
import { activities, statisticsOf, type Activity, type ErrorRow, type Statistic } from "../../results/rows.js";
import { mean, standardDeviation } from "../../results/statistics.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { errorsByLayer } from "../../studies/layer-errors/figure.js";
import { errorsByLoad } from "../../studies/scaling/figure.js";
import { shapeOf } from "../../config/run-spec.js";
import { OVERFLOW } from "../../engine/sums.js";
import { listed } from "../../drawing/numbers.js";
import { fieldsFigure, refuseDifferent } from "./fields-figure.js";
import type { ErrorsFigure, SweepFigure } from "./plan.js";
import type { ResultLine } from "../../results/result-line.js";

/**
 * Draws the figure that a sweep file requests.
 *
 * @throws InputError when the rows lack something that the figure needs
 */
export function drawSweep(figure: SweepFigure, all: readonly ResultLine[], options: FigureOptions): Figure {
  if (all.length === 0) throw new InputError("figure: there are no results to draw.");
  const { lines, remark } = withoutRunaways(all);
  if (figure.kind === "fields") return fieldsFigure(figure, lines, { ...options, remark });
  return drawErrors(figure, lines, { ...options, remark });
}

/** The value at which the engines cap errors, allowing for rounding. */
const STOPPED = 0.999 * OVERFLOW;

/** Omits runaway runs, because they would leave no room for other runs. The caption names the omitted runs. */
function withoutRunaways(all: readonly ResultLine[]): {
  readonly lines: readonly ResultLine[];
  readonly remark: string;
} {
  const ranAway = ({ rows }: ResultLine): boolean =>
    rows.some((row) =>
      statisticsOf(row).some(({ worst, meanSquare }) => !(worst ** 2 < STOPPED && meanSquare < STOPPED)),
    );
  const away = all.filter(ranAway).map(({ index }) => index);
  if (away.length === 0) return { lines: all, remark: "" };
  const few = away.slice(0, 8);
  const which = few.length < away.length ? `${few.join(", ")} and ${away.length - few.length} more` : listed(few);
  const what = `${away.length === 1 ? "Run" : "Runs"} ${which} diverged: errors reached 1e30, the largest value kept`;
  if (away.length === all.length) return { lines: all, remark: `${what}.` };
  return {
    lines: all.filter((line) => !ranAway(line)),
    remark: `${what}; ${away.length === 1 ? "it is" : "they are"} not drawn.`,
  };
}

function drawErrors(figure: ErrorsFigure, lines: readonly ResultLine[], options: FigureOptions): Figure {
  const { kind, readout, circuits } = figure;
  const lacking = lines.find(({ rows }) => rows.some(({ readouts }) => !Object.hasOwn(readouts, readout)));
  if (lacking !== undefined) {
    const names = Object.keys(lacking.rows[0].readouts);
    throw new InputError(
      `figure.readout = "${readout}": run ${lacking.index} has no such readout; it has ${names.join(", ")}.`,
    );
  }
  const finite = lines.map((line) => ({ ...line, rows: line.rows.filter((row) => isFiniteRow(row, readout)) }));
  if (finite.every(({ rows }) => rows.length === 0)) {
    throw new InputError(`figure.readout = "${readout}": all its errors are infinite.`);
  }
  if (kind === "errors-by-layer") {
    refuseDifferent(lines);
    return errorsByLayer(averaged(finite), { ...options, readout });
  }
  const blocks = new Set(lines.map(({ spec }) => shapeOf(spec).d));
  if (blocks.size > 1) throw new InputError("figure.kind = errors-by-load: the runs' circuits must have the same d.");
  const rows = finite.flatMap(({ index, spec: { D, T }, rows }) =>
    rows.map((row) => ({ D, T, row, name: `run ${index}: D = ${D}, T = ${T}` })),
  );
  return errorsByLoad(rows, { ...options, readout, circuits, d: [...blocks][0] });
}

/** Whether a row can be drawn: if a seizure lasts for many layers, errors can overflow. */
function isFiniteRow({ readouts }: ErrorRow, readout: string): boolean {
  return activities.every((activity) => {
    const { meanSquare, worst } = readouts[readout][activity];
    return Number.isFinite(meanSquare) && Number.isFinite(worst);
  });
}

/** One row per z and layer: mean, standard deviation and worst error over the runs that have this z and layer. */
export function averaged(lines: readonly ResultLine[]): ErrorRow[] {
  const groups = new Map<string, ErrorRow[]>();
  for (const row of lines.flatMap(({ rows }) => rows)) {
    const key = `${row.z} ${row.layer}`;
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  const rows = Array.from(groups.values(), (group) => (group.length === 1 ? group[0] : merged(group)));
  return rows.sort((a, b) => a.z - b.z || a.layer - b.layer);
}

function merged(rows: readonly ErrorRow[]): ErrorRow {
  const first = rows[0];
  const names = Object.keys(first.readouts).filter((name) =>
    rows.every(({ readouts }) => Object.hasOwn(readouts, name)),
  );
  const blocks = Math.min(...rows.map(({ activeFraction }) => activeFraction.length));
  const read = rows.flatMap(({ inactiveSamples }) => inactiveSamples ?? []);
  const fractions = Array.from({ length: blocks }, (_, i) => rows.map(({ activeFraction }) => activeFraction[i]));
  return {
    z: first.z,
    layer: first.layer,
    samples: Math.min(...rows.map(({ samples }) => samples)),
    networks: rows.reduce((count, { networks }) => count + networks, 0),
    ...(read.length === 0 ? {} : { inactiveSamples: Math.min(...read) }),
    readouts: Object.fromEntries(
      names.map((name) => {
        const networks = rows.map((row) => row.networks);
        const of = (activity: Activity): Statistic =>
          statistic(
            rows.map(({ readouts }) => readouts[name][activity]),
            networks,
          );
        return [name, { active: of("active"), inactive: of("inactive") }];
      }),
    ),
    activeFraction: fractions.map(mean),
    activeFractionSd: fractions.map((values) => standardDeviation(values)!),
    expectedActiveFraction: mean(rows.map(({ expectedActiveFraction }) => expectedActiveFraction)),
  };
}

function statistic(all: readonly Statistic[], networks: readonly number[]): Statistic {
  const total = networks.reduce((sum, count) => sum + count, 0);
  const counted = all.flatMap(({ wrong }) => (typeof wrong === "number" ? [wrong] : []));
  const theories = all.flatMap(({ theory }) => (theory === null ? [] : [theory]));
  return {
    meanSquare: all.reduce((sum, { meanSquare }, k) => sum + meanSquare * networks[k], 0) / total,
    sd: standardDeviation(all.map(({ meanSquare }) => meanSquare)),
    worst: Math.max(...all.map(({ worst }) => worst)),
    wrong: counted.length === all.length ? mean(counted) : null,
    theory: theories.length === all.length ? mean(theories) : null,
  };
}
