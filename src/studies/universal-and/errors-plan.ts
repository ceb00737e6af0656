import { deriveSeed } from "../../base/random.js";
import { compare, type ComparisonEntry } from "../../results/compare.js";
import { expectedWrongGates, universalAndErrors, universalAndOverZero } from "../../theory/universal-and.js";
import { distinct } from "../../drawing/numbers.js";
import { readReference } from "../reference-data.js";
import { quickNote, type FigureDraft, type Settings } from "../study.js";
import { andErrors, type AndErrorReference, type AndErrorRow } from "./errors-figure.js";
import type { UniversalAndSums, UniversalAndTask } from "./measure.js";
import { universalAndRow } from "./rows.js";

interface File {
  readonly rows: readonly (Omit<AndErrorReference, "overZero"> & {
    readonly m: number;
    readonly meanSquareOverZero: number | null;
    readonly rms: { readonly on: number | null; readonly one: number; readonly none: number };
  })[];
}

const m = 200;
/**
 * A transversal design for 200 inputs on as few neurons as possible: lines of a plane over the field of 16 elements.
 */
const plane = { P: 256, S: 16 } as const;

interface Size extends Pick<AndErrorRow, "code" | "d" | "p"> {
  readonly copies: number;
}

/** The networks of figure AND1. */
export interface AndErrorPlan {
  readonly sizes: readonly Size[];
  readonly actives: readonly number[];
  readonly networks: number;
  readonly tasks: readonly UniversalAndTask[];
}

export function planAndErrors({ seed, quick, wide }: Settings): AndErrorPlan {
  const ds = wide ? [500, 1000, 2000, 4000] : [500, 1000];
  const ps = wide ? [0.03, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3] : quick ? [0.1, 0.2] : [0.05, 0.1, 0.15, 0.2];
  const actives = wide ? [2, 3, 4] : [2, 3];
  const [networks, samples] = wide ? [8, 100] : [2, 12];
  const sizes = ds.flatMap((d): Size[] => {
    const copies = Math.floor(d / plane.P);
    const assigned = { code: "transversal", d, p: (plane.S * copies) / d, copies } as const;
    return [...ps.map((p): Size => ({ code: "bernoulli", d, p, copies: 1 })), assigned];
  });
  const tasks = sizes.flatMap(({ code, d, p, copies }) =>
    Array.from({ length: networks }, (_, repeat): UniversalAndTask => {
      const network = { m, d, k: 2, gates: null, code, p, S: plane.S, copies } as const;
      const own = { seed: deriveSeed(seed, "universal-and", m, d), repeat };
      return { kind: "universal-and", ...network, output: "and", n: null, actives, samples, ...own };
    }),
  );
  return { sizes, actives, networks, tasks };
}

/** Makes figure AND1 from its results. */
export function andErrorsFigure(
  { sizes, actives, networks }: AndErrorPlan,
  results: readonly (readonly UniversalAndSums[])[],
  quick: boolean,
): FigureDraft {
  const rows = actives.flatMap((active, at) =>
    sizes.map(({ code, d, p }, index): AndErrorRow => {
      const own = results.slice(index * networks, (index + 1) * networks).map((sums) => sums[at]);
      return { code, p, ...universalAndRow({ m, d, active }, own) };
    }),
  );
  const file = readReference<File>("universal-and.json").rows.flatMap((row) =>
    row.m === m && row.meanSquareOverZero !== null ? [{ ...row, overZero: row.meanSquareOverZero }] : [],
  );
  const entries = file.flatMap(({ d, p, active, overZero, allRight, rms }): ComparisonEntry[] => {
    const row = rows.find((row) => row.code === "bernoulli" && row.d === d && row.p === p && row.active === active);
    if (row === undefined) return [];
    const entry = (what: string, ours: number, reference: number, allowed: number): ComparisonEntry => ({
      ...{
        label: `${what}, d = ${d}, p = ${p}, ${active} on`,
        ours,
        oursSd: null,
        reference,
        referenceSd: null,
        allowed,
      },
    });
    // The tolerances allow for a difference of a few per cent in squared errors averaged over a few networks, and for
    // the binomial error of shares of samples.
    const binomial = Math.sqrt((allRight * (1 - allRight) + 0.01) * (1 / row.samples + 1 / 400));
    return [
      entry("error / output 0", row.overZero ?? NaN, overZero, 0.1 * overZero),
      entry("rms, one on", row.rms[1] ?? NaN, rms.one, 0.05 * rms.one),
      entry("rms, none on", row.rms[0] ?? NaN, rms.none, 0.05 * rms.none),
      entry("all correct", row.allRight, allRight, 4 * binomial),
    ];
  });
  const random = rows.filter(({ code }) => code === "bernoulli");
  const [low, high] = [Math.min, Math.max].map((end) => end(...random.map(({ p }) => p)));
  const theory = distinct(random.map(({ d }) => d)).flatMap((d) =>
    distinct(random.map(({ active }) => active)).flatMap((active) =>
      Array.from({ length: 25 }, (_, step) => {
        const size = { m, d, p: low * (high / low) ** (step / 24), active };
        return { ...size, wrong: Math.min(1, expectedWrongGates(size)), overZero: universalAndOverZero(size) };
      }),
    ),
  );
  return {
    id: "AND1",
    question: "How well does one layer compute the ANDs of all pairs of its inputs?",
    settings: [
      [
        "network",
        `h = ReLU(W x − 1), ${m} inputs; a pair is read as the mean of h over the neurons that its two inputs share [L5]`,
      ],
      [
        "codes",
        `W ∈ {0, 1}, each entry 1 with probability p; transversal designs of ${plane.S} columns, on ${plane.P} neurons per copy`,
      ],
      ["inputs", "2 or 3 on, uniformly at random (--wide: also 4)"],
    ],
    howToRead:
      "Above: the share of samples in which any of the 19,900 ANDs is on the wrong side of ½. Below: the total squared error relative to a network that always outputs 0. With few neurons, either " +
      "the two inputs of a pair share too few neurons (small p), or too many neurons of other pairs also belong to active inputs (large p). The dashed lines are, above, the expected number of wrong ANDs, which is an upper bound on the share of wrong " +
      "samples, and, below, the exact squared error of random codes. Transversal designs (crosses), in which two inputs share at most one neuron per copy, have the smallest squared error, " +
      "but need three times as many neurons as random codes to be correct. In these designs, the two inputs of a pair share 9 neurons; in the smallest random codes that separate all pairs, they share 35 to 55 (d = 770 to 950, p = 0.20 to 0.24). With three inputs on, " +
      "the number of shared neurons is about the same (d = 4,800, p = 0.11). At every size, the squared error exceeds " +
      "that of a network that always outputs 0: the layer separates pairs well enough for a threshold, but not for a linear readout. Sources: Vaintrob, Mendel and Hänni, arXiv 2408.05451.",
    samples: String(rows[0].samples),
    networks: String(networks),
    rows,
    theory: {
      caption:
        "Errors by the number of active inputs of a pair, measured and expected [L5b]; correct: share of samples with every AND on the correct side of ½, with its 95% interval",
      columns: [
        "code",
        "d",
        "p",
        "on",
        "rms, both",
        "theory",
        "one",
        "theory",
        "none",
        "theory",
        "worst",
        "correct",
        "from",
        "to",
        "over 0",
        "theory",
        "shared",
        "least",
      ],
      rows: rows.map((row) => {
        const { code, d, p, active, rms } = row;
        const isRandom = code === "bernoulli";
        const expected = isRandom ? universalAndErrors({ m, d, p, active }).map(Math.sqrt) : [];
        const [none, one, both] = [0, 1, 2].map((on) => expected[on] ?? null);
        return [
          ...[code, d, p, active, rms[2], both, rms[1], one, rms[0], none, row.worst, row.allRight, row.low, row.high],
          ...[
            row.overZero,
            isRandom ? universalAndOverZero({ m, d, p, active }) : null,
            row.readers.mean,
            row.readers.least,
          ],
        ];
      }),
    },
    ...(quick ? { comparisonNote: quickNote } : { comparison: compare(entries) }),
    draw: (options) => andErrors(rows, { ...options, reference: file, theory }),
  };
}
