import type { EmbeddingMatrixRow } from "../../../src/studies/embedding-matrix/figure.js";
import { readReference } from "../../../src/studies/reference-data.js";

type Reference = Readonly<
  Record<string, Readonly<Record<string, readonly { D: number; T: number; x: number; y: number }[]>>>
>;

/** R-A2. */
export function embeddingMatrixRows(): EmbeddingMatrixRow[] {
  const data = readReference<Reference>("embedding-matrix-check.json");
  const variants = { rand: "delta", capped: "mean", combined: "both" } as const;
  return Object.entries(variants).flatMap(([theirs, variant]) =>
    Object.entries(data[theirs]!).flatMap(([S, points]) =>
      points.map((point) => ({
        D: point.D,
        T: point.T,
        S: Number(S),
        variant,
        meanSquare: point.y,
        sd: 0.03 * point.y,
        theory: point.x,
        networks: 5,
      })),
    ),
  );
}
