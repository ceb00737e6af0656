import { cleaning } from "../../../src/studies/cleaning/figure.js";
import type { Drawings } from "../drawings.js";
import { cleaningFormulas, cleaningRows } from "./fixed-rows.js";

export const drawings: Drawings = {
  CLEAN: (options) => cleaning(cleaningRows(), { ...options, tolerance: 0.11, formulas: cleaningFormulas }),
};
