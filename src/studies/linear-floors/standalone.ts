import { maxCircuits } from "../../assignment/prime-steps.js";
import { InputError } from "../../base/errors.js";
import type { ValuesOf } from "../../config/fields.js";
import { deriveSeed } from "../../base/random.js";
import { collect } from "../../jobs/execute.js";
import { spread } from "../../results/statistics.js";
import { refuseUnused } from "../standalone-info.js";
import { standaloneStudy } from "../standalone.js";
import { checkEquiangular } from "../storage/feature-families.js";
import type { LinearFloorsTask } from "./measure.js";
import type { TrainedFloorsTask } from "./trained.js";
import { linearFloorsInfo } from "./settings.js";

type FloorsSettings = ValuesOf<typeof linearFloorsInfo.fields>;

function sizesOf({ family, n: dimensions, F: given }: FloorsSettings): { n: number; F: number }[] {
  const hasTwo = family === "random" || family === "assignment";
  const ns = dimensions ?? (family === "trained" ? [20] : family === "equiangular" ? [49, 99, 201] : [50, 100, 200]);
  return ns.flatMap((n) => (given ?? (hasTwo ? [2 * n, n * n] : [2 * n])).map((F) => ({ n, F })));
}

/** Mean and standard deviation of ratios; both are null if any ratio is null because its floor is 0. */
function spreadOf(ratios: readonly (number | null)[]): { readonly mean: number | null; readonly sd: number | null } {
  const known = ratios.filter((ratio) => ratio !== null);
  return known.length === ratios.length ? spread(known) : { mean: null, sd: null };
}

/** The excess of a ratio over 1, or 0 if it differs from 1 only by rounding. */
const lessOne = (ratio: number | null): number | null =>
  ratio === null ? null : Math.abs(ratio - 1) < 1e-7 ? 0 : ratio - 1;

/** The floors for linear readout of a code, and the errors of its usual readouts. [L3] */
export const standaloneLinearFloors = standaloneStudy({
  ...linearFloorsInfo,
  check(settings) {
    const { family, S } = settings;
    const refuse = (names: readonly string[], why: string): void =>
      refuseUnused(linearFloorsInfo, settings, names, why);
    if (family !== "trained") refuse(["model", "loss", "steps"], "used only if family = trained");
    if (family !== "assignment") refuse(["S"], "used only if family = assignment");
    if (family === "assignment" || family === "equiangular")
      refuse(["repeats"], `not used if family = ${family}, because this family has no random draws`);
    for (const { n, F } of sizesOf(settings)) {
      for (const [name, value] of Object.entries({ n, F }))
        if (!Number.isInteger(value)) throw new InputError(`${name} = ${value}: must be a whole number.`);
      if (F < n)
        throw new InputError(`F = ${F}: must be at least n = ${n}, because fewer features need no superposition.`);
      if (n * n * F > 2e12) throw new InputError(`n = ${n}, F = ${F}: F·n² must be at most 2e12.`);
      if (family === "trained" && (n > 64 || F > 256))
        throw new InputError(`n = ${n}, F = ${F}: training is limited to n ≤ 64 and F ≤ 256.`);
      if (family === "equiangular") checkEquiangular("F", F, n);
      if (family === "assignment" && (S > n || maxCircuits({ P: n, S }) < F))
        throw new InputError(
          `F = ${F}: at most ${S > n ? 0 : maxCircuits({ P: n, S })} features fit with n = ${n}, S = ${S} (assignment).`,
        );
    }
  },
  async run(settings, run) {
    const { family, S, seed, model, loss, steps } = settings;
    const repeats = family === "random" || family === "trained" ? settings.repeats : 1;
    const sizes = sizesOf(settings);
    const tasks = sizes.flatMap(({ n, F }) =>
      Array.from({ length: repeats }, (_, repeat): LinearFloorsTask | TrainedFloorsTask => {
        if (family === "trained") return { kind: "trained-floors", model, loss, n, F, steps, seed, repeat };
        const own = { kind: "linear-floors", family, n, m: F, seed: deriveSeed(seed, "floors", n, F), repeat } as const;
        return family === "assignment" ? { ...own, S } : own;
      }),
    );
    const results = await collect(run(tasks, tasks.length));
    const rows = sizes.map(({ F }, index) => {
      const draws = results.slice(index * repeats, (index + 1) * repeats);
      const geometry = spreadOf(draws.map((draw) => draw.geometry));
      const over = (of: "tied" | "pseudoInverse") => spreadOf(draws.map((draw) => draw[of].ratio)).mean;
      return {
        ...(family === "trained" ? { family, model, loss, steps } : { family }),
        ...{ n: draws[0].n, F, repeats, welch: draws[0].welch },
        ...{ own: spread(draws.map(({ own }) => own)).mean, geometry: geometry.mean, geometrySd: geometry.sd },
        ...{ tied: spread(draws.map(({ tied }) => tied.meanSquare)).mean, tiedRatio: over("tied") },
        pseudoInverseRatio: over("pseudoInverse"),
      };
    });
    return {
      rows,
      table: {
        caption: "Mean squared readout of another feature; rows are scaled to read their own feature as 1 [L3]",
        columns: [
          "n",
          "F",
          "Welch's floor",
          "the code's own",
          "R_geom − 1",
          "±",
          "tied",
          "R_readout − 1, tied",
          "R_readout − 1, pseudo-inverse",
        ],
        rows: rows.map((row) => [
          ...[row.n, row.F, row.welch, row.own, lessOne(row.geometry), row.geometrySd],
          ...[row.tied, lessOne(row.tiedRatio), lessOne(row.pseudoInverseRatio)],
        ]),
      },
      sentence: rows
        .map(
          ({ n, F, geometry, tiedRatio }) =>
            `n = ${n}, F = ${F}: ` +
            (geometry === null || tiedRatio === null
              ? "with as many dimensions as features there is no floor: the pseudo-inverse reads each feature without error."
              : `the error of any linear readout of this code is at least ${geometry.toFixed(4)} times Welch's floor; ` +
                `the error of reading each feature by its own direction is ${tiedRatio.toFixed(4)} times the code's floor.`),
        )
        .join("\n"),
    };
  },
});
