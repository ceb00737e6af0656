import { compare } from "../../src/results/compare.js";
import { errorEntries, theoryTable } from "../../src/results/error-tables.js";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { bothOf } from "../../src/results/rows.js";
import type { FigureReport, Report } from "../../src/report/types.js";
import { allFigures } from "../studies/all-figures.js";
import { asReference } from "../studies/fixed-rows.js";
import { layerErrorRows } from "../studies/layer-errors/fixed-rows.js";

const names = bothOf("x");

/** A report on figures, with texts as long as real ones. */
export function sampleReport(ids: readonly string[]): Report {
  const document = createDocument();
  const rows = layerErrorRows();
  const comparison = compare(errorEntries(rows, asReference(rows), names));
  return {
    title: "Rotations in Superposition, reproduced",
    lead:
      "Hundreds of small circuits, each rotating a vector when its On-indicator is set, hand-coded into one ReLU network " +
      "with fewer neurons than the circuits have together. These are the figures of the post, measured again, beside its " +
      "theory and beside numbers from the authors’ own code.",
    command: "superpose reproduce --seed 1",
    seed: 1,
    version: "0.1.0",
    figures: ids.map((id): FigureReport => {
      const figure = allFigures.find((each) => each.id === id)!.draw(document);
      const hasErrors = id === "R5";
      return {
        id,
        group: "reproduction",
        title: figure.title,
        question: "How do errors of the vector x grow with depth, and when does theory stop holding?",
        settings: [
          ["network", "D = 1000, d = 4, T = 557, S = 6, L = 5, capped"],
          ["samples", "T for z = 1, 100·T for z = 2 and 3"],
        ],
        svg: svgText(figure.svg),
        kept: null,
        howToRead:
          "Each line is one z. Left are circuits that run, right those that should stay at 0. Where a line leaves its dashed " +
          "prediction, neurons that should be off have switched on.",
        samples: hasErrors ? "557 / 55,700" : "–",
        networks: hasErrors ? "8" : "–",
        theory: hasErrors ? theoryTable(rows, names) : null,
        comparison: hasErrors ? comparison : null,
        files: [`${id}.svg`, `${id}.png`, `${id}.json`, `${id}.csv`],
        command: `superpose reproduce --figures ${id} --seed 1`,
      };
    }),
  };
}
