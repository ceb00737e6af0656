import type { AndErrorRow } from "../../../src/studies/universal-and/errors-figure.js";
import { expectedWrongGates, universalAndErrors, universalAndOverZero } from "../../../src/theory/universal-and.js";

const m = 200;

/** Rows as theory has them, and one of another code. */
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
