import { InputError } from "../base/errors.js";
import { readoutsOf } from "../config/build.js";
import type { RunSpec } from "../config/run-spec.js";

/**
 * Holds a readout against what runs' circuits have, before any of them is run.
 *
 * @param field what the readout was given as
 * @throws InputError naming the field and the readouts that there are
 */
export function checkReadout(field: string, readout: string, specs: readonly RunSpec[]): void {
  const seen = new Set<RunSpec["circuits"]>();
  for (const spec of specs) {
    if (seen.has(spec.circuits)) continue;
    seen.add(spec.circuits);
    const names = readoutsOf(spec).map(({ name }) => name);
    if (!names.includes(readout))
      throw new InputError(
        `${field} = "${readout}": the circuits have no such readout; name one of ${names.join(", ")}.`,
      );
  }
}
