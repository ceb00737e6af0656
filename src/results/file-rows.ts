import { isNumber, numbered } from "./numbers-in-json.js";
import { activities, bothOf, type Activity, type ErrorRow, type Statistic, type StatisticOf } from "./rows.js";

// The form of rows in files and messages: the statistics of a readout are two fields with names such as `xActive` and
// `xInactive`. Only this module makes or splits these names.

/** A row whose statistics are keyed by their names in files. */
export type FileRow = Omit<ErrorRow, "readouts"> & { readonly errors: Readonly<Record<string, Statistic>> };

const endings: Readonly<Record<Activity, string>> = { active: "Active", inactive: "Inactive" };

/** A statistic's name in files, such as "xActive". */
export function nameInFiles({ readout, activity }: StatisticOf): string {
  return readout + endings[activity];
}

/**
 * The statistic and field that a name such as `xActive.meanSquare` stands for; null if the name stands for no field.
 */
export function statisticNamed(name: string): (StatisticOf & { readonly field: keyof Statistic }) | null {
  const [, readout, ending, field] = /^(\w+?)(Active|Inactive)\.(\w+)$/.exec(name) ?? [];
  const known = (["meanSquare", "sd", "worst", "wrong", "theory"] as const).find((each) => each === field);
  if (known === undefined) return null;
  return { readout, activity: ending === endings.active ? "active" : "inactive", field: known };
}

/** A row in the form used by results files, queue messages and rows of figures. */
export function fileRow({ readouts, ...row }: ErrorRow): FileRow {
  const { z, layer, samples, networks, inactiveSamples, ...shares } = row;
  const read = inactiveSamples === undefined ? {} : { inactiveSamples };
  const errors = Object.entries(readouts).flatMap(([readout, of]) =>
    activities.map((activity) => [nameInFiles({ readout, activity }), of[activity]] as const),
  );
  return { z, layer, samples, networks, ...read, errors: Object.fromEntries(errors), ...shares };
}

/** A row with its statistics at the top level, as in a run's JSON and tables. */
export function flatRow(row: ErrorRow): Record<string, unknown> {
  const fields = Object.entries<unknown>({ ...fileRow(row) });
  return Object.fromEntries(
    fields.flatMap(([name, value]) =>
      name === "errors" ? Object.entries(value as FileRow["errors"]) : [[name, value]],
    ),
  );
}

/** The largest number of rows in a run: 64 values of z, each with 10,000 layers and the input. */
const MOST_ROWS = 64 * 10_001;
/** The maximum numbers of statistics (active and inactive circuits count separately) and of blocks per row. */
const MOST_NAMES = 200;
const MOST_BLOCKS = 10_000;

/**
 * Rows from the content of a file or message, in which words stand for numbers that JSON cannot represent.
 *
 * @returns null if these are not rows of a measurement
 */
export function rowsFrom(value: unknown): ErrorRow[] | null {
  if (!Array.isArray(value) || value.length === 0 || value.length > MOST_ROWS) return null;
  const rows = value.map(rowFrom);
  return rows.includes(null) ? null : (rows as ErrorRow[]);
}

function rowFrom(value: unknown): ErrorRow | null {
  if (typeof value !== "object" || value === null) return null;
  const { errors, ...row } = value as Partial<FileRow>;
  const { z, layer, samples, networks, inactiveSamples = 0 } = row;
  const { activeFraction, activeFractionSd, expectedActiveFraction } = row;
  const isRow =
    [z, layer, samples, networks, inactiveSamples].every((count) => Number.isSafeInteger(count) && count! >= 0) &&
    areShares(activeFraction) &&
    (activeFractionSd === null || areShares(activeFractionSd)) &&
    isNumber(expectedActiveFraction);
  const readouts = isRow ? readoutsFrom(errors) : null;
  if (readouts === null) return null;
  return {
    ...(row as Omit<FileRow, "errors">),
    readouts,
    activeFraction: activeFraction!.map(numbered),
    activeFractionSd: activeFractionSd?.map(numbered) ?? null,
    expectedActiveFraction: numbered(expectedActiveFraction!),
  };
}

function areShares(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MOST_BLOCKS && value.every(isNumber);
}

/** Statistics by readout; null unless every readout has statistics for active and for inactive circuits. */
function readoutsFrom(errors: unknown): ErrorRow["readouts"] | null {
  if (typeof errors !== "object" || errors === null) return null;
  const statistics = new Map<string, unknown>(Object.entries(errors));
  if (statistics.size > MOST_NAMES) return null;
  const names = [...statistics.keys()];
  if (!names.every((name) => /^[A-Za-z]\w{0,60}$/.test(name))) return null;
  const readouts = names.flatMap((name) =>
    name.endsWith(endings.active) ? [name.slice(0, -endings.active.length)] : [],
  );
  if (2 * readouts.length !== statistics.size) return null;
  const entries = readouts.map((readout) => {
    const both = bothOf(readout).map((of) => [of.activity, statisticFrom(statistics.get(nameInFiles(of)))] as const);
    return [readout, Object.fromEntries(both) as Record<Activity, Statistic | null>] as const;
  });
  const isWhole = entries.every(
    ([readout, { active, inactive }]) => readout !== "" && active !== null && inactive !== null,
  );
  return isWhole ? (Object.fromEntries(entries) as ErrorRow["readouts"]) : null;
}

function statisticFrom(value: unknown): Statistic | null {
  if (typeof value !== "object" || value === null) return null;
  const { meanSquare, sd, worst, theory } = value as Statistic;
  const isStatistic =
    isNumber(meanSquare) && isNumber(worst) && [sd, theory].every((entry) => entry === null || isNumber(entry));
  if (!isStatistic) return null;
  const numbers = {
    meanSquare: numbered(meanSquare),
    sd: numbered(sd),
    worst: numbered(worst),
    theory: numbered(theory),
  };
  return { ...(value as Statistic), ...numbers };
}
