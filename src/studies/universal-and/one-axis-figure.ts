import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { decadeLabel, distinct, grouped, listed } from "../../drawing/numbers.js";
import { colours, designColour, sizes } from "../../drawing/theme.js";

/** The number of ANDs that one method computes with D neurons. */
export interface AndNeuronsRow {
  readonly name: string;
  readonly D: number;
  /** Number of inputs that are on. */
  readonly active: number;
  /** Number of ANDs; null if the method computes none, or if it was not measured. */
  readonly G: number | null;
  /** Number of inputs; null if the method does not fix it, or if G is null. */
  readonly m: number | null;
  /** Standard deviation of ln G. */
  readonly logSd: number;
  /** Whether G is only a lower bound, because larger numbers were not tried or do not fit. */
  readonly censored: boolean;
  /** The reason why G is null or only a lower bound. */
  readonly note: string | null;
  /** Whether the row comes from a stored run with --wide instead of a new measurement. */
  readonly kept?: boolean;
}

/** A point on the law's curve for the method that computes all pairs with random codes. [L5b] */
export interface AndLawPoint {
  readonly D: number;
  readonly active: number;
  readonly G: number;
}

export const naiveName = "naive, one neuron each";
export const trainedName = "trained, all pairs";

/** The colour of each method. */
const wayColours: Readonly<Record<string, string>> = {
  "circuits, capped": colours.muted,
  "circuits, best": designColour("B:"),
  "Universal AND, all pairs": designColour("A:"),
  "Universal AND, chosen": designColour("D:"),
  "four classes": designColour("C:"),
  [trainedName]: designColour("switched"),
};

/** The range of the axis for the number of ANDs. */
const [LOW, HIGH] = [1, 1e7];

/** The largest m′ with f(m′) ≤ D, for increasing f. */
function inverse(f: (outputs: number) => number, D: number): number {
  let [low, high] = [1, 1e12];
  for (let step = 0; step < 80; step++) {
    const middle = Math.sqrt(low * high);
    if (f(middle) <= D) low = middle;
    else high = middle;
  }
  return low;
}

/** Figure AND2: the number of ANDs that each method computes with D neurons. [L5] [L5b] */
export function andNeurons(
  rows: readonly AndNeuronsRow[],
  options: FigureOptions & { readonly law?: readonly AndLawPoint[] },
): Figure {
  const { document, law = [], width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one is needed.");
  const column = ({ active }: { readonly active: number }): string => `${active} inputs on`;
  const actives = distinct(rows.map(({ active }) => active));
  const Ds = distinct(rows.map(({ D }) => D));
  const names = Object.keys(wayColours).filter((name) => rows.some((row) => row.name === name));
  const drawn = rows.flatMap((row) => (row.G === null ? [] : [{ ...row, G: Math.min(HIGH, Math.max(LOW, row.G)) }]));
  const [first, last] = [Math.min(...Ds), Math.max(...Ds)];
  const fine = Array.from({ length: 40 }, (_, k) => first * (last / first) ** (k / 39));
  const bounds = actives.flatMap((active) =>
    [(m: number) => Math.sqrt(m * Math.log(m)), (m: number) => Math.sqrt(m) * Math.log(m)].flatMap((f, bound) =>
      fine.map((D) => ({ active, bound, D, G: inverse(f, D) })),
    ),
  );
  const at = { fx: column, x: "D", y: "G" };
  const colourOf = ({ name }: { readonly name: string }): string => wayColours[name] ?? colours.ink;
  const ticks = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7];
  const svg = panel(document, {
    width,
    height: 440,
    marginLeft: 58,
    // Half of the last tick's label is outside the frame.
    marginRight: 24,
    fx: { domain: actives.map((active) => column({ active })), label: null },
    x: { type: "log", domain: [first / 1.1, last * 1.1], label: "D, neurons" },
    y: {
      ...{ type: "log", domain: [LOW / 1.3, HIGH * 1.3], ticks, tickFormat: decadeLabel, grid: true },
      ...{ label: "G, ANDs with at most 1% of samples wrong", ...centredLabel },
    },
    marks: [
      // The labels are drawn here because Plot's own axis omits some.
      Plot.axisX({ ticks: Ds, text: (D: number) => grouped(D) }),
      ...[0, 1].map((bound) =>
        Plot.line(
          bounds.filter((point) => point.bound === bound),
          { ...at, stroke: colours.ink, strokeWidth: 1, strokeDasharray: "1.5 3" },
        ),
      ),
      Plot.line(
        actives.flatMap((active) => Ds.map((D) => ({ active, D, G: D }))),
        { ...at, stroke: colours.ink, strokeWidth: 0.8 },
      ),
      Plot.line(
        law.filter(({ G }) => G >= LOW && G <= HIGH),
        { ...at, stroke: designColour("A:"), strokeWidth: 1.4, strokeDasharray: "5 3" },
      ),
      ...names.flatMap((name) => {
        const own = drawn.filter((row) => row.name === name);
        const stroke = colourOf({ name });
        return [
          Plot.line(own, { ...at, stroke, strokeWidth: sizes.line }),
          Plot.ruleX(
            own.filter(({ logSd }) => logSd > 0),
            {
              ...{ fx: column, x: "D", stroke },
              y1: ({ G, logSd }: (typeof drawn)[number]) => Math.max(LOW, G * Math.exp(-logSd)),
              y2: ({ G, logSd }: (typeof drawn)[number]) => Math.min(HIGH, G * Math.exp(logSd)),
            },
          ),
          Plot.dot(own, {
            ...at,
            filter: ({ censored }: AndNeuronsRow) => !censored,
            r: sizes.dot + 0.5,
            fill: stroke,
          }),
          Plot.dot(own, { ...at, filter: "censored", r: sizes.dot + 1, fill: colours.paper, stroke, strokeWidth: 1.5 }),
        ];
      }),
    ],
  });
  const byHand = drawn.filter(({ name }) => name !== naiveName && name !== trainedName);
  const more = byHand.filter(({ active, D, G }) => active === actives[0] && G > D);
  const where = more.length === 0 ? null : Math.min(...more.map(({ D }) => D));
  return compose(options, {
    title:
      where === null
        ? "At no tested size are there more ANDs than neurons"
        : `With ${actives[0]} inputs on, ${grouped(where)} neurons separate more ANDs than they could compute one by one`,
    keys: [
      { label: naiveName, colour: colours.ink, mark: "line" },
      ...names.map((name): Key => ({ label: name, colour: colourOf({ name }), mark: "dot" })),
      { label: "all pairs, random codes: the law [L5b]", colour: designColour("A:"), mark: "dashed" },
      { label: "√(m′ ln m′) and √m′ ln m′ neurons for m′ outputs", colour: colours.ink, mark: "dotted" },
      { label: "at least", colour: colours.ink, mark: "circle" },
    ],
    rows: [[svg]],
    caption:
      "The largest number of ANDs, by bisection; bars: ± sd. Hollow marks: larger numbers were not tried or do not fit. Where a line has no mark, the table says why. " +
      `${keptText(rows)}${names.includes(trainedName) ? "Trained: stored results of three networks of each size; more inputs or longer training may give more. " : ""}Universal AND: Vaintrob, Mendel and Hänni, 2024; ` +
      "four classes: Newgas, 2025; dotted: Adler and Shavit, 2024, with constants of 1.",
  });
}

/** A sentence that names the sizes with rows from a stored run; "" if all rows were measured in this run. */
function keptText(rows: readonly AndNeuronsRow[]): string {
  const sizes = distinct(rows.filter(({ kept, name }) => kept === true && name !== trainedName).map(({ D }) => D)).map(
    grouped,
  );
  return sizes.length === 0 ? "" : `Not measured here but taken from a stored run with --wide: D = ${listed(sizes)}. `;
}
