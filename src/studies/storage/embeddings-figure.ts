import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { colours, sizes, zColour } from "../../drawing/theme.js";

/** One trained embedding in the plane. */
export interface EmbeddingRow {
  readonly loss: string;
  readonly m: number;
  /** [m][2]. */
  readonly vectors: readonly (readonly number[])[];
}

/**
 * Figure S6: embedding vectors of linear autoencoders, with a row of panels per m. Each panel is scaled to its longest
 * vector.
 */
export function embeddings(rows: readonly EmbeddingRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one embedding is needed.");
  const losses = [...new Set(rows.map(({ loss }) => loss))];
  const ms = [...new Set(rows.map(({ m }) => m))];
  const arrows = rows.flatMap(({ loss, m, vectors }) => {
    const longest = Math.max(...vectors.map((vector) => Math.hypot(...vector)));
    return vectors.map(([x, y]) => ({ loss, m: `m = ${m}`, x: x / longest, y: y / longest }));
  });
  const svg = panel(document, {
    width,
    height: ms.length * 190 + 50,
    marginLeft: 60,
    marginRight: 12,
    fx: { domain: losses, label: null },
    fy: { domain: ms.map((m) => `m = ${m}`), label: null },
    x: { domain: [-1.15, 1.15], axis: null },
    y: { domain: [-1.15, 1.15], axis: null },
    marks: [
      Plot.ruleX([0], { stroke: colours.reference, strokeOpacity: 0.4 }),
      Plot.ruleY([0], { stroke: colours.reference, strokeOpacity: 0.4 }),
      Plot.link(arrows, { fx: "loss", fy: "m", x1: 0, y1: 0, x2: "x", y2: "y", stroke: zColour(4), strokeWidth: 1.8 }),
      Plot.dot(arrows, { fx: "loss", fy: "m", x: "x", y: "y", r: sizes.dot + 0.5, fill: zColour(4) }),
    ],
  });
  return compose(options, {
    title:
      "MSE accepts any embedding of rank 2; L4 spreads the features evenly, and categorical cross-entropy almost as evenly",
    rows: [[svg]],
    caption:
      "Vectors of m features in n = 2 dimensions after training y = EᵀE x on one feature of amplitude 1 at a time; each panel is scaled to its longest vector.",
  });
}
