import * as Plot from "@observablehq/plot";
import { InputError } from "../base/errors.js";
import { compose, panel, type Figure, type FigureOptions } from "../drawing/compose.js";
import { shortNumber } from "../drawing/numbers.js";
import { colours, sizes } from "../drawing/theme.js";
import type { Scores } from "./score.js";
import { scoreRows, type ScoreRow } from "./score-rows.js";

/** Scores that are errors (0 is best, and they have no upper bound) get a separate panel. */
const isError = ({ score }: ScoreRow): boolean => /^(error|faithfulness)/.test(score);

/**
 * A result's scores, one column per layer. In the upper panel, the true result scores 1; the lower panel shows errors
 * and faithfulness, for which 0 is best.
 */
export function scoresFigure(scores: Scores, options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const rows = scoreRows(scores).flatMap(({ mean, ...row }) =>
    mean === null || row.score === "share of any circuit" ? [] : [{ ...row, mean }],
  );
  if (rows.length === 0) throw new InputError("scores: at least one score is needed.");
  const draw = (own: readonly (ScoreRow & { readonly mean: number })[], isShare: boolean) => {
    const most = isShare ? 1 : Math.max(1, ...own.map(({ mean, plusMinus }) => mean + (plusMinus ?? 0)));
    const inside = (value: number): number => Math.min(most, Math.max(0, value));
    const names = [...new Set(own.map(({ score }) => score))];
    return panel(document, {
      ...{ width, height: 70 + 22 * names.length, marginLeft: 150, marginRight: 54 },
      x: { domain: [0, most], label: isShare ? "score, 1 at best" : "error, 0 at best", grid: true, ticks: 4 },
      y: { domain: names, label: null },
      fx: { domain: [...new Set(own.map(({ where }) => where))], label: null, paddingOuter: 0 },
      marks: [
        Plot.ruleY(own, {
          ...{ y: "score", fx: "where", stroke: colours.ink, strokeOpacity: 0.5, strokeWidth: sizes.line },
          x1: (row: ScoreRow & { mean: number }) => inside(row.mean - (row.plusMinus ?? 0)),
          x2: (row: ScoreRow & { mean: number }) => inside(row.mean + (row.plusMinus ?? 0)),
        }),
        Plot.dot(own, {
          ...{ y: "score", fx: "where", fill: colours.truth, r: sizes.dot + 1 },
          x: (row: ScoreRow & { mean: number }) => inside(row.mean),
        }),
        Plot.text(own, {
          ...{ y: "score", fx: "where", dx: 8, dy: -7, textAnchor: "start", fontSize: sizes.caption },
          x: (row: ScoreRow & { mean: number }) => inside(row.mean),
          text: (row: ScoreRow & { mean: number }) => shortNumber(row.mean),
        }),
      ],
    });
  };
  const [errors, shares] = [rows.filter(isError), rows.filter((row) => !isError(row))];
  const panels = [...(shares.length === 0 ? [] : [draw(shares, true)]), ...(errors.length === 0 ? [] : [draw(errors, false)])]; // prettier-ignore
  return compose(options, {
    title: titleOf(rows),
    rows: panels.map((svg) => [svg]),
    caption:
      "docs/scoring.md defines the scores. Lines show 95% intervals. Values outside a panel's range are drawn at its edge, with their numbers.",
  });
}

/** A title that states the last layer's purity, cosine or AUC. */
function titleOf(rows: readonly (ScoreRow & { readonly mean: number })[]): string {
  for (const name of ["purity", "mean max cosine", "probe AUC"]) {
    const own = rows.filter(({ score }) => score === name);
    const last = own.at(-1);
    if (last !== undefined)
      return `${name[0].toUpperCase()}${name.slice(1)} in ${last.where}: ${shortNumber(last.mean)} (1 is best)`;
  }
  return "Scores against the truth";
}
