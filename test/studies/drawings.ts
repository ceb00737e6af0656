import type { Figure, FigureOptions } from "../../src/drawing/compose.js";

/** Figures of a topic, by their ids, drawn from its fixed rows. */
export type Drawings = Readonly<Record<string, (options: FigureOptions) => Figure>>;
