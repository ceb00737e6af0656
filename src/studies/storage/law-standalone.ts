import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { collect } from "../../jobs/execute.js";
import { shortNumber } from "../../drawing/numbers.js";
import { standaloneStudy } from "../standalone.js";
import type { StorageLawRow, StorageLawTask } from "./law.js";
import { storageLawInfo } from "./settings.js";

/**
 * The numbers of active features at which 50% and 95% of samples are correct according to the exact law, for any m.
 * [L1] [L2]
 */
export const standaloneStorageLaw = standaloneStudy({
  ...storageLawInfo,
  check({ m, lnM, theta, threshold }) {
    if (m !== null && lnM !== null) throw new InputError("m, lnM: give only one of them.", "conflict", "m");
    for (const value of m ?? [])
      if (value < 2 ** 53 && !Number.isInteger(value)) throw new InputError(`m = ${value}: must be a whole number.`);
    if (theta !== null && threshold !== "half")
      throw new InputError(`theta = ${theta} and threshold = ${threshold}: give only one of them.`);
  },
  async run({ n: ns, m: ms, lnM, threshold: rule, theta, samples, seed }, run) {
    const threshold = theta ?? rule;
    const tasks = ns.flatMap((n) =>
      (lnM ?? ms ?? [Math.max(2, n * n)]).map((value): StorageLawTask => {
        const size = lnM === null ? { m: value } : { lnM: value };
        return { kind: "storage-law", n, ...size, threshold, samples, seed: deriveSeed(seed, "storage-law", n, value) };
      }),
    );
    const rows = await collect(run(tasks, tasks.length));
    return {
      rows,
      table: {
        caption: "Number of features that can be active at once, according to the exact law [L1]",
        columns: [
          ...["n", "m", "θ", "s50", "s95", "correct at s95", "drawn", "from", "to", "correct at s95 + 1"],
          ...["n/(8 ln m)", "best θ, first order"],
        ],
        rows: rows.map((row) => [
          ...[
            row.n,
            row.m ?? featuresOf(row),
            row.theta,
            row.s50,
            row.s95,
            row.right,
            row.sampledRight,
            row.low,
            row.high,
          ],
          ...[row.rightBeyond, row.estimate, row.bestEstimate],
        ]),
      },
      sentence:
        rows
          .map((row) => {
            const { n, s50, s95, estimate } = row;
            const by = estimate > 0 ? `; n/(8 ln m) = ${shortNumber(estimate)}` : "";
            return `n = ${n}, m = ${featuresOf(row)}: all readouts are correct in half of the samples up to l = ${s50}, and in 95% up to l = ${s95}${by}.`;
          })
          .join("\n") +
        "\nThe law is exact for Gaussian vectors of mean length 1 (Li et al., The Ball and the Box, 2026); unit vectors do slightly better.",
    };
  },
});

/** The number of features of a row, as text where that is clearer. */
function featuresOf({ m, lnM }: StorageLawRow): number | string {
  if (m === null) return `e^${shortNumber(lnM ?? NaN, 6)}`;
  return m < 1e9 ? m : shortNumber(m);
}
