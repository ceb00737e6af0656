import { buildLikeMultiPart } from "../../config/build.js";
import { parseSpec } from "../../config/parse-spec.js";
import { collect } from "../../jobs/execute.js";
import { shortNumber } from "../../drawing/numbers.js";
import type { Table } from "../../results/table.js";
import type { Study } from "../study.js";
import { survival, type SurvivalRow } from "./figure.js";
import { depthOf, meansOf, stressTasks, type StressInput } from "./panel.js";
import { panel, type Perturbation } from "./perturbations.js";

/** Circuits active at once. */
const Z = 2;

/** The designs' names in the figure, and the number of steps that each runs with --wide. */
const designs = [
  { name: "published", fields: { design: "published", S: 6 }, wideLayers: 6 },
  { name: "A: rows", fields: { design: "rows", S: 3 }, wideLayers: 14 },
  { name: "B: windows", fields: { design: "windows", S: 1 }, wideLayers: 100 },
  { name: "D: groups", fields: { design: "groups", S: 1, T: 558 }, wideLayers: 100 },
  { name: "switched", fields: { design: "switched", S: 1 }, wideLayers: 100 },
  { name: "columns", fields: { design: "columns", S: 1 }, wideLayers: 100 },
];

/** The panel's perturbations that the figure shows, by kind and level. */
const shown: readonly (readonly [kind: string, level: number | null])[] = [
  ["none", null],
  ["weightNoise", 0.01],
  ["bfloat16All", null],
  ["int8", null],
  ["noiseBefore", 0.01],
  ["noiseAfter", 0.01],
  ["inputNoise", 0.01],
  ["indicatorLow", 0.1],
  ["indicatorHigh", 0.1],
  ["all", null],
  ["length", 0.5],
  ["length", 1.5],
  ["active", Z + 1],
  ["neighbours", null],
  ["cell", null],
];

/** STRESS: all designs under the same panel. */
export const stressStudy: Study = {
  id: "stress",
  question: "Which perturbations do the designs survive?",
  expectedSeconds: 2,
  plan: ({ seed, quick, wide }) => ({
    measure: async (run) => {
      const samples = quick ? 16 : wide ? 128 : 24;
      const networks = wide ? 2 : 1;
      const inputs = designs.map(({ name, fields, wideLayers }) => {
        const L = quick ? Math.min(4, wideLayers) : wide ? wideLayers : Math.min(5, wideLayers);
        const spec = parseSpec({ T: 557, ...fields, z: [Z], L, networks, samples, seed });
        const circuits = { ...buildLikeMultiPart(spec).circuits, T: spec.T, L };
        const numbers = Array.from({ length: networks }, (_, n) => n);
        const input: StressInput = { networks: { run: spec }, numbers, circuits, z: [Z], samples, seed };
        return { name, input, perturbations: panel(circuits, Z).filter(isShown) };
      });
      const tasks = inputs.flatMap(({ input, perturbations }) => stressTasks(input, perturbations));
      const results = await collect(run(tasks, tasks.length));
      let at = 0;
      const rows = inputs.flatMap(({ name, input, perturbations }) => {
        const count = perturbations.length * networks;
        const means = meansOf(input, perturbations, results.slice(at, (at += count)));
        return perturbations.map((each, k) => rowOf(name, each, input, means[k], means[0]));
      });
      return [
        {
          id: "STRESS",
          question: "Which perturbations do the designs survive?",
          settings: [
            ["networks", `D = 1000, T = 557 (groups 558), z = ${Z}`],
            ["steps", inputs.map(({ name, input }) => `${name} ${input.circuits.L}`).join(", ")],
          ],
          howToRead:
            "A large dot means that the design keeps its full depth under the perturbation. A design whose only large dot is at “as it is” works only for unperturbed samples. `superpose stress` measures any network this way (docs/stress.md).",
          samples: String(samples),
          networks: String(networks),
          rows,
          theory: depthTable(rows),
          draw: (options) => survival(rows, options),
        },
      ];
    },
  }),
};

function isShown({ kind, level }: Perturbation): boolean {
  return shown.some(([of, at]) => of === kind && at === level);
}

/** The depths of all designs as a table, with a line per perturbation. */
function depthTable(rows: readonly SurvivalRow[]): Table {
  const names = [...new Set(rows.map(({ design }) => design))];
  const lines = [...new Set(rows.map(({ perturbation }) => perturbation))];
  const cellOf = (perturbation: string, design: string): string | null => {
    const row = rows.find((each) => each.perturbation === perturbation && each.design === design);
    return row === undefined ? null : `${row.isLeast ? "≥ " : ""}${row.depth}`;
  };
  return {
    caption: "Depth: steps with a mean squared error of x of at most 0.25; ≥: no more steps were run",
    columns: ["perturbation", ...names],
    rows: lines.map((line) => [line, ...names.map((name) => cellOf(line, name))]),
  };
}

type Means = ReturnType<typeof meansOf>[number];

function rowOf(design: string, of: Perturbation, input: StressInput, own: Means, clean: Means): SurvivalRow {
  const [depth, before] = [depthOf(own), depthOf(clean)];
  return {
    ...{ design, z: Z, perturbation: of.level === null ? of.name : `${of.name}: ${shortNumber(of.level)}` },
    ...{ depth, isLeast: depth === input.circuits.L },
    share: before === 0 ? 0 : Math.min(1, depth / before),
    ...{ samples: input.samples, networks: input.numbers.length },
  };
}
