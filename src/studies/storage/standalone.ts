import { maxCircuits } from "../../assignment/prime-steps.js";
import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { spread } from "../../results/statistics.js";
import { mostActive } from "../../theory/storage.js";
import { activeAtShare } from "../../theory/stored-features.js";
import { standaloneStudy } from "../standalone.js";
import type { StorageTask } from "./measure.js";
import { storageInfo } from "./settings.js";
import { activeCounts, boundaryOf, rowsBesideEstimates } from "./statistics.js";

/** The largest m·n of one draw, even if not all numbers are drawn: a larger draw takes minutes. */
const MOST_NUMBERS = 4e9;

/** The values of l in a run; values from the settings are sorted. */
function activeOf(l: readonly number[] | null, size: { n: number; m: number }): readonly number[] {
  return l === null ? activeCounts(size) : [...new Set(l)].sort((a, b) => a - b);
}

/** Noise and threshold readout of stored features, with given sizes. [E25]–[E27] */
export const standaloneStorage = standaloneStudy({
  ...storageInfo,
  check({ family, n: ns, m: ms, l, S }) {
    for (const value of l ?? []) {
      if (!Number.isInteger(value)) throw new InputError(`l = ${value}: must be a whole number.`);
      if (value > Math.min(...ms)) throw new InputError(`l = ${value}: at most m = ${Math.min(...ms)} can be active.`);
    }
    for (const n of ns) {
      for (const m of ms) {
        if (n * m > MOST_NUMBERS) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most ${MOST_NUMBERS}.`);
        if (family === "assignment" && (S > n || maxCircuits({ P: n, S }) < m)) {
          const most = S > n ? 0 : maxCircuits({ P: n, S });
          throw new InputError(`m = ${m}: at most ${most} features fit with n = ${n}, S = ${S} (assignment).`);
        }
      }
    }
  },
  async run({ family, n: ns, m: ms, l, S, samples, repeats, seed }, run) {
    const tasks = ns.flatMap((n) =>
      ms.map((m): StorageTask => {
        const own = { kind: "storage", family, n, m, samples, repeat: 0 } as const;
        const ls = activeOf(l, { n, m });
        return { ...own, ls, seed: deriveSeed(seed, "storage", n, m), ...(family === "assignment" ? { S } : {}) };
      }),
    );
    const all = tasks.flatMap((task) => Array.from({ length: repeats }, (_, repeat) => ({ ...task, repeat })));
    const results = await collect(run(all, all.length));
    const draws = tasks.map((_, index) => results.slice(index * repeats, (index + 1) * repeats));
    const rows = tasks.flatMap((task, index) => rowsBesideEstimates(task, draws[index]));
    const found = tasks.map(({ n, m }, index) => {
      const boundaries = draws[index].map(boundaryOf).filter((value) => value !== null);
      const half = boundaries.length < repeats ? null : spread(boundaries);
      const [law, law95] = [0.5, 0.95].map((share) => activeAtShare({ n, m }, share));
      const short = (value: number | null): string => (value === null ? "less than 1" : shortNumber(value));
      const by =
        `n/(8 ln m) = ${shortNumber(mostActive({ n, m }))}; the exact law of random vectors [L1]: half at l = ${short(law)}, ` +
        `95 % correct up to ${short(law95)}`;
      const at = half === null ? "at none of the values of l that were tried" : `at l = ${shortNumber(half.mean)}`;
      const sd = half === null || half.sd === null ? "" : ` ± ${shortNumber(half.sd, 2)}`;
      return `n = ${n}, m = ${m}: half of the samples have a feature read incorrectly ${at}${sd}; ${by}.`;
    });
    return {
      rows,
      table: {
        caption: "Noise of a feature, and threshold readout [E25]–[E27]",
        columns: [
          ...["n", "m", "l", "amplitudes", "typical noise", "sqrt(l/n)", "worst", "ε·sqrt(l)"],
          ...["samples with a wrong one", "levels", "estimated"],
        ],
        rows: rows.map((row) => [
          ...[row.n, row.m, row.l, row.amplitudes, row.rms, row.rmsTheory, row.worst, row.bound],
          ...[row.amplitudes === "boolean" ? row.wrongSamples : null, row.levels, row.levelsTheory],
        ]),
      },
      sentence: found.join("\n"),
    };
  },
});
