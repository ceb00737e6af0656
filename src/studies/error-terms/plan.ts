import type { TermsTask, LayerTerms } from "./measure.js";
import { deriveSeed } from "../../base/random.js";
import { errorTerms as drawErrorTerms, type TermRow } from "./figure.js";
import { parseSpec } from "../../config/parse-spec.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { predictTerms } from "../../theory/errors.js";
import { buildCircuits } from "../../config/build.js";
import { planTasks, type Study, type FigureDraft } from "../study.js";
import { mean, standardDeviation } from "../../results/statistics.js";
import { shortNumber } from "../../drawing/numbers.js";

/** The two kinds of circuits on which the theory is tested: the published rotations, and trained MLPs. */
const kinds = [
  { name: "rotations", readout: "x", spec: { circuits: "rotation", D: 1000, T: 557, S: 6, L: 4 } },
  { name: "trained MLPs", readout: "y", spec: { circuits: "mlp", D: 1500, T: 557, S: 6, L: 4 } },
] as const;
const Z = 2;

/** TERMS: the parts of the error, predicted and measured. [E21b] */
export const terms: Study = {
  id: "terms",
  question: "Where does each part of the error come from, and is it as large as predicted?",
  expectedSeconds: 1.1,
  plan: ({ seed, quick }) => {
    const networks = quick ? 2 : 5;
    const count = quick ? 32 : 64;
    const specs = kinds.map(({ name, spec }) =>
      parseSpec({ ...spec, z: [Z], samples: count, networks, seed: deriveSeed(seed, "terms", name) }),
    );
    const tasks = specs.flatMap((spec) =>
      Array.from({ length: networks }, (_, network): TermsTask => ({ kind: "terms", spec, network, z: Z, count })),
    );
    return planTasks(tasks, (results) => {
      const rows = kinds.flatMap(({ name, readout }, k) =>
        termRows(name, specs[k], readout, results.slice(k * networks, (k + 1) * networks)),
      );
      return [figure(rows, count, networks)];
    });
  },
};

function termRows(
  kind: string,
  spec: RunSpec,
  readout: string,
  networks: readonly (readonly LayerTerms[])[],
): TermRow[] {
  const circuits = buildCircuits(spec, 0);
  const predicted = predictTerms(shapeOf(spec), circuits, Z)[readout];
  return predicted.map((theory, k) => {
    const of = (pick: (layer: (typeof networks)[number][number]) => number): { mean: number; sd: number | null } => {
      const values = networks.map((layers) => pick(layers[k]));
      return { mean: mean(values), sd: standardDeviation(values) };
    };
    const term = (part: "self" | "others" | "previous" | "sum" | "error"): { mean: number; sd: number | null } =>
      of((layer) => layer.readouts[readout][part]);
    return {
      kind,
      readout,
      layer: k + 1,
      self: { ...term("self"), theory: theory.self },
      others: { ...term("others"), theory: theory.others },
      previous: { ...term("previous"), theory: theory.previous },
      error: { ...term("error"), theory: theory.self + theory.others + theory.previous },
      wronglyOn: of((layer) => layer.wronglyOn).mean,
      samplesWronglyOn: of((layer) => layer.samplesWronglyOn).mean,
    };
  });
}

function figure(rows: readonly TermRow[], count: number, networks: number): FigureDraft {
  const flags = kinds.map(({ name }) => {
    const first = rows.find((row) => row.kind === name && row.samplesWronglyOn > 0);
    return first === undefined
      ? `${name}: none`
      : `${name}: from layer ${first.layer} onwards (at that layer, ${shortNumber(100 * first.samplesWronglyOn, 2)}% of the samples have neurons wrongly on, ` +
          `and ${shortNumber(100 * first.wronglyOn, 2)}% of all neurons that should be off are on)`;
  });
  return {
    id: "TERMS",
    question: "Where does each part of the error come from, and is it as large as predicted?",
    settings: [
      ...kinds.map(({ name, spec }): readonly [string, string] => [
        name,
        `D = ${spec.D}, T = ${spec.T}, S = ${spec.S}, L = ${spec.L}, capped, z = ${Z}`,
      ]),
      ["samples", `${count} random sets in each of ${networks} networks`],
      ["neurons that are on but should be off", flags.join("; ")],
    ],
    howToRead:
      "Before the ReLU, the error of an active circuit has three parts: the effect of other circuits' weights on its own activations " +
      "(self), contributions from other active circuits (others), and its previous error carried through its own weights (previous). " +
      "Dashed lines are the predictions. They hold while every neuron that no active circuit uses stays off; layers where " +
      "some of these neurons are on are shaded. Where the measured error differs from the sum of the three parts, gates have either removed errors or failed.",
    samples: String(count),
    networks: String(networks),
    rows,
    theory: {
      caption: "Mean squares, measured / predicted",
      columns: [
        ...["circuits", "readout", "layer", "self", "predicted", "others", "predicted", "previous", "predicted"],
        ...["error after the gate", "samples with a neuron wrongly on", "neurons wrongly on"],
      ],
      rows: rows.map((row) => [
        ...[row.kind, row.readout, row.layer, row.self.mean, row.self.theory, row.others.mean, row.others.theory],
        ...[row.previous.mean, row.previous.theory, row.error.mean, row.samplesWronglyOn, row.wronglyOn],
      ]),
    },
    comparisonNote: "The authors did not measure the parts of the error separately.",
    draw: (options) => drawErrorTerms(rows, options),
  };
}
