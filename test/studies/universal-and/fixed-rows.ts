import type { AndErrorRow } from "../../../src/studies/universal-and/errors-figure.js";
import { trainedRows } from "../../../src/studies/universal-and/one-axis-trained.js";
import { naiveName, type AndLawPoint, type AndNeuronsRow } from "../../../src/studies/universal-and/one-axis-figure.js";
import {
  expectedWrongGates,
  mostUniversalInputs,
  universalAndErrors,
  universalAndOverZero,
} from "../../../src/theory/universal-and.js";

const m = 200;

/** Rows that the theory predicts for random codes; some are labelled as rows of the other code. */
export function andErrorRows(): AndErrorRow[] {
  const row = (code: AndErrorRow["code"], d: number, p: number, active: number): AndErrorRow => {
    const size = { m, d, p, active };
    const allRight = Math.exp(-expectedWrongGates(size));
    const overZero = universalAndOverZero(size);
    return {
      ...{ code, m, d, p, active, networks: 2, samples: 40, rms: universalAndErrors(size).map(Math.sqrt), worst: 0.8 },
      ...{ allRight, low: Math.max(0, allRight - 0.08), high: Math.min(1, allRight + 0.04) },
      ...{ overZero, overZeroSd: overZero / 20, readers: { mean: d * p * p, sd: 3, least: 1 }, unread: 0 },
    };
  };
  return [2, 3].flatMap((active) =>
    [500, 1000, 2000].flatMap((d) => [
      ...[0.05, 0.1, 0.15, 0.2].map((p) => row("bernoulli", d, p, active)),
      row("transversal", d, 0.06, active),
    ]),
  );
}

export const andErrorReference = [
  { d: 1000, p: 0.15, active: 2, allRight: 0.96, overZero: 41.8 },
  { d: 2000, p: 0.1, active: 3, allRight: 0.3025, overZero: 25.7 },
];

/** Plausible results, one for each method. */
export const andNeuronsRows: readonly AndNeuronsRow[] = [2, 3].flatMap((active) => {
  const row = (name: string, D: number, G: number | null, logSd = 0, censored = false): AndNeuronsRow => {
    return { name, D, active, G, m: null, logSd, censored, note: G === null ? "none" : null };
  };
  return [
    ...[100, 300, 1000, 3000, 10_000].map((D) => row(naiveName, D, D)),
    ...[row("circuits, capped", 100, 2, 0, true), row("circuits, capped", 1000, 132, 0.4)],
    ...[row("circuits, best", 100, null), row("circuits, best", 1000, 220, 0.05)],
    ...[row("Universal AND, all pairs", 300, 10, 0.1), row("Universal AND, all pairs", 1000, 5e4 / active ** 2, 0.3)],
    ...[row("Universal AND, chosen", 100, 75, 0.27), row("Universal AND, chosen", 300, 1200, 0, true)],
    ...[row("four classes", 100, 15, 0.5), row("four classes", 300, 1035, 0, true)],
    ...trainedRows.filter((trained) => trained.active === active),
  ];
});

export const andLaw: readonly AndLawPoint[] = [300, 1000, 1200].map((D) => {
  const m = mostUniversalInputs({ d: D, p: 0.23, active: 2 }, 0.01);
  return { D, active: 2, G: (m * (m - 1)) / 2 };
});
