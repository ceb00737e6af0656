import { maxCircuits } from "../../assignment/prime-steps.js";
import { lastOf } from "../../base/last.js";
import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { collect } from "../../jobs/execute.js";
import { spread } from "../../results/statistics.js";
import { mostActive } from "../../theory/storage.js";
import { activeAtShare } from "../../theory/stored-features.js";
import type { ResultOf } from "../../jobs/task.js";
import { refuseUnused } from "../standalone-info.js";
import { standaloneStudy } from "../standalone.js";
import { checkEquiangular } from "./feature-families.js";
import type { StorageTask } from "./measure.js";
import { storageInfo } from "./settings.js";
import { activeCounts, boundaryOf, rowsBesideEstimates } from "./statistics.js";

/** The largest m·n allowed for a set of vectors, even if not all m·n numbers are drawn: a larger set takes minutes. */
const MOST_NUMBERS = 4e9;

/** The values of l in a run: those given in the settings, sorted, or else the default ones. */
function activeOf(l: readonly number[] | null, size: { n: number; m: number }): readonly number[] {
  return l === null ? activeCounts(size) : [...new Set(l)].sort((a, b) => a - b);
}

/**
 * The l at which half of the samples are wrong, in words: a value between two that were tried, at most the smallest one
 * tried, or more than the largest one tried. If draws fall into different cases, the text gives the number of draws in
 * each case.
 */
function whereHalf(draws: readonly ResultOf<StorageTask>[]): string {
  const own = draws.map((draw) => draw.filter(({ amplitudes }) => amplitudes === "boolean"));
  const [first, last] = [own[0][0].l, lastOf(own[0]).l];
  const found = draws.map(boundaryOf).filter((value) => value !== null);
  const already = own.filter(([smallest]) => smallest.wrongSamples >= 0.5).length;
  const { mean, sd } = spread(found);
  const only = first === last ? "only" : null;
  const cases = [
    [found.length, `at l = ${shortNumber(mean)}${sd === null ? "" : ` ± ${shortNumber(sd, 2)}`}`],
    [already, `already at l = ${first}, the ${only ?? "smallest"} one tried`],
    [draws.length - found.length - already, `not even at l = ${last}, the ${only ?? "largest"} one tried`],
  ] as const;
  return cases
    .filter(([count]) => count > 0)
    .map(([count, where]) => (count === draws.length ? where : `${where} in ${count} of ${draws.length} draws`))
    .join(", ");
}

/** Noise of stored features, and their readout with a threshold, for given sizes. [E25]–[E27] */
export const standaloneStorage = standaloneStudy({
  ...storageInfo,
  check(settings) {
    const { family, n: ns, m: ms, l, S } = settings;
    if (family !== "assignment") refuseUnused(storageInfo, settings, ["S"], "used only if family = assignment");
    for (const value of l ?? []) {
      if (!Number.isInteger(value)) throw new InputError(`l = ${value}: must be a whole number.`);
      const least = Math.min(...ms);
      if (value >= least)
        throw new InputError(
          `l = ${value}: must be less than m = ${least}, because noise is measured on inactive features.`,
        );
    }
    for (const n of ns) {
      for (const m of ms) {
        if (n * m > MOST_NUMBERS) throw new InputError(`n = ${n}, m = ${m}: n·m must be at most ${MOST_NUMBERS}.`);
        if (family === "equiangular") checkEquiangular("m", m, n);
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
      const [law, law95] = [0.5, 0.95].map((share) => activeAtShare({ n, m }, share));
      const short = (value: number | null): string => (value === null ? "less than 1" : shortNumber(value));
      const by =
        `n/(8 ln m) = ${shortNumber(mostActive({ n, m }))}; the exact law of random vectors [L1]: half at l = ${short(law)}, ` +
        `95% correct up to ${short(law95)}`;
      return `n = ${n}, m = ${m}: half of the samples have at least one feature read incorrectly ${whereHalf(draws[index])}; ${by}.`;
    });
    return {
      rows,
      table: {
        caption: "Noise of a feature, and threshold readout [E25]–[E27]",
        columns: [
          ...["n", "m", "l", "amplitudes", "typical noise", "sqrt(l/n)", "worst", "ε·sqrt(l)"],
          ...["samples with a wrong feature", "levels", "estimated"],
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
