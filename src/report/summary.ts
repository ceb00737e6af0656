import { meetsReference, shareWithin, type Comparison } from "../results/compare.js";
import { counted, grouped } from "../drawing/numbers.js";
import type { FigureReport, SummaryLine } from "./types.js";

/** A figure whose title the summary repeats. */
interface Finding {
  readonly name: string;
  readonly id: string;
  /** What a reader must know in addition to the title. */
  readonly besides?: string;
}

const findings: readonly Finding[] = [
  { name: "Depth", id: "R5" },
  { name: "Theory", id: "R8" },
  { name: "New: storing", id: "S5" },
  { name: "New: ANDs", id: "AND2", besides: "At most 1% of samples may be wrong." },
  {
    name: "New: more ReLUs than neurons",
    id: "CC3",
    besides: "The loss is |error|⁴; the naive network wins on mean squared error.",
  },
  { name: "New: training", id: "TR1" },
  {
    name: "New: other designs",
    id: "D1",
    besides: "A layer counts if the mean squared error of x is at most 0.25.",
  },
  { name: "New: scale", id: "CAP" },
];

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
    ...findings.flatMap(({ name, id, besides }): SummaryLine[] => {
      const figure = figures.find((own) => own.id === id);
      return figure === undefined
        ? []
        : [{ name, text: [`${figure.title}.`, besides].filter(Boolean).join(" "), figures: [id] }];
    }),
  ];
}

/** Counts the numbers from the authors' code separately from those of other sources, such as closed forms. */
function reproducedLine(compared: readonly Compared[]): SummaryLine {
  const authors = compared.filter(({ group }) => group === "reproduction");
  const others = compared.filter(({ group }) => group !== "reproduction");
  const sum = (figures: readonly Compared[], of: "entries" | "within"): number =>
    figures.reduce((all, { comparison }) => all + comparison[of], 0);
  const share = (figures: readonly Compared[]): string =>
    `${grouped(sum(figures, "within"))} of ${grouped(sum(figures, "entries"))}`;
  const percent = shareWithin({ entries: sum(authors, "entries"), within: sum(authors, "within") });
  const texts = [
    ...(authors.length === 0
      ? []
      : [`${share(authors)} numbers from the authors’ code agree within their tolerance (${percent})`]),
    ...(others.length === 0 ? [] : [`${share(others)} numbers from closed forms and other publications agree`]),
  ];
  return {
    name: "Reproduced",
    text: `${texts.join("; ")}.`,
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
      ...(missing.length === 0
        ? ["None: in every figure with reference numbers, at least 99% of the numbers agree."]
        : texts),
      ...(others.length === 0 ? [] : [`Other figures have ${rest}, listed with each figure.`]),
    ].join(" "),
    figures: [...missing, ...others].map(({ id }) => id),
  };
}
