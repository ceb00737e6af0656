import { embeddingMatrix } from "../../../src/studies/embedding-matrix/figure.js";
import type { Drawings } from "../drawings.js";
import { embeddingMatrixRows } from "./fixed-rows.js";

const rows = embeddingMatrixRows();

export const drawings: Drawings = {
  "R-A2": (options) => embeddingMatrix(rows, { ...options, reference: rows }),
};
