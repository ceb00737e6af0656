import { errorTerms } from "../../../src/studies/error-terms/figure.js";
import type { Drawings } from "../drawings.js";
import { termRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  TERMS: (options) => errorTerms(termRows(), options),
};
