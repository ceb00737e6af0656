import { meetsReference, shareWithin, type Comparison } from "../results/compare.js";
import { counted, grouped } from "../drawing/numbers.js";
import type { FigureReport, SummaryLine } from "./types.js";

/** Figures whose titles the summary repeats, and their topics. */
const findings = [
  ["Depth", "R5"],
  ["Theory", "R8"],
  ["New: storing", "S5"],
  ["New: ANDs", "AND2"],
  ["New: more ReLUs than neurons", "CC3"],
  ["New: training", "TR1"],
  ["New: other designs", "D1"],
  ["New: scale", "CAP"],
] as const;

interface Compared extends FigureReport {
  readonly comparison: Comparison;
}

/**
 * Ten lines that say what was reproduced, what deviates and why, and what is new; each is made from the data of its
 * figures.
 */
export function summaryLines(figures: readonly FigureReport[]): SummaryLine[] {
  const compared = figures.filter((figure): figure is Compared => Boolean(figure.comparison));
  return [
    ...(compared.length === 0 ? [] : [reproducedLine(compared), deviatingLine(compared)]),
    ...findings.flatMap(([name, id]): SummaryLine[] => {
      const figure = figures.find((own) => own.id === id);
      return figure === undefined ? [] : [{ name, text: `${figure.title}.`, figures: [id] }];
    }),
  ];
}

function reproducedLine(compared: readonly Compared[]): SummaryLine {
  const sum = (of: (comparison: Comparison) => number): number =>
    compared.reduce((all, { comparison }) => all + of(comparison), 0);
  const [entries, within] = [sum((own) => own.entries), sum((own) => own.within)];
  return {
    name: "Reproduced",
    text: `${grouped(within)} of ${grouped(entries)} reference numbers agree within their tolerance (${shareWithin({ entries, within })}).`,
    figures: compared.map(({ id }) => id),
  };
}

function deviatingLine(compared: readonly Compared[]): SummaryLine {
  const missing = compared.filter(({ comparison }) => !meetsReference(comparison));
  const exceptions = (own: readonly Compared[]): number =>
    own.reduce((all, { comparison }) => all + comparison.entries - comparison.within, 0);
  const others = compared.filter((figure) => !missing.includes(figure) && exceptions([figure]) > 0);
  const texts = missing.map(({ id, comparison, comparisonNote }) => {
    const why = comparisonNote === undefined ? "" : ` ${comparisonNote.split(/(?<=\.) /)[0]}`;
    return `${id}: ${grouped(comparison.within)} of ${grouped(comparison.entries)} numbers agree.${why}`;
  });
  const rest = counted(exceptions(others), "exception");
  return {
    name: "Deviates",
    text: [
      ...(missing.length === 0 ? ["No figure: in all of them, at least 99 % of the numbers agree."] : texts),
      ...(others.length === 0 ? [] : [`Other figures have ${rest}, listed with them.`]),
    ].join(" "),
    figures: [...missing, ...others].map(({ id }) => id),
  };
}
