import { steps } from "../../../src/studies/steps/figure.js";
import type { Drawings } from "../drawings.js";
import { asReference } from "../fixed-rows.js";
import { stepRows } from "./fixed-rows.js";

const rows = stepRows();
const reference = rows.map(({ construction, S, row }) => ({ construction, S, ...asReference([row])[0]! }));

export const drawings: Drawings = {
  T13: (options) => steps(rows, { ...options, reference }),
};
