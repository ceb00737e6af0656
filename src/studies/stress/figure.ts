import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { listed } from "../../drawing/numbers.js";
import { colours, designColour, sizes } from "../../drawing/theme.js";

/** The depth of one design under one perturbation. */
export interface SurvivalRow {
  readonly design: string;
  readonly z: number;
  readonly perturbation: string;
  readonly depth: number;
  /** Whether the depth is only a lower bound, because no deeper step was run. */
  readonly isLeast: boolean;
  /** Depth as a share of the depth without perturbation; at most 1. */
  readonly share: number;
  readonly samples: number;
  readonly networks: number;
}

/**
 * Figure STRESS: the depth under each perturbation. The area of each dot shows the depth as a share of the depth
 * without perturbation.
 */
export function survival(rows: readonly SurvivalRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one is needed.");
  const [{ z, samples, networks }] = rows;
  const perturbations = [...new Set(rows.map((row) => row.perturbation))];
  const designs = [...new Set(rows.map((row) => row.design))];
  const at = { x: "design", y: "perturbation" } as const;
  const svg = panel(document, {
    width,
    height: 60 + 26 * perturbations.length,
    marginLeft: 250,
    marginTop: 34,
    marginBottom: 8,
    x: { axis: "top", domain: designs, type: "point", padding: 0.5, label: null, tickSize: 0 },
    y: { domain: perturbations, type: "point", padding: 0.6, label: null, tickSize: 0 },
    r: { domain: [0, 1], range: [0, 9] },
    marks: [
      Plot.ruleY(perturbations, { stroke: colours.muted, strokeOpacity: 0.2 }),
      ...designs.map((design) =>
        Plot.dot(
          rows.filter((row) => row.design === design),
          { ...at, r: "share", fill: designColour(design), stroke: "none" },
        ),
      ),
      Plot.text(rows, {
        ...at,
        ...{ dx: 16, textAnchor: "start", fill: colours.ink, stroke: colours.paper, strokeWidth: 4 },
        text: ({ depth, isLeast }: SurvivalRow) => `${isLeast ? "≥ " : ""}${depth}`,
      }),
    ],
  });
  const robust = designs.filter((design) => rows.every((row) => row.design !== design || row.share >= 0.5));
  return compose(options, {
    title:
      robust.length === 0
        ? `No design keeps half of its depth under every perturbation (z = ${z})`
        : `${listed(robust)} ${robust.length === 1 ? "keeps" : "keep"} at least half of the depth under every perturbation (z = ${z})`,
    rows: [[svg]],
    caption:
      "The numbers count steps with a mean |δx|² of at most 0.25. Dot areas: depth as a share of the depth without perturbation. " +
      `${samples} samples in ${networks === 1 ? "one network" : `each of ${networks} networks`}. One perturbation at a time, except in “all at once”; the size of x after a failure is not shown.`,
  });
}
