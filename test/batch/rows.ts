import type { RunSpec } from "../../src/config/run-spec.js";
import { readoutsOf } from "../../src/config/build.js";
import { hasEnded, ownProcess } from "../../src/base/processes.js";
import type { ErrorRow } from "../../src/results/rows.js";

/** Rows like those of a run of the spec, with numbers that distinguish the run from other runs. */
export function rowsLike(spec: RunSpec): ErrorRow[] {
  const statistic = { meanSquare: spec.seed / 8 + spec.S, sd: null, worst: 9, wrong: 0.5, theory: null };
  return spec.z.flatMap((z) =>
    Array.from({ length: spec.L + 1 }, (_, layer) => ({
      ...{ z, layer, samples: spec.samples, networks: spec.networks, activeFraction: [0.5], activeFractionSd: null },
      readouts: Object.fromEntries(
        readoutsOf(spec).map(({ name }) => [name, { active: statistic, inactive: statistic }]),
      ),
      expectedActiveFraction: 0.25,
    })),
  );
}

/** The name of a process that has ended. */
export const endedProcess = ownProcess().replace(/\d+\.[^.]+$/, "4194305.77");
if (hasEnded(endedProcess) !== true) throw new Error("a process with this number runs");

/** The name of a partial file left by that process. */
export function partialOfEnded(name: string): string {
  return `.${name}.${endedProcess}.0123abcd.partial`;
}
