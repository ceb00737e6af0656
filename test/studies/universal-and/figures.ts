import { andErrors } from "../../../src/studies/universal-and/errors-figure.js";
import { andNeurons } from "../../../src/studies/universal-and/one-axis-figure.js";
import { expectedWrongGates, universalAndOverZero } from "../../../src/theory/universal-and.js";
import type { Drawings } from "../drawings.js";
import { andErrorReference, andErrorRows, andLaw, andNeuronsRows } from "./fixed-rows.js";

const theory = andErrorRows().map(({ m, d, p, active }) => {
  const size = { m, d, p, active };
  return { ...size, wrong: Math.min(1, expectedWrongGates(size)), overZero: universalAndOverZero(size) };
});

export const drawings: Drawings = {
  AND1: (options) => andErrors(andErrorRows(), { ...options, reference: andErrorReference, theory }),
  AND2: (options) => andNeurons(andNeuronsRows, { ...options, law: andLaw }),
};
