import { trainedName, type AndNeuronsRow } from "./one-axis-figure.js";

const END = "no more were tried";
const FULL = "no more fit";

/**
 * Results, from D = 1000 on, of a run with --wide and seed 1: the number of ANDs, the number of inputs, and either the
 * standard deviation of ln G in per cent or the reason why there are no more ANDs.
 */
const found: readonly (readonly [D: number, l: number, name: string, G: number, m: number, sd: number | string])[] = [
  [1000, 2, "circuits, capped", 132, 264, FULL],
  [3000, 2, "circuits, capped", 982, 1964, 2.3],
  [10000, 2, "circuits, capped", 9050, 18100, 2.1],
  [1000, 2, "circuits, best", 197, 394, 2.0],
  [3000, 2, "circuits, best", 1555, 3110, 2.0],
  [10000, 2, "circuits, best", 13341, 26682, 12.2],
  [1000, 2, "Universal AND, all pairs", 130816, 512, END],
  [3000, 2, "Universal AND, all pairs", 130816, 512, END],
  [10000, 2, "Universal AND, all pairs", 130816, 512, END],
  [1000, 2, "Universal AND, chosen", 200000, 400000, END],
  [3000, 2, "Universal AND, chosen", 200000, 400000, END],
  [10000, 2, "Universal AND, chosen", 200000, 400000, END],
  [1000, 2, "four classes", 32640, 256, END],
  [3000, 2, "four classes", 32640, 256, END],
  [10000, 2, "four classes", 32640, 256, END],
  [1000, 3, "circuits, capped", 132, 264, FULL],
  [3000, 3, "circuits, capped", 941, 1882, 1.9],
  [10000, 3, "circuits, capped", 9139, 18278, 2.1],
  [1000, 3, "circuits, best", 259, 518, 11.6],
  [3000, 3, "circuits, best", 1501, 3002, 1.3],
  [10000, 3, "circuits, best", 13921, 27842, 12.1],
  [1000, 3, "Universal AND, all pairs", 6, 4, 28.6],
  [3000, 3, "Universal AND, all pairs", 105, 15, 15.8],
  [10000, 3, "Universal AND, all pairs", 130816, 512, END],
  [1000, 3, "Universal AND, chosen", 200000, 400000, END],
  [3000, 3, "Universal AND, chosen", 200000, 400000, END],
  [10000, 3, "Universal AND, chosen", 200000, 400000, END],
  [1000, 3, "four classes", 32640, 256, END],
  [3000, 3, "four classes", 32640, 256, END],
  [10000, 3, "four classes", 32640, 256, END],
];

/** The rows of figure AND2 that are kept from a run with --wide: D = 1000, 3000 and 10,000. */
export const keptRows: readonly AndNeuronsRow[] = found.map(([D, active, name, G, m, sd]): AndNeuronsRow => {
  const isEnd = typeof sd === "string";
  return { name, D, active, G, m, logSd: isEnd ? 0 : sd / 100, censored: isEnd, note: isEnd ? sd : null, kept: true };
});

/**
 * The settings of the trained networks, as keys of `superpose train`, and the largest number of active inputs for which
 * all their ANDs are right.
 */
export const trainedSizes = [
  { d: 10, m: 12, l: 2, on: 10, batch: 256, steps: 6000, actives: [2] },
  { d: 20, m: 24, l: 2, on: 10, batch: 256, steps: 3000, actives: [2] },
  { d: 20, m: 20, l: 3, on: 10, batch: 256, steps: 4000, actives: [3] },
  { d: 50, m: 60, l: 3, on: 20, batch: 128, steps: 2000, actives: [2, 3] },
] as const;

/**
 * Networks trained on all pairs with |error|⁴ at a rate of 0.01. For each of the seeds 1, 2 and 3, no pair of active
 * inputs gives a wrong AND, and at most 1 % of 1000 triples do.
 */
export const trainedRows: readonly AndNeuronsRow[] = trainedSizes.flatMap(({ d, m, actives }) =>
  actives.map((active): AndNeuronsRow => {
    const found = { name: trainedName, D: d, active, G: (m * (m - 1)) / 2, m };
    return { ...found, logSd: 0, censored: true, note: END, kept: true };
  }),
);
