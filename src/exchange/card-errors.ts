import { spelled, statisticsOf, type ErrorRow } from "../results/rows.js";

/** Three digits, as short as they go: 0.0123, 4.5e-9. */
function short(value: number): string {
  const rounded = Number(value.toPrecision(3));
  return rounded === 0 || Math.abs(rounded) >= 1e-3 ? String(rounded) : rounded.toExponential();
}

/**
 * The section of a model card on errors: a table per z, of every readout at every layer, theory beside measurement.
 *
 * @param rows of a run of this model's network
 */
export function errorsSection(rows: readonly ErrorRow[]): string {
  const { samples } = rows[0];
  const intro =
    `Mean squared differences between readouts and the circuits alone, over ${samples} random samples for each number z of active ` +
    "circuits; *worst* is the largest difference of any circuit, a length. The theory holds while every neuron that no active " +
    "circuit uses stays off.";
  const tables = [...new Set(rows.map(({ z }) => z))].map((z) => {
    const lines = rows
      .filter((row) => row.z === z && row.layer > 0)
      .flatMap((row) =>
        statisticsOf(row).map((of) => {
          const expected = of.theory === null ? "–" : short(of.theory);
          return `| ${row.layer} | ${spelled(of)} | ${expected} | ${short(of.meanSquare)} | ${short(of.worst)} |`;
        }),
      );
    return `z = ${z}:\n\n| layer | readout, circuits | expected | measured | worst |\n|---|---|---|---|---|\n${lines.join("\n")}`;
  });
  return [intro, ...tables].join("\n\n");
}
