import { activeFraction } from "../../../src/studies/layer-errors/active-fraction-figure.js";
import { errorsByLayer } from "../../../src/studies/layer-errors/figure.js";
import type { Drawings } from "../drawings.js";
import { asReference } from "../fixed-rows.js";
import { layerErrorRows } from "./fixed-rows.js";

const rows = layerErrorRows();
const reference = asReference(rows);

export const drawings: Drawings = {
  R5: (options) =>
    errorsByLayer(rows, { ...options, readout: "x", reference, naive: [0.551, 0.551, 0.551, 0.551, 0.551] }),
  R6: (options) => errorsByLayer(rows, { ...options, readout: "alpha", reference }),
  R7: (options) =>
    activeFraction(rows, {
      ...{ ...options, reference: rows },
      blockNames: ["a₀ (On)", "a₁ (On)", "a₂ (x₀)", "a₃ (x₁)"],
    }),
};
