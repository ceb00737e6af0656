import { InputError } from "../base/errors.js";
import { readoutsOf } from "../config/build.js";
import type { RunSpec } from "../config/run-spec.js";
import { statisticNamed } from "../results/file-rows.js";
import type { SweepFigure } from "./sweep/plan.js";

/**
 * Checks, before any run starts, that the circuits of every run have the given readout.
 *
 * @param field the field that names the readout
 * @throws InputError naming the field and the readouts that exist
 */
export function checkReadout(field: string, readout: string, specs: readonly RunSpec[]): void {
  const seen = new Set<RunSpec["circuits"]>();
  for (const spec of specs) {
    if (seen.has(spec.circuits)) continue;
    seen.add(spec.circuits);
    const names = readoutsOf(spec).map(({ name }) => name);
    if (!names.includes(readout))
      throw new InputError(
        `${field} = "${readout}": the circuits have no such readout; use one of ${names.join(", ")}.`,
      );
  }
}

/**
 * Checks, before any run starts, that the runs will provide what a figure shows.
 *
 * @throws InputError naming the figure's key and the available choices
 */
export function checkFigure(figure: SweepFigure, specs: readonly RunSpec[]): void {
  if (figure.kind !== "fields") return checkReadout("figure.readout", figure.readout, specs);
  checkReadout("figure.y", statisticNamed(figure.y)?.readout ?? "", specs);
  const { layer, z } = figure;
  specs.forEach(({ L, z: own }, k) => {
    if (layer !== null && layer > L) throw new InputError(`figure.layer = ${layer}: run ${k} has L = ${L} layers.`);
    if (z !== null && !own.includes(z)) throw new InputError(`figure.z = ${z}: run ${k} has z = ${own.join(", ")}.`);
  });
}
