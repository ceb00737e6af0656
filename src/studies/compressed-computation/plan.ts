import { deriveSeed } from "../../base/random.js";
import { shortNumber } from "../../drawing/numbers.js";
import { compare, type ComparisonEntry } from "../../results/compare.js";
import { mean, spread } from "../../results/statistics.js";
import { readReference } from "../reference-data.js";
import { isWanted, quickNote, type FigureDraft, type Settings, type Study } from "../study.js";
import {
  bestOfSizes,
  compressedSizes,
  handMadeCodes,
  type CompressedSizeRow,
  type HandMadeReference,
  type HandMadeRow,
} from "./figure.js";
import type { CompressedRecipe } from "./measure.js";
import { trained, type CompressedRow } from "./rows.js";
import { measureRecipes } from "./run.js";

interface File {
  readonly published: { readonly handmade: readonly Published[] };
  readonly independent: { readonly handmade: readonly Published[] };
}

interface Published {
  readonly K: number;
  readonly ratio: number;
  readonly swaps?: number;
  readonly largestOverlap?: number;
}

/** A kind of network: its recipe, and its group and name in the figure. */
interface Kind {
  readonly group: string;
  readonly name: string;
  readonly recipe: CompressedRecipe;
}

/** CC3, CC4: handmade networks that compute more ReLUs than they have neurons. [L6] [L7] */
export const compressedComputation: Study = {
  id: "compressed-computation",
  question: "How close do hand-made codes come to a network trained to compute more ReLUs than it has neurons?",
  expectedSeconds: 1.5,
  plan: (settings, figures) => ({
    async measure(run) {
      const { quick, wide } = settings;
      const networks = wide ? 5 : 1;
      const kinds = kindsFor(settings);
      const samples = wide ? 2_000_000 : quick ? 4096 : 12_288;
      const recipes = kinds.flatMap(({ recipe }) =>
        Array.from({ length: networks }, (_, repeat): CompressedRecipe => ({ ...recipe, repeat })),
      );
      const made: FigureDraft[] = [];
      if (isWanted(figures, "CC3")) {
        const rows = (await measureRecipes(recipes, samples, run)).map(({ row }) => row);
        const ofKind = (index: number) => rows.slice(index * networks, (index + 1) * networks);
        const codes = kinds.map((kind, index) => handMadeRow(kind, ofKind(index)));
        made.push(codesFigure(codes, rows, settings));
      }
      if (isWanted(figures, "CC4")) {
        const sizes = await measureRecipes(sizesFor(settings), wide ? 8192 : 4096, run);
        made.push(sizesFigure(sizes.map(({ row }) => row)));
      }
      return made;
    },
  }),
};

function handMadeRow({ group, name, recipe }: Kind, rows: readonly CompressedRow[]): HandMadeRow {
  const { mean: overTrained, sd } = spread(rows.map((row) => row.overTrained ?? NaN));
  const [{ loss, lossError }] = rows;
  const largestOverlap = Math.max(...rows.map((row) => row.largestOverlap));
  return { group, name, K: recipe.K, largestOverlap, overTrained, sd: sd ?? (overTrained * lossError) / loss };
}

/**
 * Codes at the published sizes: random codes, exchanges, assignments, translates, and translates with more fitted
 * values.
 */
function kindsFor({ seed, quick, wide }: Settings): Kind[] {
  const { F, N, p, q } = trained;
  const common: CompressedRecipe = {
    ...{ F, N, p, q, K: 5, code: "swaps", refit: "none", repeat: 0, seed: deriveSeed(seed, "compressed-computation") },
    ...{ swaps: wide ? 800_000 : 200_000, candidates: wide ? 300 : 3, rounds: 5, fitted: wide ? 20_000 : 600 },
  };
  const kind = (group: string, name: string, recipe: Partial<CompressedRecipe>): Kind => {
    return { group, name, recipe: { ...common, ...recipe } };
  };
  const assigned = (code: CompressedRecipe["code"], K: number): Kind => kind("assignments", code, { code, K });
  return [
    kind("random", "random", { swaps: 0 }),
    ...(quick ? [4, 5, 6] : [4, 5, 6, 7]).map((K) => kind("exchanges", "exchanges", { K })),
    ...[assigned("prime-step", 3), assigned("transversal", 4), assigned("greedy", 4)],
    ...[assigned("cyclic", 4), assigned("cyclic", 5)],
    kind("translates", "translates", { code: "translates" }),
    kind("more values", "translates, decoder refitted", { code: "translates", refit: "decoder" }),
    ...(wide ? [kind("more values", "translates, all values refitted", { code: "translates", refit: "all" })] : []),
  ];
}

/** Sizes up to 10,000 ReLUs on 2000 neurons, at several K. */
function sizesFor({ seed, quick, wide }: Settings): CompressedRecipe[] {
  const sizes = wide
    ? [
        ...[50, 100, 200, 500, 1000, 2000].map((N) => ({ N, F: 2 * N })),
        ...[100, 200, 500, 1000, 2000].map((N) => ({ N, F: 5 * N })),
      ]
    : [50, ...(quick ? [] : [100])].map((N) => ({ N, F: 2 * N }));
  // Making a network of 2000 neurons takes a minute.
  const KsOf = (N: number): readonly number[] =>
    !wide ? [4, 5, 6] : N < 1000 ? [3, 4, 5, 6, 7, 8, 10, 12] : [4, 6, 8, 10];
  return sizes.flatMap(({ N, F }) =>
    KsOf(N).map((K): CompressedRecipe => {
      const own = {
        F,
        N,
        K,
        p: trained.p,
        q: trained.q,
        seed: deriveSeed(seed, "compressed-sizes", F, N, K),
        repeat: 0,
      };
      const fit = { refit: "none", rounds: 0, candidates: 1, fitted: 400 } as const;
      return { ...own, ...fit, code: "swaps", swaps: (wide ? 400 : 200) * F };
    }),
  );
}

function codesFigure(rows: readonly HandMadeRow[], all: readonly CompressedRow[], settings: Settings): FigureDraft {
  const { published, independent } = readReference<File>("compressed-computation.json");
  const reference = [...published.handmade, ...independent.handmade].map(
    ({ K, ratio, largestOverlap }): HandMadeReference => {
      return { K, overTrained: ratio, largestOverlap: largestOverlap ?? null };
    },
  );
  const entries = rows
    .filter(({ group, K }) => group === "exchanges" && K <= 6)
    .map((row): ComparisonEntry => {
      const own = independent.handmade.find(({ K }) => K === row.K)!;
      const allowed = 3 * row.sd + 0.03 * own.ratio;
      return {
        label: `K = ${row.K}`,
        ours: row.overTrained,
        oursSd: row.sd,
        reference: own.ratio,
        referenceSd: null,
        allowed,
      };
    });
  const [{ inputs }] = all;
  const networks = all.length / rows.length;
  return {
    id: "CC3",
    question: "How close do hand-made codes come to a network trained to compute 100 ReLUs with 50 neurons?",
    settings: [
      ["task", "y = ReLU(x), F = 100, N = 50, each x uniform in (−1, 1) with p = 0.02; loss |error|⁴"],
      ["weights", "W_in = Mᵀ + b(1 − Mᵀ), W_out = c·pinv(Mᵀ); b by golden section, c in closed form [L6]"],
      ["more values", "decoder by weighted least squares, encoder by a search over its classes of weights [L7]"],
      ["samples", `${inputs} held-out inputs per network`],
      ["networks", `${networks} of each kind`],
    ],
    howToRead:
      "Losses are relative to that of the published trained network. A hand-made code with five neurons per feature, equal loads and at most one shared neuron per pair comes within a few per cent of it.",
    samples: String(inputs),
    networks: String(networks),
    rows: all,
    theory: {
      caption: "Loss divided by the published trained network's",
      columns: ["code", "K", "largest overlap", "ratio", "±"],
      rows: rows.map((row) => [row.name, row.K, row.largestOverlap, row.overTrained, row.sd]),
    },
    ...(settings.quick ? { comparisonNote: quickNote } : { comparison: compare(entries) }),
    keeps: rows,
    draw: (options, kept) => handMadeCodes(rows, { ...options, reference, kept: kept as readonly HandMadeRow[] }),
  };
}

function sizesFigure(rows: readonly CompressedRow[]): FigureDraft {
  const best = bestOfSizes(rows);
  return {
    id: "CC4",
    question: "How do the best K and the gain over the naive network grow with the size?",
    settings: [
      ["sizes", best.map(({ F, N }) => `${F} from ${N}`).join(", ")],
      ["task", "as in CC3: p = 0.02 for every input, so larger networks have more inputs active at once"],
      ["samples", `${rows[0].inputs} inputs per network`],
    ],
    howToRead:
      "Below 1, a network beats the naive network, which computes N of the F features exactly and outputs 0 for the others [L4].",
    samples: String(rows[0].inputs),
    networks: "1",
    rows,
    theory: {
      caption: `The best K for each size; on average, the loss is ${shortNumber(mean(best.map((row) => row.overNaive)))} times the naive network's`,
      columns: ["F", "N", "K", "loss / naive", "coherence", "b/a", "c·a"],
      rows: best.map((row) => [row.F, row.N, row.K, row.overNaive, row.coherence, row.b, row.c]),
    },
    keeps: rows.map(({ F, N, K, overNaive, code }): CompressedSizeRow => ({ F, N, K, overNaive, code })),
    draw: (options, kept) => compressedSizes(rows, { ...options, kept: kept as readonly CompressedSizeRow[] }),
  };
}
