import { readFileSync } from "node:fs";
import type { EmbeddingMatrixRow } from "../../src/studies/embedding-matrix/rows.js";
import type { ErrorRow, Statistic } from "../../src/results/rows.js";
import type { RandomVectorsRow } from "../../src/studies/random-vectors/rows.js";
import type { Trajectory } from "../../src/studies/trajectories/rows.js";
import type { StepRow } from "../../src/studies/steps/figure.js";
import type { SweepRow } from "../../src/studies/scaling/figure.js";
import type { EarlierEstimate } from "../../src/studies/oracle-gate/figure.js";

// Rows that look like the real thing: the reference data in the shape of our own results.

/** Numbers by layer, by the authors' names. */
type ByLayer = Readonly<Record<string, readonly number[]>>;

interface References {
  readonly "layer-errors": {
    readonly z: Readonly<Record<string, { readonly mean: WithBlocks; readonly std_between_networks: WithBlocks }>>;
  };
  readonly sweep: {
    readonly rows: readonly {
      readonly D: number;
      readonly T: number;
      readonly z: number;
      readonly theory: ByLayer;
      readonly big: readonly [ByLayer, ByLayer];
      readonly mean_2500: ByLayer;
    }[];
  };
  readonly step: {
    readonly results: Readonly<Record<string, { readonly mean: ByLayer; readonly std_between_networks: ByLayer }>>;
  };
  readonly "embedding-matrix-check": Readonly<
    Record<string, Readonly<Record<string, readonly { D: number; T: number; x: number; y: number }[]>>>
  >;
  readonly "random-vectors": {
    readonly max_dot: readonly { D: number; n: number; mean_max_abs_dot: number; std: number; two_x: number }[];
  };
}

type WithBlocks = ByLayer & { readonly frac_active_neurons: unknown };

function reference<Name extends keyof References>(name: Name): References[Name] {
  return JSON.parse(readFileSync(new URL(`../reference/${name}.json`, import.meta.url), "utf8")) as References[Name];
}

const names = { xActive: "x_active", xInactive: "x_inactive", alphaActive: "on_active", alphaInactive: "on_inactive" };

function statistics(
  layer: number,
  mean: ByLayer,
  sd: ByLayer,
  theory: (name: string) => number | null,
): Record<string, Statistic> {
  return Object.fromEntries(
    Object.entries(names)
      .filter(([, theirs]) => mean[`mse_${theirs}`] !== undefined)
      .map(([ours, theirs]) => [
        ours,
        {
          meanSquare: mean[`mse_${theirs}`]![layer]!,
          sd: sd[`mse_${theirs}`]?.[layer] ?? null,
          worst: mean[`worst_${theirs}`]?.[layer] ?? 0,
          wrong: null,
          theory: theory(ours),
        },
      ]),
  );
}

/** [E20], [E22] for the post's network. */
function predicted(name: string, layer: number, z: number, T: number, q: number): number | null {
  if (layer === 0) return null;
  if (name.endsWith("Inactive")) return q * z;
  if (name === "alphaActive") return 0;
  return (layer - 1) * T * q * q * (z + 8 * (z - 1)) + 9 * layer * q * (z - 1);
}

/** R5–R7. */
export function layerErrorRows(): ErrorRow[] {
  const data = reference("layer-errors");
  const q = 4 / 1000 - 1 / (6 * 557);
  return Object.entries(data.z).flatMap(([zText, { mean, std_between_networks: sd }]) => {
    const z = Number(zText);
    const fraction = ({ frac_active_neurons: blocks }: WithBlocks, layer: number): number[] =>
      (blocks as readonly (readonly number[])[]).map((block) => block[layer]!);
    return mean["mse_x_active"]!.map((_, layer) => ({
      z,
      layer,
      samples: z === 1 ? 557 : 55700,
      networks: 8,
      errors: statistics(layer, mean, sd, (name) => predicted(name, layer, z, 557, q)),
      activeFraction: fraction(mean, layer),
      activeFractionSd: fraction(sd, layer),
      expectedActiveFraction: (z * 6 * 4) / 1000,
    }));
  });
}

/** R8–R11. */
export function sweepRows(): SweepRow[] {
  return reference("sweep").rows.flatMap((entry) =>
    [0, 1, 2, 3, 4].map((layer) => {
      const [a, b] = entry.big;
      const sd = Object.fromEntries(
        Object.keys(entry.mean_2500).map((key) => [
          key,
          a[key]!.map((value, l) => Math.abs(value - b[key]![l]!) / Math.SQRT2),
        ]),
      );
      return {
        D: entry.D,
        T: entry.T,
        row: {
          z: entry.z,
          layer,
          samples: 500,
          networks: 2,
          errors: statistics(layer, entry.mean_2500, sd, (name) =>
            layer === 0 ? null : entry.theory[`mse_${names[name as keyof typeof names]}`]![layer]!,
          ),
          activeFraction: [],
          activeFractionSd: null,
          expectedActiveFraction: 0,
        },
      };
    }),
  );
}

/** T13. */
export function stepRows(): StepRow[] {
  const labels = { capped: "capped", balanced: "balanced", no: "no correction" };
  return Object.entries(reference("step").results).flatMap(([key, { mean, std_between_networks: sd }]) => {
    const [, S, z, word] = /^S=(\d+) z=(\d+) (\w+)/.exec(key)!;
    return mean["mse_on_active"]!.map((_, layer) => ({
      construction: labels[word as keyof typeof labels],
      S: Number(S),
      row: {
        z: Number(z),
        layer,
        samples: 600,
        networks: 3,
        errors: statistics(layer, mean, sd, () => null),
        activeFraction: [],
        activeFractionSd: null,
        expectedActiveFraction: 0,
      },
    }));
  });
}

/** R-A2. */
export function embeddingMatrixRows(): EmbeddingMatrixRow[] {
  const data = reference("embedding-matrix-check");
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

/** T5. */
export function randomVectorsRows(): RandomVectorsRow[] {
  return reference("random-vectors").max_dot.map((point) => ({
    n: point.D,
    m: point.n,
    repeats: 10,
    largest: point.mean_max_abs_dot,
    largestSd: point.std,
    largestTheory: point.two_x,
    meanSquare: 1.01 / point.D,
    meanSquareSd: 0.01 / point.D,
  }));
}

/** T11: the theory times a wobble. */
export function oracleRows(): { rows: ErrorRow[]; earlier: EarlierEstimate[] } {
  const q = 4 / 2000 - 1 / (5 * 2000);
  const at = [1, 2, 3, 4, 5].flatMap((z) => [0, 1, 2, 3].map((layer) => ({ z, layer })));
  return {
    rows: at.map(({ z, layer }) => {
      const theory = predicted("xActive", layer, z, 2000, q);
      const meanSquare = (theory ?? 0) * (1.05 + 0.04 * layer);
      return {
        z,
        layer,
        samples: 800,
        networks: 3,
        errors: { xActive: { meanSquare, sd: 0.05 * meanSquare, worst: 0, wrong: null, theory } },
        activeFraction: [],
        activeFractionSd: null,
        expectedActiveFraction: 0,
      };
    }),
    earlier: at.map(({ z, layer }) => ({
      z,
      layer,
      value: (layer * (z - 1)) / 500 + (Math.max(0, layer - 1) * 6 * z * 2000) / 500 ** 2,
    })),
  };
}

/** R1, R2, R4: rotations that drift off as the measured errors grow. */
export function trajectoryRows(zs: readonly number[], perZ: number): Trajectory[] {
  const drift = [
    [0, 0, 0.09, 0.36, 0.77, 1.3],
    [0, 0.19, 0.39, 0.76, 1.24, 1.9],
    [0, 0.28, 0.57, 0.94, 1.44, 2.3],
  ];
  return zs.flatMap((z) =>
    Array.from({ length: perZ }, (_, sample) => {
      const theta = 0.5 + 1.7 * sample;
      const start = 2.4 * sample + z;
      const truth = [0, 1, 2, 3, 4, 5].map((layer) => [
        Math.cos(start + layer * theta),
        Math.sin(start + layer * theta),
      ]);
      const readout = truth.map(([x, y], layer) => {
        const angle = 1.1 * sample + 0.7 * layer * z;
        const size = drift[z - 1]![layer]! * (0.6 + 0.12 * (sample % 5));
        return [x! + size * Math.cos(angle), y! + size * Math.sin(angle)];
      });
      return { z, sample, circuit: (sample * 97 + z * 31) % 557, truth, readout };
    }),
  );
}

/** The measured values themselves as rings. */
export function asReference(rows: readonly ErrorRow[]): {
  z: number;
  layer: number;
  errors: Record<string, { meanSquare: number; worst: number }>;
}[] {
  return rows.map(({ z, layer, errors }) => ({
    z,
    layer,
    errors: Object.fromEntries(
      Object.entries(errors).map(([name, { meanSquare, worst }]) => [
        name,
        { meanSquare: meanSquare * 0.97, worst: worst * 0.95 },
      ]),
    ),
  }));
}
