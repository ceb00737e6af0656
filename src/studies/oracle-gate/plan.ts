import { deriveSeed } from "../../base/random.js";
import { fileRow } from "../../results/file-rows.js";
import { oracleGate as drawOracleGate, type EarlierEstimate } from "./figure.js";
import { parseSpec } from "../../config/parse-spec.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { earlierRotationError } from "../../theory/rotation.js";
import { planRuns, type FigureDraft, type Study } from "../study.js";
import type { ErrorRow } from "../../results/rows.js";

/** T11: the error theory alone, with gates set by an oracle. */
export const oracleGate: Study = {
  id: "oracle-gate",
  question: "Is the error theory correct when no gate fails?",
  expectedSeconds: 0.4,
  plan: ({ seed, quick }) => {
    const spec = parseSpec({
      ...{ D: 2000, T: 2000, S: 5, L: 3, z: [1, 2, 3, 4, 5], gate: "oracle" },
      samples: quick ? 100 : 800,
      networks: 3,
      seed: deriveSeed(seed, "oracle-gate"),
    });
    return planRuns([spec], ([rows]) => [figure(spec, rows)]);
  },
};

function figure(spec: RunSpec, rows: readonly ErrorRow[]): FigureDraft {
  const shape = shapeOf(spec);
  const earlier = rows
    .filter(({ layer }) => layer > 0)
    .map(({ z, layer }): EarlierEstimate => ({ z, layer, value: earlierRotationError(shape, z, layer) }));
  const value = (z: number, layer: number): number => earlier.find((e) => e.z === z && e.layer === layer)!.value;
  return {
    id: "T11",
    question:
      "If an oracle switches on exactly the correct neurons, do errors follow [E22] or the earlier estimate [E22b]?",
    settings: [
      ["network", "D = 2000, d = 4, P = 500, T = 2000 rotations, S = 5, capped, L = 3, oracle gate"],
      ["samples", `${spec.samples} random sets per network and z = 1…5`],
      ["networks", String(spec.networks)],
    ],
    howToRead:
      "The oracle gate replaces the ReLU: neurons used by an active circuit keep their pre-activation, and all others are 0. Only " +
      "interference remains. The dashed line is [E22], and the dotted one is the authors' earlier estimate [E22b].",
    samples: String(spec.samples),
    networks: String(spec.networks),
    rows: rows.map(fileRow),
    theory: {
      caption: "Mean |δx|² of active circuits; ratio = measured / theory",
      columns: ["z", "layer", "measured", "[E22]", "ratio", "[E22b]", "ratio"],
      rows: rows
        .filter(({ layer }) => layer > 0)
        .map(({ z, layer, readouts }) => {
          const { meanSquare, theory } = readouts["x"].active;
          const other = value(z, layer);
          return [
            z,
            layer,
            meanSquare,
            theory,
            theory ? meanSquare / theory : null,
            other,
            other ? meanSquare / other : null,
          ];
        }),
    },
    comparisonNote:
      "The authors' code was measured with this gate at D = 1000 only (the tests compare our results with theirs at that size).",
    draw: (options) => drawOracleGate(rows, { ...options, earlier }),
  };
}
