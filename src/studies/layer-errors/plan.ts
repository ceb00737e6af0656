import { compare, type ComparisonEntry } from "../../results/compare.js";
import { errorEntries, theoryTable, type ErrorReference } from "../../results/error-tables.js";
import { fileRow } from "../../results/file-rows.js";
import { activeFraction, type ActiveFractionReference } from "./active-fraction-figure.js";
import { errorsByLayer } from "./figure.js";
import { grouped, listed } from "../../drawing/numbers.js";
import { beatsNaive, describeLayers } from "../../results/beats-naive.js";
import { runNaiveErrors } from "../../runs/rows.js";
import type { NaiveErrors } from "../../theory/naive.js";
import { deriveSeed } from "../../base/random.js";
import { parseSpec } from "../../config/parse-spec.js";
import type { RunSpec } from "../../config/run-spec.js";
import { planRuns, quickNote, type FigureDraft, type Study } from "../study.js";
import { authorsPoints, readReference, type AuthorsErrors } from "../reference-data.js";
import { bothOf, type ErrorRow } from "../../results/rows.js";

/** The names of a rotation's neurons, by block. [E2] */
const rotationBlocks = ["indicator, first ramp", "indicator, second ramp", "x, first", "x, second"];

/**
 * The published network: T = 557 rotations in D = 1000. For z = 1, every circuit runs once (`each`); for z = 2 and 3,
 * there are 100·T random sets.
 */
function layerErrorSpecs(seed: number, networks: number, samplesPerCircuit: number): RunSpec[] {
  const own = deriveSeed(seed, "layer-errors");
  const common = { D: 1000, T: 557, S: 6, L: 5, networks, seed: own };
  return [
    parseSpec({ ...common, z: [1], sampling: "each", samples: 557 }),
    parseSpec({ ...common, z: [2, 3], samples: samplesPerCircuit * 557 }),
  ];
}

/** Where readout x beats the naive network, as in "up to layer 3 at z = 1 and …". */
function beatsText(rows: readonly ErrorRow[], naive: Readonly<Record<string, NaiveErrors>>): string {
  return listed(
    beatsNaive(rows, naive)
      .filter(({ readout }) => readout === "x")
      .map(({ z, layers }) => `${describeLayers(layers)} at z = ${z}`),
  );
}

interface LayerErrorsFile {
  readonly z: Readonly<Record<string, { readonly mean: AuthorsErrors; readonly std_between_networks: AuthorsErrors }>>;
}

function references(): {
  errors: ErrorReference[];
  fractions: ActiveFractionReference[];
  entries: (rows: readonly ErrorRow[]) => ComparisonEntry[];
} {
  const file = readReference<LayerErrorsFile>("layer-errors.json");
  const zs = Object.keys(file.z).map(Number);
  const fraction = (of: AuthorsErrors, layer: number): number[] => of.frac_active_neurons!.map((block) => block[layer]);
  return {
    errors: zs.flatMap((z) => authorsPoints(z, file.z[z].mean, file.z[z].std_between_networks)),
    fractions: zs.flatMap((z) =>
      file.z[z].mean.mse_on_active.map((_, layer) => ({ z, layer, activeFraction: fraction(file.z[z].mean, layer) })),
    ),
    entries: (rows) =>
      rows.flatMap((row) => {
        const theirs = file.z[row.z];
        return row.activeFraction.map((ours, block) => ({
          label: `block ${block}, z = ${row.z}, layer ${row.layer}`,
          ours,
          oursSd: row.activeFractionSd?.[block] ?? null,
          reference: fraction(theirs.mean, row.layer)[block],
          referenceSd: fraction(theirs.std_between_networks, row.layer)[block],
        }));
      }),
  };
}

/** R5–R7: errors and active neurons of the published network by layer. */
export const layerErrors: Study = {
  id: "layer-errors",
  question: "How do errors and active neurons grow from layer to layer?",
  expectedSeconds: 4.7,
  plan: ({ seed, quick }) => {
    const specs = layerErrorSpecs(seed, quick ? 2 : 5, quick ? 4 : 100);
    return planRuns(specs, (rows) => figures(rows.flat(), specs, quick));
  },
};

function figures(rows: readonly ErrorRow[], specs: readonly RunSpec[], quick: boolean): FigureDraft[] {
  const reference = references();
  const [first, second] = [specs[0], specs[1]];
  const naive = runNaiveErrors(first);
  const common = {
    settings: [
      ["network", "D = 1000, d = 4, P = 250, T = 557 rotations, S = 6, capped, L = 5"],
      ["samples", `z = 1: each circuit once (557); z = 2, 3: ${grouped(second.samples)} random sets, per network`],
      ["networks", `${first.networks}, new angles and embeddings in each`],
    ] as const,
    samples: `557 / ${grouped(second.samples)}`,
    networks: String(first.networks),
    rows: rows.map(fileRow),
  };
  const errors = (id: string, readout: string, question: string, howToRead: string): FigureDraft => {
    return {
      ...common,
      id,
      question,
      howToRead,
      theory: theoryTable(rows, bothOf(readout)),
      ...(quick
        ? { comparisonNote: quickNote }
        : { comparison: compare(errorEntries(rows, reference.errors, bothOf(readout))) }),
      draw: (options) =>
        errorsByLayer(rows, { ...options, readout, reference: reference.errors, naive: naive[readout].naive }),
    };
  };
  return [
    errors(
      "R5",
      "x",
      "How much does the vector read from the large network differ from the one that the circuit computes alone?",
      "Each line is one z, the number of circuits active at once; the band is the spread across networks. Dashed lines are " +
        "the theory, which assumes that every neuron that no active circuit uses stays off. Where measurements depart from the theory, gates " +
        "have opened by mistake. A readout with an error above 1 is no better than guessing the mean. The thin line is the naive network, which runs " +
        "as many circuits as fit side by side and outputs 0 for the others [L4]; superposition is useful only below this line. " +
        `The error of x stays below this line ${beatsText(rows, naive)}. Grey rings are the authors' numbers.`,
    ),
    errors(
      "R6",
      "alpha",
      "How far is the On-indicator from 1 for active circuits and from 0 for inactive ones?",
      "The ramp removes indicator errors up to 0.25 in every layer, so theory predicts 0 for active circuits. The worst case " +
        "decides: once any inactive indicator passes 0.25, the ramp lets it through and it grows.",
    ),
    {
      ...common,
      id: "R7",
      question: "What share of the large network's neurons is on, block by block?",
      howToRead:
        "The dashed line is z·S·d/D, the share of neurons that the active circuits use. Where the measured share exceeds this line, neurons that " +
        "no active circuit uses are on; a steep rise marks the seizure. Layer 0 is the embedded input before bias and gate.",
      ...(quick ? { comparisonNote: quickNote } : { comparison: compare(reference.entries(rows)) }),
      draw: (options) =>
        activeFraction(rows, { ...options, blockNames: rotationBlocks, reference: reference.fractions }),
    },
  ];
}
