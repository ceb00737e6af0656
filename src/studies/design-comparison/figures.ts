import { HOLDS } from "../../engine/sums.js";
import type { DepthRow, DesignComparison, DesignRow, FiveNumbers, LargestRow } from "./rows.js";
import { depthByDesign, largestByDesign } from "./depth-figure.js";
import { errorsByDesign } from "./errors-figure.js";
import { noiseByDesign } from "./noise-figure.js";
import { grouped } from "../../drawing/numbers.js";
import type { Table } from "../../results/table.js";
import type { FigureDraft, Settings } from "../study.js";
import { comparedDesigns, noises, NUMBERS_AT, searchedDesigns, type SearchedDesign } from "./designs.js";
import { collisionBound, LARGEST } from "./largest.js";

/** The remark on these figures: the authors published no numbers for them. */
const comparisonNote = "The authors have one design, which is measured here like the other designs.";

/** D1–D3. */
export function comparisonFigures(
  { rows, depths, numbers }: DesignComparison,
  { wide }: Pick<Settings, "wide">,
): FigureDraft[] {
  const namesWith = (kept: readonly object[]): string[] =>
    comparedDesigns.filter(({ layers }) => wide || kept.length > 0 || layers.length > 0).map(({ name }) => name);
  const quiet = rows.filter(({ noise }) => noise === 0);
  const noisy = rows.filter(({ noise }) => noise !== 0);
  const quietDepths = depths.filter(({ noise }) => noise === 0);
  const { samples, networks } = quiet[0];
  const size = wide
    ? "in full: 5 networks, 2,000 samples in each, 400 with noise"
    : `small: ${networks} network${networks === 1 ? "" : "s"}, ${samples} samples in each, ${noisy[0].samples} with noise; --wide runs 5 networks with 2,000 samples each for more layers, and adds z = 3, the rows design at z = 2, and the windows design`;
  const common = {
    samples: `${grouped(samples)} / ${noisy[0].samples}`,
    networks: String(networks),
    comparisonNote,
  };
  const about = comparedDesigns.map(
    ({ name, about: text, layers }) => [name, layers.length === 0 && !wide ? `With --wide. ${text}` : text] as const,
  );
  const settings = [
    [
      "networks",
      `rotations, D ≤ 1000 neurons per layer in total, T = 557 (groups: 558; grid: ${wide ? "87,616" : "10,000 of its 87,616"})`,
    ],
    ["size of the run", size],
  ] as const;
  return [
    {
      ...common,
      ...{ id: "D1", settings, rows: quiet, theory: floorTable(rows) },
      question:
        "How do the errors of other designs grow from layer to layer, compared with those of the post's network?",
      howToRead:
        "There is one line per design and one panel per number of active circuits. Dashed lines show the errors from collisions alone, which no gate can prevent: two active circuits have x in the same " +
        "cell, or an inactive circuit carries x from the cell of one active circuit into the cell of another. Where a line departs from its dashed line by more than the sampling error, gates have begun to fail. Without --wide, a few more or fewer collisions in one network change the error of the groups design by a factor of two. For this design, the dashed line is " +
        "the share of active circuits that have another active circuit in their group.",
      keeps: quiet,
      draw: (options, kept) =>
        errorsByDesign(quiet, { ...options, names: namesWith(kept), kept: kept as readonly DesignRow[] }),
    },
    {
      ...common,
      ...{ id: "D2", settings: [...settings, ...about], rows: numbers, theory: numbersTable(numbers) },
      question: `For how many layers is mean |δx|² at most ${HOLDS}, and at what cost?`,
      howToRead:
        "The mark shows the last layer up to which the mean square stays within this limit; it is hollow if no deeper layer was run. The percentage beside the mark is the share of readouts of active circuits that are off by more " +
        "than 0.25 at that layer. The grey tick shows the last layer up to which the design beats the naive network, which runs 250 of the circuits side by side and outputs 0 for the others [L4]. Equal mean squares can hide different kinds of error: the groups design loses a few circuits completely, while the windows design leaves most circuits slightly off at large depths. The table has " +
        "the five numbers reported for every design; the settings describe the trade-offs of each design.",
      keeps: quietDepths,
      draw: (options, kept) =>
        depthByDesign(quietDepths, { ...options, names: namesWith(kept), kept: kept as readonly DepthRow[] }),
    },
    {
      ...common,
      ...{ id: "D3", settings, rows: depths },
      question: "How deep do designs get with noise on every neuron in every layer?",
      howToRead:
        "A ramp in every layer removes noise on indicators, while a code that is only copied accumulates it until wrong gates open. Noise on x " +
        "is removed only by the switched design, which snaps x to its allowed angles.",
      keeps: depths,
      draw: (options, kept) =>
        noiseByDesign(depths, { ...options, names: namesWith(kept), kept: kept as readonly DepthRow[] }),
    },
  ];
}

/** D4. */
export function largestFigure(largest: readonly LargestRow[], { wide }: Pick<Settings, "wide">): FigureDraft {
  return {
    ...{ id: "D4", rows: largest, theory: limitTable(largest), comparisonNote },
    settings: [
      ["criterion", `mean |δx|² of active circuits at layer ${LARGEST.layer} at most ${LARGEST.threshold}, D = 1000`],
      [
        "search",
        wide
          ? "bisection in ln T to 6%, 3 to 12 networks"
          : "bisection in ln T to 25%, 2 to 4 networks; for designs with large networks, 2 networks, and the search ends once T is bracketed or the error is within two standard errors of the threshold; --wide: to 6%, with 3 to 12 networks, for every design and z",
      ],
    ],
    samples: String(largest[0].samples),
    networks: wide ? "3–12" : "2–4",
    question: `How many circuits can each design run up to layer ${LARGEST.layer}?`,
    howToRead:
      "Hollow marks stand for designs whose error is below the threshold even with as many circuits as they can hold at this width. The lines design has a code column for each layer, so " +
      "it is built for exactly this number of layers; both this design and the grid are exact for one active circuit. With two active circuits, the grid fails at layer 2 even at T = 306. " +
      "In the groups design, two active circuits that share a group are lost: with five groups, a fifth of active circuits at z = 2. In the lines design, most readouts are off " +
      "by more than 0.25 at z = 2 and 3. ± reflects the spread of networks at each measured T, but not the error of interpolating between the two measured T on either side of the threshold; without --wide, these two T differ by a factor of up to 2.8 for large networks. The switched design has a fixed number of circuits.",
    keeps: largest,
    draw: (options, kept) =>
      largestByDesign(largest, {
        ...options,
        ...LARGEST,
        kept: kept as readonly LargestRow[],
        names: searchedDesigns.map(({ name }) => name),
        missing: wide || kept.length > 0 ? [] : searchedDesigns.flatMap(notSearched),
      }),
  };
}

/** The searches for a design's largest T that run only with --wide. */
function notSearched({ name, zs, defaultZs = [] }: SearchedDesign): string[] {
  const absent = zs.filter((z) => !defaultZs.includes(z));
  if (absent.length === 0) return [];
  return [absent.length === zs.length ? name : `${name} at z = ${absent.join(", ")}`];
}

/** The measured T relative to what collisions alone would allow. */
function limitTable(largest: readonly LargestRow[]): Table {
  return {
    caption: `The largest T at layer ${LARGEST.layer}, with the value for collisions alone; the difference is due to indirect collisions and gates that open by mistake`,
    columns: ["design", "z", "T", "± (relative)", "collisions alone", "measured / collisions"],
    rows: largest.map(({ design, z, T, logSd, isAll }) => {
      const bound = collisionBound(
        searchedDesigns.find(({ name }) => name === design)!,
        z,
      );
      return [
        design,
        z,
        `${isAll ? "all " : ""}${grouped(T)}`,
        isAll ? null : logSd,
        bound,
        bound === null ? null : T / bound,
      ];
    }),
  };
}

/** The measured error relative to the error from collisions, at a few layers. */
function floorTable(rows: DesignComparison["rows"]): Table {
  const layers = [1, 5, 10, 20, 50, 100];
  return {
    caption: "Mean |δx|² of active circuits, with the value for collisions alone",
    columns: ["design", "z", "layer", "measured", "collisions", "ratio"],
    rows: rows
      .filter(({ noise, layer }) => noise === 0 && layers.includes(layer))
      .flatMap(({ design, z, layer, meanSquare, floor }) =>
        floor !== null && floor > 0 ? [[design, z, layer, meanSquare, floor, meanSquare / floor]] : [],
      ),
  };
}

function numbersTable(numbers: readonly FiveNumbers[]): Table {
  const depth = ({ depth, isLeast }: FiveNumbers["depths"][number]): string => `${isLeast ? "≥ " : ""}${depth}`;
  return {
    caption: `The five numbers: four at layer ${NUMBERS_AT} without noise, and the depth, given for each noise level`,
    columns: [
      ...["design", "z", "T", "mean |δx|²", "share off by > 0.25", "worst of the samples", "worst that a search found"],
      ...["largest inactive indicator", ...noises.map((noise) => `depth, σ = ${noise}`), "beats naive up to layer"],
    ],
    rows: numbers.map(({ design, z, T, meanSquare, wrong, worst, searched, inactive, depths }) => [
      ...[design, z, grouped(T), meanSquare, wrong, worst, searched, inactive],
      ...depths.map(depth),
      `${depths[0].beatsNaiveInAll ? "≥ " : ""}${depths[0].beatsNaive}`,
    ]),
  };
}
