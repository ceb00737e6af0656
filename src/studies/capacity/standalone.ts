import { maxCircuits } from "../../assignment/prime-steps.js";
import { InputError } from "../../base/errors.js";
import { capacityLaws, exponentsText } from "./laws.js";
import { capacityFigure, measureCapacity } from "./plan.js";
import { capacityInfo } from "./settings.js";
import { standaloneStudy } from "../standalone.js";
import { counted } from "../../drawing/numbers.js";

/** The largest T at each D: figure CAP with the given settings. [E24] */
export const standaloneCapacity = standaloneStudy({
  ...capacityInfo,
  check({ D: Ds, S, z }) {
    if (S === 1) {
      throw new InputError("S = 1: must be at least 2, because single neurons set no limit on the number of circuits.");
    }
    for (const D of Ds) {
      if (D % 4 !== 0) throw new InputError(`D = ${D}: must be a multiple of d = 4.`);
      const most = S > D / 4 ? 0 : maxCircuits({ P: D / 4, S });
      if (most < 2 * z) {
        throw new InputError(
          `D = ${D}: only ${counted(most, "circuit fits", "circuits fit")} with S = ${S}, but at least 2z = ${2 * z} must fit.`,
        );
      }
    }
  },
  async run({ D, ...rest }, run) {
    const settings = { ...rest, Ds: [...D].sort((a, b) => a - b) };
    const { capacities, states } = await measureCapacity(settings, run);
    const figure = capacityFigure(settings, capacities, states);
    return {
      rows: figure.rows,
      table: figure.theory!,
      sentence: `Exponents of D: ${exponentsText(capacityLaws(capacities))}. Claimed: 2, up to logarithmic factors.`,
    };
  },
});
