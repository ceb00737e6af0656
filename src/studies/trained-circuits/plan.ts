import { deriveSeed } from "../../base/random.js";
import { InputError } from "../../base/errors.js";
import { designs, type DesignName } from "../../designs/designs.js";
import { parseSpec } from "../../config/parse-spec.js";
import type { RunSpec } from "../../config/run-spec.js";
import { mean, spread } from "../../results/statistics.js";
import { planTasks, type FigureDraft, type Settings, type Study } from "../study.js";
import { trainedMap, whatTrainingMoves, type MovedRow, type TreatedRow } from "./figure.js";
import type { TrainedCircuits, TrainedCircuitsTask, Treatment } from "./measure.js";
import type { ProbesByStep } from "./probes.js";

/** Number of networks per size; without --wide, only one per design, because networks of a design differ little. */
const NETWORKS = 3;

/** A kind of network in TR1: its design, its treatment and which of its weights are trained. */
interface Series {
  readonly name: string;
  readonly treatment: Treatment;
  readonly trains: "layers" | "all";
  readonly design: { readonly design?: DesignName; readonly S?: number };
}

const series: readonly Series[] = [
  { name: "trained from random", treatment: "trained from random", trains: "all", design: {} },
  { name: "trained from the construction", treatment: "trained from the construction", trains: "all", design: {} },
  { name: "published, as built", treatment: "as built", trains: "all", design: {} },
  ...Object.entries(designs).map(([name, { S }]): Series => ({
    ...{ name: `${name} design, as built`, treatment: "as built", trains: "all" },
    // A design needs the fewest neurons at its smallest S.
    design: { design: name as DesignName, S: Math.min(...S) },
  })),
];

/** The networks of figure TR1 that figure TR2 also shows. */
const lookedAt = ["published, as built", "trained from the construction"] as const;

/**
 * The sizes in TR1: 1.5 and 2 times as many circuits as fit side by side; with --wide also 3 times as many, and
 * other D, z and L.
 */
function sizesOf({
  wide,
}: Settings): { readonly D: number; readonly T: number; readonly z: number; readonly L: number }[] {
  if (!wide) return [12, 16].map((T) => ({ D: 32, T, z: 1, L: 3 }));
  const shapes = [
    { D: 32, z: 1, L: 3 },
    { D: 32, z: 2, L: 3 },
    { D: 32, z: 1, L: 5 },
    { D: 64, z: 1, L: 3 },
    { D: 64, z: 2, L: 3 },
  ];
  return shapes.flatMap((shape) => [1.5, 2, 3].map((times) => ({ ...shape, T: (times * shape.D) / 4 })));
}

function specOf(
  settings: Settings,
  { z, ...size }: ReturnType<typeof sizesOf>[number],
  design: Series["design"],
): RunSpec | null {
  try {
    return parseSpec({
      ...{ ...size, z: [z], S: 2, samples: settings.wide ? 1000 : 100, networks: NETWORKS },
      ...{ seed: deriveSeed(settings.seed, "trained-circuits"), ...design },
    });
  } catch (error) {
    // A design that does not fit these sizes is left out.
    if (error instanceof InputError) return null;
    throw error;
  }
}

function tasksFor(
  settings: Settings,
  spec: RunSpec,
  { treatment, trains }: Pick<Series, "treatment" | "trains">,
  isProbed: boolean,
): TrainedCircuitsTask[] {
  const { wide, quick } = settings;
  const rate = treatment === "trained from random" ? 0.01 : 0.003;
  const training = wide ? { steps: 4000, batch: 128, rate: rate / 2 } : { steps: quick ? 60 : 250, batch: 32, rate };
  const count = quick || (spec.design !== "published" && !wide) ? 1 : NETWORKS;
  return Array.from({ length: count }, (_, network) => ({
    ...{ kind: "trained-circuits", spec, network, treatment, trains, ...training },
    isProbed: isProbed && (wide || network === 0),
  }));
}

/** TR1 and TR2: circuits in trained networks, compared with handmade ones. [L4] */
export const trainedCircuits: Study = {
  id: "trained-circuits",
  question: "Does training find computation in superposition, and how does it change a constructed network?",
  expectedSeconds: 3,
  plan: (settings) => {
    const sizes = sizesOf(settings);
    // TR2 uses the second T with the first D, z and L; TR1 already includes this size, with all weights trained.
    const looked = sizes.filter(({ D, z, L }) => D === sizes[0].D && z === sizes[0].z && L === sizes[0].L)[1];
    const map = sizes.flatMap((size) =>
      series.flatMap((own) => {
        const spec = specOf(settings, size, own.design);
        const isProbed = size === looked && lookedAt.some((name) => name === own.name);
        return spec === null ? [] : [{ size, name: own.name, tasks: tasksFor(settings, spec, own, isProbed) }];
      }),
    );
    const spec = specOf(settings, looked, {});
    const layersAlone =
      spec === null
        ? []
        : tasksFor(settings, spec, { treatment: "trained from the construction", trains: "layers" }, true);
    const tasks = [...map.flatMap((cell) => cell.tasks), ...layersAlone];
    return planTasks<TrainedCircuitsTask>(tasks, (results) => {
      let at = 0;
      const cells = map.map(({ size, name, tasks: own }) => {
        const found = results.slice(at, (at += own.length));
        return { size, name, found };
      });
      const at16 = (name: string): readonly TrainedCircuits[] =>
        cells.find((cell) => cell.name === name && cell.size === looked)?.found ?? [];
      const kinds = [
        { trains: "layers from 2 on", found: results.slice(at) },
        { trains: "layers, embedding and readouts", found: at16(lookedAt[1]) },
      ];
      const [task] = tasks;
      return [mapFigure(cells, task), moveFigure(kinds, at16(lookedAt[0]), looked, task)];
    });
  },
};

const meanAt = (
  found: readonly TrainedCircuits[],
  values: (one: TrainedCircuits) => readonly (number | null)[] | undefined,
  k: number,
): { readonly mean: number; readonly sd: number | null } => spread(found.map((one) => values(one)?.[k] ?? 0));

/** The mean score of the probed networks; null if no network has a score. */
function probedAt(found: readonly TrainedCircuits[], score: keyof ProbesByStep, k: number): number | null {
  const values = found.flatMap(({ probes }) => probes?.[score][k] ?? []);
  return values.length === 0 ? null : mean(values);
}

function mapFigure(
  cells: readonly {
    readonly size: ReturnType<typeof sizesOf>[number];
    readonly name: string;
    readonly found: readonly TrainedCircuits[];
  }[],
  { steps, batch, spec: { samples } }: TrainedCircuitsTask,
): FigureDraft {
  const rows = cells.flatMap(({ size, name, found }) =>
    Array.from({ length: size.L }, (_, k): TreatedRow => {
      const { mean: over, sd } = meanAt(found, ({ overNaive }) => overNaive, k);
      const { mean: active } = meanAt(found, ({ activeOverNaive }) => activeOverNaive, k);
      return { ...size, network: name, step: k + 1, over, sd, active };
    }),
  );
  const networks = cells[0].found.length;
  const designNetworks = cells[cells.length - 1].found.length;
  return {
    id: "TR1",
    question:
      "At which sizes does training find a network that beats the naive network, and where does it improve the construction?",
    settings: [
      ["circuits", "conditional rotations, d = 4; D/d of them fit side by side"],
      [
        "training",
        `all weights, biases, embedding and readouts; squared error of all readouts from step 2 onwards; ${steps} steps of Adam, batch ${batch}`,
      ],
      [
        "networks",
        designNetworks === networks
          ? `${networks} of each size`
          : `${networks} of each size; ${designNetworks} of each design`,
      ],
    ],
    howToRead:
      "Below the dashed line, a network's error is smaller than that of the naive network, which runs as many circuits as fit and ignores the rest. The first measure includes the readouts of inactive circuits, which should be 0; training minimises this measure. " +
      "The second measure counts only active circuits, as the tables of designs do. At z = 1, the designs read active circuits exactly (the rows design only in the first steps), but the readouts of inactive ones are not 0: judged by the first measure, trained networks win; judged by the second, the designs do. " +
      "At z = 2, no design is exact here. Designs that need more than D neurons are left out. Training did not include step 1.",
    samples: String(samples),
    networks: String(networks),
    rows,
    theory: {
      caption:
        "Squared error per active circuit, summed over all circuits (all) or only over active ones (active), divided by the naive network's",
      columns: ["D", "T", "z", "L", "network", "step", "all", "±", "active"],
      rows: rows.map(({ D, T, z, L, network, step, over, sd, active }) => [
        D,
        T,
        z,
        L,
        network,
        step,
        over,
        sd,
        active,
      ]),
    },
    keeps: rows,
    draw: (options, kept) => trainedMap(rows, { ...options, kept: kept as readonly TreatedRow[] }),
  };
}

const scoreColumns = ["AUC before", "AUC after", "R² before", "R² after"] as const;

function moveFigure(
  kinds: readonly { readonly trains: string; readonly found: readonly TrainedCircuits[] }[],
  built: readonly TrainedCircuits[],
  { D, T, z, L }: ReturnType<typeof sizesOf>[number],
  { steps, batch, spec: { samples } }: TrainedCircuitsTask,
): FigureDraft {
  const rows = kinds.flatMap(({ trains, found }) =>
    Array.from({ length: L }, (_, k): MovedRow => {
      const after = meanAt(found, ({ overNaive }) => overNaive, k);
      const moved = k === 0 ? null : meanAt(found, (one) => one.moved, k - 1);
      const stayed = meanAt(found, (one) => one.stayed, k);
      return {
        ...{ trains, step: k + 1, before: meanAt(built, ({ overNaive }) => overNaive, k).mean },
        ...{ after: after.mean, afterSd: after.sd, stayed: stayed.mean, stayedSd: stayed.sd },
        ...{ moved: moved?.mean ?? null, movedSd: moved?.sd ?? null },
        ...{ aucBefore: probedAt(built, "auc", k), aucAfter: probedAt(found, "auc", k) },
        ...{ r2Before: probedAt(built, "r2", k), r2After: probedAt(found, "r2", k) },
      };
    }),
  );
  const probed = built.filter(({ probes }) => probes !== null).length;
  return {
    id: "TR2",
    question: "How does training change a hand-made network?",
    settings: [
      ["network", `published construction, D = ${D}, T = ${T}, S = 2, z = ${z}, L = ${L}`],
      [
        "training",
        `starts from the construction; trains on the readouts from step 2 onwards; ${steps} steps of Adam, batch ${batch}`,
      ],
    ],
    howToRead:
      "In one series of runs, only the layers from layer 2 onwards are trained; the embedding and the readouts stay fixed, so a circuit must still occupy its neurons to be read out well. In the other series, the embedding and the readouts are trained too, and can follow circuits that move. The cosine falls if circuits move or are switched off. " +
      `The scores are those of \`superpose score\` for linear probes, fitted separately before and after training: AUC of “is it on”, and R² of the readouts while a circuit is on${probed < built.length ? "; of the first network" : ""}. Where the scores are high, even circuits that have moved to other neurons can still be read from the activations.`,
    samples: String(samples),
    networks: String(built.length),
    rows,
    theory: {
      caption: "A constructed network before and after training: squared error / naive, and scores of linear probes",
      columns: ["trained", "step", "before", "after", "±", "moved", "cosine", ...scoreColumns],
      rows: rows.map((row) => [
        ...[row.trains, row.step, row.before, row.after, row.afterSd, row.moved, row.stayed],
        ...[row.aucBefore, row.aucAfter, row.r2Before, row.r2After],
      ]),
    },
    draw: (options) => whatTrainingMoves(rows, options),
  };
}
