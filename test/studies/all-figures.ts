import type { Figure } from "../../src/drawing/compose.js";
import type { Drawings } from "./drawings.js";

/**
 * Every topic's figures.ts, with its figures drawn from fixed rows. Topics' folders have the same names as in
 * src/studies.
 */
const topics = import.meta.glob<Drawings>("./*/figures.ts", { eager: true, import: "drawings" });

export interface DrawnFigure {
  readonly id: string;
  readonly topic: string;
  readonly draw: (document: Document) => Figure;
}

/** Every figure of the report, drawn from fixed rows. */
export const allFigures: readonly DrawnFigure[] = Object.entries(topics).flatMap(([file, drawings]) =>
  Object.entries(drawings).map(([id, draw]) => {
    const command = `superpose reproduce --figures ${id} --seed 1`;
    return { id, topic: file.split("/")[1]!, draw: (document) => draw({ document, id, command }) };
  }),
);
