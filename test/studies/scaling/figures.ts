import type { Figure, FigureOptions } from "../../../src/drawing/compose.js";
import type { Activity } from "../../../src/results/rows.js";
import { errorsByLoad } from "../../../src/studies/scaling/figure.js";
import type { Drawings } from "../drawings.js";
import { asReference } from "../fixed-rows.js";
import { scalingRows } from "./fixed-rows.js";

const rows = scalingRows();
const reference = rows.map(({ D, T, row }) => ({ D, T, ...asReference([row])[0]! }));

const naive = ({ D, T }: { readonly D: number; readonly T: number }): number => Math.max(0, 1 - D / (4 * T));

function draw(readout: string, circuits: Activity): (options: FigureOptions) => Figure {
  return (options) => errorsByLoad(rows, { ...options, readout, circuits, d: 4, reference, naive });
}

export const drawings: Drawings = {
  R8: draw("x", "active"),
  R9: draw("x", "inactive"),
  R10: draw("alpha", "active"),
  R11: draw("alpha", "inactive"),
};
