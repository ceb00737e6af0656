import type { Figure } from "../../src/drawing/compose.js";
import type { Drawings } from "./drawings.js";
import { capacityFigures } from "./capacity/figures.js";
import { cleaningFigures } from "./cleaning/figures.js";
import { designComparisonFigures } from "./design-comparison/figures.js";
import { embeddingMatrixFigures } from "./embedding-matrix/figures.js";
import { errorTermsFigures } from "./error-terms/figures.js";
import { layerErrorsFigures } from "./layer-errors/figures.js";
import { oracleGateFigures } from "./oracle-gate/figures.js";
import { randomVectorsFigures } from "./random-vectors/figures.js";
import { scalingFigures } from "./scaling/figures.js";
import { stepsFigures } from "./steps/figures.js";
import { storageFigures } from "./storage/figures.js";
import { trajectoriesFigures } from "./trajectories/figures.js";

/** The report's figures by topic, which is their folder here and in src/studies. */
const topics: Readonly<Record<string, Drawings>> = {
  capacity: capacityFigures,
  cleaning: cleaningFigures,
  "design-comparison": designComparisonFigures,
  "embedding-matrix": embeddingMatrixFigures,
  "error-terms": errorTermsFigures,
  "layer-errors": layerErrorsFigures,
  "oracle-gate": oracleGateFigures,
  "random-vectors": randomVectorsFigures,
  scaling: scalingFigures,
  steps: stepsFigures,
  storage: storageFigures,
  trajectories: trajectoriesFigures,
};

export interface DrawnFigure {
  readonly id: string;
  readonly topic: string;
  readonly draw: (document: Document) => Figure;
}

/** Every figure of the report, from fixed rows. */
export const allFigures: readonly DrawnFigure[] = Object.entries(topics).flatMap(([topic, drawings]) =>
  Object.entries(drawings).map(([id, draw]) => {
    const command = `superpose reproduce --figures ${id} --seed 1`;
    return { id, topic, draw: (document) => draw({ document, id, command }) };
  }),
);
