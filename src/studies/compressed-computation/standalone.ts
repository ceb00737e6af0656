import { InputError } from "../../base/errors.js";
import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { refuseUnused } from "../standalone-info.js";
import { standaloneStudy } from "../standalone.js";
import type { ValuesOf } from "../../config/fields.js";
import type { CompressedRecipe } from "./measure.js";
import { measureRecipes } from "./run.js";
import { compressedInfo } from "./settings.js";

/** The study's checked settings. */
export type CompressedSettings = ValuesOf<typeof compressedInfo.fields>;

/** All networks that the settings ask for. */
export function recipesOf({ F: Fs, N: Ns, K: Ks, networks, seed, ...common }: CompressedSettings): CompressedRecipe[] {
  const { p, q, code, swaps, candidates, refit, rounds, fitted } = common;
  return Fs.flatMap((F) =>
    Ns.flatMap((N) =>
      Ks.flatMap((K) =>
        Array.from({ length: networks }, (_, repeat): CompressedRecipe => {
          const own = { F, N, K, repeat, seed: deriveSeed(seed, "compressed-computation", F, N, K) };
          return { ...own, p, q, code, swaps, candidates, refit, rounds, fitted };
        }),
      ),
    ),
  );
}

/** @throws InputError naming settings that contradict each other */
export function checkCompressed(settings: CompressedSettings): void {
  const { F: Fs, N: Ns, K: Ks, q, code, refit } = settings;
  if (code !== "swaps") refuseUnused(compressedInfo, settings, ["swaps"], "used only if code = swaps");
  if (code !== "translates") refuseUnused(compressedInfo, settings, ["candidates"], "used only if code = translates");
  if (refit !== "all") refuseUnused(compressedInfo, settings, ["rounds"], "used only if refit = all");
  if (q % 2 !== 0) throw new InputError(`q = ${q}: must be even: 2, 4, 6 or 8.`);
  for (const N of Ns) {
    for (const K of Ks) if (K >= N) throw new InputError(`K = ${K}: must be less than N = ${N}.`);
    for (const F of Fs) {
      if (F <= N)
        throw new InputError(
          `F = ${F}: must be more than N = ${N}, because F neurons can compute all F ReLUs exactly.`,
        );
      if (code === "translates" && F % N !== 0)
        throw new InputError(`F = ${F}: must be a multiple of N = ${N} (code = translates).`);
      if (code === "swaps" && F > 5000)
        throw new InputError(`F = ${F}: must be at most 5000 if code = swaps; choose another code.`);
      if (refit !== "none" && F * N > 20_000)
        throw new InputError(`F = ${F}, N = ${N}: F·N must be at most 20000 unless refit = none.`);
    }
  }
}

/** Handmade networks that compute more ReLUs than they have neurons. [L6] [L7] */
export const standaloneCompressed = standaloneStudy({
  ...compressedInfo,
  check: checkCompressed,
  async run(settings, run) {
    const rows = (await measureRecipes(recipesOf(settings), settings.samples, run)).map(({ row }) => row);
    return {
      rows,
      table: {
        caption: `${settings.code}: loss |error|^${settings.q} on ${rows[0].inputs} held-out inputs (Ferreira da Silva and Heimersheim, arXiv 2607.04800)`,
        columns: [
          ...[
            "F",
            "N",
            "K",
            "loss",
            "±",
            "/ naive",
            "/ trained",
            "square / always 0",
            "variation",
            "alone",
            "its variation",
          ],
          ...["b/a", "c·a", "overlap", "coherence", "features per neuron", "verdict"],
        ],
        rows: rows.map((row) => [
          ...[row.F, row.N, row.K, row.loss, row.lossError, row.overNaive, row.overTrained],
          ...[
            row.squareOverZero,
            row.variation,
            row.alone,
            row.aloneVariation,
            row.b,
            row.c,
            row.largestOverlap,
            row.coherence,
          ],
          ...[row.featuresPerNeuron, row.verdict],
        ]),
      },
      sentence: rows
        .map(({ F, N, K, overNaive, overTrained, loss, lossError, verdict }) => {
          const published =
            overTrained === null
              ? ""
              : `, ${overTrained.toFixed(3)} ± ${((overTrained * lossError) / loss).toFixed(3)} times the published trained network's`;
          return `${F} ReLUs from ${N} neurons, K = ${K}: the loss is ${shortNumber(overNaive)} times the naive network's${published}: ${verdict}.`;
        })
        .join("\n"),
    };
  },
});
