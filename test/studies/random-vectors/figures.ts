import { randomVectors } from "../../../src/studies/random-vectors/figure.js";
import type { Drawings } from "../drawings.js";
import { randomVectorsRows } from "./fixed-rows.js";

const rows = randomVectorsRows();

export const drawings: Drawings = {
  T5: (options) => randomVectors(rows, { ...options, reference: rows }),
};
