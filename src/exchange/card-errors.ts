import { beatsNaive, describeLayers } from "../results/beats-naive.js";
import { spelled, statisticsOf, type ErrorRow } from "../results/rows.js";
import { isVoid, theoryEnds } from "../results/theory-ends.js";
import type { NaiveErrors } from "../theory/naive.js";

/** A number rounded to three significant digits, in its shortest form: 0.0123, 4.5e-9. */
export function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded === 0 || Math.abs(rounded) >= 1e-3 ? String(rounded) : rounded.toExponential();
}

/**
 * The errors section of a model card: a table for each z, with every readout at every layer, comparing theory with
 * measurements.
 *
 * @param rows from a run of this model's network
 * @param naive errors of the naive network, by readout [L4]
 * @param about a text on what a design's theory covers; null if the theory is that of the post's networks or there is
 *   no theory
 */
export function errorsSection(
  rows: readonly ErrorRow[],
  naive: Readonly<Record<string, NaiveErrors>>,
  about: string | null = null,
): string {
  const { samples } = rows[0];
  const hasTheory = rows.some((row) => statisticsOf(row).some(({ theory }) => theory !== null));
  const intro =
    `The tables list the mean squared differences between the readouts and those of the circuits run alone, over ${samples} random samples for each z (the number of active ` +
    "circuits); *worst* is the largest difference for any circuit (a length). " +
    (!hasTheory
      ? "There is no theory for such a network, so there are no expected values. "
      : about === null
        ? "The theory holds while every neuron that no active circuit uses stays off. Its values are in brackets from the first layer in which more neurons are on than the active circuits use. "
        : `${about} `) +
    "*naive* is the error of a network that runs D/d circuits exactly and outputs 0 for all others; *constant* is the error of a network that outputs the best constant for each of the others instead of 0.";
  const ends = theoryEnds(rows);
  const beaten = beatsNaive(rows, naive);
  const tables = [...new Set(rows.map(({ z }) => z))].map((z) => {
    const lines = rows
      .filter((row) => row.z === z && row.layer > 0)
      .flatMap((row) =>
        statisticsOf(row).map((of) => {
          const theory = of.theory === null ? "–" : short(of.theory);
          const expected = of.theory !== null && isVoid(ends, row) === true ? `(${theory})` : theory;
          const lines = (["naive", "bestConstant"] as const).map((line) =>
            of.activity === "active" ? short(naive[of.readout][line][row.layer - 1]) : "–",
          );
          return `| ${[row.layer, spelled(of), expected, short(of.meanSquare), short(of.worst), ...lines].join(" | ")} |`;
        }),
      );
    const better = beaten
      .filter((of) => of.z === z)
      .map(({ readout, layers }) => `${readout} ${describeLayers(layers)}`);
    return (
      `z = ${z}:\n\n| layer | readout, circuits | expected | measured | worst | naive | constant |\n|---|---|---|---|---|---|---|\n${lines.join("\n")}\n\n` +
      `Better than the naive network: ${better.join(", ")}.`
    );
  });
  return [intro, ...tables].join("\n\n");
}
