import { deriveSeed } from "../../base/random.js";
import { compare } from "../../results/compare.js";
import { errorEntries } from "../../results/error-tables.js";
import { fileRow } from "../../results/file-rows.js";
import { bothOf } from "../../results/rows.js";
import { steps as drawSteps, type StepReference, type StepRow } from "./figure.js";
import { parseSpec } from "../../config/parse-spec.js";
import { planRuns, quickNote, type FigureDraft, type Study } from "../study.js";
import { authorsPoints, readReference, type AuthorsErrors } from "../reference-data.js";

/** The three ways to limit interference between circuits, with their names in the authors' file. */
const constructions = [
  { name: "capped", settings: { construction: "capped" }, file: "capped (u_correction=0)" },
  { name: "balanced", settings: { construction: "balanced" }, file: "balanced U (capped=False,u_correction=None)" },
  {
    name: "no correction",
    settings: { construction: "balanced", kappa: 0 },
    file: "no correction (capped=False,u_correction=0)",
  },
] as const;
const Ss = [3, 5];

interface File {
  readonly results: Readonly<
    Record<string, { readonly mean: AuthorsErrors; readonly std_between_networks: AuthorsErrors }>
  >;
}

/** T13: On-indicators alone, over many layers, with three constructions. */
export const steps: Study = {
  id: "steps",
  question: "Which construction keeps On-indicators correct over many layers?",
  expectedSeconds: 2.2,
  plan: ({ seed, quick }) => {
    const cases = constructions.flatMap((construction) => Ss.map((S) => ({ ...construction, S })));
    const specs = cases.map(({ settings, S }) =>
      parseSpec({
        ...{ circuits: "step", D: 800, T: 1000, S, L: 15, z: [1, 2], ...settings },
        samples: quick ? 100 : 600,
        networks: quick ? 2 : 5,
        // Every construction gets the same networks and inputs, as in the authors' comparison.
        seed: deriveSeed(seed, "steps", S),
      }),
    );
    return planRuns(specs, (rows) => {
      const ofCase = ({ name, S }: (typeof cases)[number], index: number): StepRow[] =>
        rows[index].map((row) => ({ construction: name, S, row }));
      return [figure(cases.flatMap(ofCase), quick)];
    });
  },
};

function figure(rows: readonly StepRow[], quick: boolean): FigureDraft {
  const { results } = readReference<File>("step.json");
  const reference = constructions.flatMap(({ name, file }) =>
    Ss.flatMap((S) =>
      [1, 2].flatMap((z) => {
        const { mean, std_between_networks } = results[`S=${S} z=${z} ${file}`];
        return authorsPoints(z, mean, std_between_networks).map((point): StepReference => ({
          construction: name,
          S,
          ...point,
        }));
      }),
    ),
  );
  const entries = constructions.flatMap(({ name }) =>
    Ss.flatMap((S) => {
      const own = rows.filter((entry) => entry.construction === name && entry.S === S).map(({ row }) => row);
      const theirs = reference.filter((point) => point.construction === name && point.S === S);
      return errorEntries(own, theirs, bothOf("alpha"), `${name}, S = ${S}, `);
    }),
  );
  const { samples, networks } = rows[0].row;
  return {
    id: "T13",
    question: "Which construction keeps On-indicators correct over many layers?",
    settings: [
      ["network", "D = 800, d = 2, P = 400, T = 1000 steps, S = 3 and 5, L = 15"],
      ["constructions", "capped [E11]; balanced [E13]; no correction: balanced with κ = 0"],
      ["samples", `${samples} random sets per network and z = 1, 2`],
      ["networks", `${networks}, the same in every construction`],
    ],
    howToRead:
      "Active indicators (upper panels) should be 1 and inactive ones (lower panels) 0. Without correction, every shared " +
      "neuron adds to the error, and indicators saturate within a few layers.",
    samples: String(samples),
    networks: String(networks),
    rows: rows.map((entry) => ({ ...entry, row: fileRow(entry.row) })),
    ...(quick ? { comparisonNote: quickNote } : { comparison: compare(entries) }),
    draw: (options) => drawSteps(rows, { ...options, reference }),
  };
}
