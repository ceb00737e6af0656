import { lastOf } from "../../base/last.js";
import * as Plot from "@observablehq/plot";
import { InputError } from "../../base/errors.js";
import { centredLabel, compose, panel, type Figure, type FigureOptions, type Key } from "../../drawing/compose.js";
import { logAxis } from "../../drawing/log-axis.js";
import { distinct, shortNumber } from "../../drawing/numbers.js";
import { bars } from "../../drawing/marks.js";
import type { ReEmbeddingRow, StorageRow } from "./rows.js";
import { colours, ordinalColour, sizes, zColour } from "../../drawing/theme.js";

const familyNames = {
  random: "random unit vectors",
  assignment: "S-hot, as assigned to circuits",
  equiangular: "equiangular, m = 2n",
} as const;

/**
 * Figure S3: errors of Boolean readout against the number of active features as a multiple of the predicted maximum.
 * [E26]
 */
export function storageReadout(rows: readonly StorageRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  const own = rows.filter(({ amplitudes }) => amplitudes === "boolean");
  if (own.length === 0) throw new InputError("rows: at least one row with Boolean amplitudes is needed.");
  const families = (Object.keys(familyNames) as StorageRow["family"][]).filter((family) =>
    own.some((row) => row.family === family),
  );
  const drawn = own.map((row) => {
    const predicted = row.n / (8 * Math.log(row.m));
    return { ...row, column: familyNames[row.family], x: row.l / predicted, isFitted: predicted >= 1 };
  });
  // Some families have a slightly different n (255 for 256), so each n is named by the nearest power of two.
  const power = (n: number): number => Math.round(Math.log2(n));
  const powers = distinct(drawn.map(({ n }) => power(n)));
  const colourOf = (n: number): string => ordinalColour(powers.indexOf(power(n)), powers.length);
  const series = [...new Set(drawn.map(({ family, n, m }) => `${family},${n},${m}`))];
  const at = { fx: "column", x: "x", y: "wrongSamples" };
  const svg = panel(document, {
    width,
    marginLeft: 58,
    height: 320,
    fx: { domain: families.map((family) => familyNames[family]), label: null },
    x: {
      ...{ type: "log", domain: [0.1, 10], ticks: [0.1, 0.3, 1, 3, 10], tickFormat: String },
      label: "l / (n/(8 ln m)): active features relative to the predicted maximum",
    },
    y: {
      domain: [-0.02, 1.02],
      ticks: [0, 0.25, 0.5, 0.75, 1],
      tickFormat: String,
      ...{ label: "share of samples with a wrong feature", ...centredLabel, grid: true },
    },
    marks: [
      Plot.ruleX([1], { stroke: colours.ink, strokeDasharray: "5 3" }),
      ...series.flatMap((name) => {
        const line = drawn.filter(({ family, n, m, x }) => `${family},${n},${m}` === name && x >= 0.1 && x <= 10);
        if (line.length === 0) return [];
        const stroke = colourOf(line[0].n);
        const dots = { ...at, r: sizes.dot - 0.3 };
        return [
          Plot.line(line, { ...at, stroke, strokeWidth: 1.2, strokeOpacity: 0.4 }),
          ...(line[0].family === "random"
            ? [Plot.line(line, { ...at, y: "wrongSamplesLaw", stroke, strokeWidth: 1.2, strokeDasharray: "1.5 3" })]
            : []),
          bars(
            line.filter(({ wrongSamplesSd }) => wrongSamplesSd),
            { fx: "column", x: "x", stroke },
            ({ wrongSamples }) => wrongSamples,
            ({ wrongSamplesSd }) => wrongSamplesSd,
            [0, 1],
          ),
          line[0].isFitted
            ? Plot.dot(line, { ...dots, fill: stroke })
            : Plot.dot(line, { ...dots, fill: colours.paper, stroke, strokeWidth: 1.3 }),
        ];
      }),
    ],
  });
  const random = drawn.filter(({ family, isFitted }) => family === "random" && isFitted);
  // The point on a line, interpolated between its dots, at which half of the samples have a wrong feature.
  const half = series.flatMap((name) => {
    const line = random.filter(({ family, n, m }) => `${family},${n},${m}` === name).sort((a, b) => a.x - b.x);
    const after = line.findIndex(({ wrongSamples }) => wrongSamples >= 0.5);
    if (after < 1) return [];
    const [low, high] = [line[after - 1], line[after]];
    const share = (0.5 - low.wrongSamples) / (high.wrongSamples - low.wrongSamples);
    return [low.x * (high.x / low.x) ** share];
  });
  const where =
    half.length === 0
      ? "about n/(8 ln m)"
      : `${shortNumber(Math.min(...half), 2)} to ${shortNumber(Math.max(...half), 2)} times n/(8 ln m)`;
  return compose(options, {
    title: `Reading m random features with a threshold of ½ fails half the time when ${where} are active`,
    keys: [
      ...powers.map((exponent): Key => ({
        label: `n ≈ ${2 ** exponent}`,
        colour: colourOf(2 ** exponent),
        mark: "dot",
      })),
      { label: "the exact law of random vectors [L1]", colour: colours.ink, mark: "dotted" },
      { label: "l = n/(8 ln m)", colour: colours.ink, mark: "dashed" },
      { label: "n/(8 ln m) < 1", colour: colours.ink, mark: "circle" },
    ],
    rows: [[svg]],
    caption:
      "Each line is for one number m of features (2n, 4n, 16n or 64n), read with a threshold of ½; l features are 1, the others 0. Bars: ± sd across draws.",
  });
}

/** Figure S4: noise after repeated reading and re-embedding, without and with a threshold. [E26] */
export function storageReEmbedding(rows: readonly ReEmbeddingRow[], options: FigureOptions): Figure {
  const { document, width = sizes.width } = options;
  if (rows.length === 0) throw new InputError("rows: at least one row is needed.");
  const ls = distinct(rows.map(({ l }) => l));
  const colourOf = (l: number): string => zColour(1 + ls.indexOf(l));
  const { n, m, samples, repeats } = rows[0];
  const columns = ["read and re-embedded unchanged", "set to 0 or 1 before re-embedding"] as const;
  const points = rows.flatMap((row) => [
    { column: columns[0], l: row.l, x: row.layer, y: row.plain, sd: row.plainSd ?? 0, theory: row.plainTheory },
    {
      ...{ column: columns[1], l: row.l, x: row.layer, y: row.thresholded },
      ...{ sd: row.thresholdedSd ?? 0, theory: row.thresholdedTheory },
    },
  ]);
  const axis = logAxis(
    points.map(({ y }) => y),
    points.map(({ theory }) => theory),
    { decades: 9 },
  );
  const svg = panel(document, {
    width,
    marginLeft: 58,
    height: 340,
    fx: { domain: [...columns], label: null },
    x: {
      ticks: distinct(rows.map(({ layer }) => layer)),
      tickFormat: String,
      label: "times read",
    },
    y: {
      ...axis.scale("mean squared noise of a feature"),
      ...centredLabel,
    },
    marks: [
      Plot.ruleY([0.25], { stroke: colours.ink, strokeDasharray: "1.5 3" }),
      ...ls.flatMap((l) => {
        const own = points.filter((point) => point.l === l);
        const at = { fx: "column", x: "x", stroke: colourOf(l) };
        return [
          Plot.line(own, { ...at, y: "theory", strokeWidth: 1.4, strokeDasharray: "5 3" }),
          Plot.ruleX(own, {
            ...at,
            y1: (point: (typeof points)[number]) => axis.clip(point.y - point.sd),
            y2: (point: (typeof points)[number]) => point.y + point.sd,
          }),
          Plot.dot(own, { fx: "column", x: "x", y: "y", r: sizes.dot, fill: colourOf(l) }),
        ];
      }),
    ],
  });
  const rightSvg = panel(document, {
    width,
    marginLeft: 58,
    height: 190,
    x: { ticks: distinct(rows.map(({ layer }) => layer)), tickFormat: String, label: "times read" },
    y: {
      ...{ domain: [-0.03, 1.03], ticks: [0, 0.5, 1], tickFormat: String, grid: true },
      ...{ label: "samples correct so far", ...centredLabel },
    },
    marks: ls.flatMap((l) => {
      const own = rows.filter((row) => row.l === l);
      const at = { x: "layer", stroke: colourOf(l) };
      return [
        Plot.line(own, { ...at, y: "rightLaw", strokeWidth: 1.4, strokeDasharray: "5 3" }),
        Plot.dot(own, { x: "layer", y: "right", r: sizes.dot, fill: colourOf(l) }),
      ];
    }),
  });
  const most = Math.max(...rows.map(({ layer }) => layer));
  const ends = rows.filter(({ layer }) => layer === most);
  const kept = ends.filter(({ right }) => right >= 0.5).sort((a, b) => a.l - b.l);
  const readable =
    kept.length === 0
      ? ""
      : ` Readable: after ${most} readings, all features are right in at least half of the samples (at l = ${lastOf(kept).l}, in ${shortNumber(100 * lastOf(kept).right, 2)}%).`;
  return compose(options, {
    title: `Without a threshold, the noise grows ${shortNumber(1 + m / n, 2)}-fold per reading; with one, ${kept.length === 0 ? "it also grows" : `l ≤ ${lastOf(kept).l} stays readable`}`,
    keys: [
      ...ls.map((l): Key => ({ label: `l = ${l}`, colour: colourOf(l), mark: "dot" })),
      { label: "(l/m)·((1 + m/n)^k − 1); l/n; below, the law [L1]", colour: colours.ink, mark: "dashed" },
      { label: "0.25: noise as large as the threshold", colour: colours.ink, mark: "dotted" },
    ],
    rows: [[svg], [rightSvg]],
    caption: `m = ${m} Boolean features in n = ${n} dimensions, of which l are 1; new random unit vectors for each reading; ${samples} samples in each of ${repeats} draws; bars: ± sd across draws.${readable}`,
  });
}
