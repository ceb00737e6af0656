import type { Figure, FigureOptions } from "../../src/drawing/compose.js";
import { activeFraction } from "../../src/studies/layer-errors/active-fraction-figure.js";
import { cleaning } from "../../src/studies/cleaning/figure.js";
import { embeddingMatrix } from "../../src/studies/embedding-matrix/figure.js";
import { errorsByLayer } from "../../src/studies/layer-errors/figure.js";
import { frontierDepth, frontierLargest } from "../../src/studies/design-comparison/depth-figure.js";
import { frontierErrors } from "../../src/studies/design-comparison/errors-figure.js";
import { frontierNoise } from "../../src/studies/design-comparison/noise-figure.js";
import { oracleGate } from "../../src/studies/oracle-gate/figure.js";
import { ramp } from "../../src/studies/trajectories/ramp-figure.js";
import { randomVectors } from "../../src/studies/random-vectors/figure.js";
import { steps } from "../../src/studies/steps/figure.js";
import { embeddings } from "../../src/studies/storage/embeddings-figure.js";
import { storageJoined } from "../../src/studies/capacity/storing-figure.js";
import { storageNoise, storageRatios } from "../../src/studies/storage/noise-figure.js";
import { storageReadout, storageReEmbedding } from "../../src/studies/storage/readout-figure.js";
import { storedReadouts } from "../../src/studies/storage/distribution-figure.js";
import { sweep } from "../../src/studies/scaling/figure.js";
import { trajectories } from "../../src/studies/trajectories/figure.js";
import { cleaningRows } from "./cleaning/fixed-rows.js";
import { depthRows, designs, frontierErrorRows, largestRows } from "./design-comparison/fixed-rows.js";
import {
  asReference,
  embeddingMatrixRows,
  layerErrorRows,
  oracleRows,
  randomVectorsRows,
  stepRows,
  sweepRows,
  trajectoryRows,
} from "./fixed-rows.js";
import { joinedRows, ratioRows, reEmbeddingRows, storageRows, storageSizes } from "./storage/fixed-rows.js";

type Draw = (document: Document) => Figure;

function base(document: Document, id: string): FigureOptions {
  return { document, id, command: `superpose reproduce --figures ${id} --seed 1` };
}

function drawSweep(id: string, readout: string, circuits: "Active" | "Inactive"): Draw {
  const rows = sweepRows();
  const reference = rows.map(({ D, T, row }) => ({ D, T, ...asReference([row])[0]! }));
  return (document) => sweep(rows, { ...base(document, id), readout, circuits, d: 4, reference });
}

/** Every figure of the report, from rows made of the reference data. */
export const allFigures: Readonly<Record<string, Draw>> = {
  R1: (document) => trajectories(trajectoryRows([1], 10), base(document, "R1")),
  R2: (document) => trajectories(trajectoryRows([1], 10), { ...base(document, "R2"), show: "truth" }),
  R3: (document) => ramp(base(document, "R3")),
  R4: (document) => trajectories(trajectoryRows([1, 2, 3], 5), base(document, "R4")),
  R5: (document) =>
    errorsByLayer(layerErrorRows(), {
      ...base(document, "R5"),
      readout: "x",
      reference: asReference(layerErrorRows()),
    }),
  R6: (document) =>
    errorsByLayer(layerErrorRows(), {
      ...base(document, "R6"),
      readout: "alpha",
      reference: asReference(layerErrorRows()),
    }),
  R7: (document) =>
    activeFraction(layerErrorRows(), {
      ...base(document, "R7"),
      reference: layerErrorRows(),
      blockNames: ["a₀ (On)", "a₁ (On)", "a₂ (x₀)", "a₃ (x₁)"],
    }),
  R8: drawSweep("R8", "x", "Active"),
  R9: drawSweep("R9", "x", "Inactive"),
  R10: drawSweep("R10", "alpha", "Active"),
  R11: drawSweep("R11", "alpha", "Inactive"),
  "R-A2": (document) =>
    embeddingMatrix(embeddingMatrixRows(), { ...base(document, "R-A2"), reference: embeddingMatrixRows() }),
  T5: (document) => randomVectors(randomVectorsRows(), { ...base(document, "T5"), reference: randomVectorsRows() }),
  T11: (document) => {
    const { rows, earlier } = oracleRows();
    return oracleGate(rows, { ...base(document, "T11"), earlier, reference: asReference(rows) });
  },
  T13: (document) => {
    const rows = stepRows();
    const reference = rows.map(({ construction, S, row }) => ({ construction, S, ...asReference([row])[0]! }));
    return steps(rows, { ...base(document, "T13"), reference });
  },
  S0: (document) =>
    storedReadouts(storageRows("random"), {
      ...base(document, "S0"),
      ...{ l: 4, amplitudes: "boolean" },
      histogram: { range: [-1, 2], inactive: [0, 2, 40, 2, 0, 0], active: [0, 0, 0, 3, 1, 0] },
    }),
  S1: (document) => storageNoise(storageSizes(), base(document, "S1")),
  S2: (document) => storageRatios(ratioRows(), base(document, "S2")),
  S3: (document) => storageReadout([...storageRows("random"), ...storageRows("assignment")], base(document, "S3")),
  S4: (document) => storageReEmbedding(reEmbeddingRows(), base(document, "S4")),
  S5: (document) => storageJoined(joinedRows(), { ...base(document, "S5"), l: 16, layers: 3, d: 4 }),
  S6: (document) =>
    embeddings(
      [
        {
          loss: "MSE",
          m: 3,
          vectors: [
            [1, 0],
            [0, 1],
            [0.5, 0.5],
          ],
        },
        {
          loss: "L4",
          m: 3,
          vectors: [
            [1, 0],
            [-0.5, 0.87],
            [-0.5, -0.87],
          ],
        },
      ],
      base(document, "S6"),
    ),
  D1: (document) => frontierErrors(frontierErrorRows(), { ...base(document, "D1"), names: designs }),
  D2: (document) =>
    frontierDepth(
      depthRows().filter(({ noise }) => noise === 0),
      { ...base(document, "D2"), names: designs },
    ),
  D3: (document) => frontierNoise(depthRows(), { ...base(document, "D3"), names: designs }),
  D4: (document) =>
    frontierLargest(largestRows(), {
      ...base(document, "D4"),
      ...{ names: designs, layer: 5, threshold: 0.25, missing: ["B: windows"] },
    }),
  CLEAN: (document) =>
    cleaning(cleaningRows(), {
      ...base(document, "CLEAN"),
      ...{
        tolerance: 0.11,
        formulas: {
          copied: [
            [-0.1, 0],
            [0, 0],
            [1.1, 1.1],
          ],
          snap: [
            [0, 0],
            [0.11, 0],
          ],
        },
      },
    }),
};
