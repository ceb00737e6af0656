import type { RunSpec } from "../../config/run-spec.js";
import { collect } from "../../jobs/execute.js";
import type { DesignTask, DesignErrors } from "./measure.js";
import type { LayerSums } from "../../engine/sums.js";
import { depthOf, type DepthRow, type FiveNumbers, type DesignComparison, type DesignRow } from "./rows.js";
import { shareLeftOut } from "../../theory/naive.js";
import { isWanted, type Settings, type Study } from "../study.js";
import { comparedDesigns, comparisonSpec, errorFloor, noises, NUMBERS_AT, type ComparedDesign } from "./designs.js";
import { comparisonFigures, largestFigure } from "./figures.js";
import { measureLargest } from "./largest.js";
import { mean, standardDeviation } from "../../results/statistics.js";

export interface ComparisonSize {
  readonly networks: number;
  /** Number of samples per network, without and with noise. */
  readonly samples: number;
  readonly noisySamples: number;
  /** Number of changes that the search for the worst set tries on each of 16 sets. */
  readonly searchSteps: number;
  /** Whether designs use their `wideT`, if they have one. */
  readonly isWide: boolean;
  readonly layersOf: (design: ComparedDesign, zIndex: number) => number;
}

/** The size of the comparison: the full protocol with --wide, otherwise a short run of a few seconds. */
export function comparisonSize({ quick, wide }: Omit<Settings, "seed">): ComparisonSize {
  if (quick)
    return { networks: 1, samples: 32, noisySamples: 16, searchSteps: 4, layersOf: () => NUMBERS_AT, isWide: false };
  if (wide) {
    const layersOf = (design: ComparedDesign, zIndex: number): number => design.wideLayers[zIndex];
    return { networks: 5, samples: 2000, noisySamples: 400, searchSteps: 300, layersOf, isWide: true };
  }
  const layersOf = (design: ComparedDesign, zIndex: number): number => design.layers[zIndex];
  return { networks: 1, samples: 192, noisySamples: 32, searchSteps: 4, layersOf, isWide: false };
}

/** D1–D4: other designs compared with the published network. */
export const designComparison: Study = {
  id: "design-comparison",
  question: "How many more layers do other designs last with the same number of neurons?",
  expectedSeconds: 7,
  plan: (settings, figures) => ({
    measure: async (run) => {
      const tasks = comparisonTasks(comparisonSize(settings), settings.seed);
      const measured = isWanted(figures, "D1", "D2", "D3")
        ? comparisonOf(tasks, await collect(run(tasks, tasks.length)))
        : null;
      const largest = isWanted(figures, "D4") ? await measureLargest(settings, run) : null;
      return [
        ...(measured === null ? [] : comparisonFigures(measured, settings)),
        ...(largest === null ? [] : [largestFigure(largest, settings)]),
      ];
    },
  }),
};

/** One task for each combination of design, z and network. */
export function comparisonTasks(size: ComparisonSize, seed: number): DesignTask[] {
  const { networks, samples, noisySamples, searchSteps, isWide } = size;
  return comparedDesigns.flatMap((design) =>
    design.zs.flatMap((z, zIndex) => {
      if (!isWide && zIndex >= design.layers.length) return [];
      const T = (isWide ? design.wideT : undefined) ?? design.T;
      const spec = comparisonSpec(design, z, { T, L: size.layersOf(design, zIndex), networks, samples, seed });
      return Array.from({ length: networks }, (_, network): DesignTask => ({
        ...{ kind: "design", spec, network, z, noiseAt: "pre-activation" },
        noises: noises.map((noise) => ({ noise, samples: noise === 0 ? samples : noisySamples })),
        adversary: { layer: NUMBERS_AT, steps: searchSteps },
      }));
    }),
  );
}

/** Combines the results of `comparisonTasks` into the comparison. */
export function comparisonOf(tasks: readonly DesignTask[], results: readonly DesignErrors[]): DesignComparison {
  const rows: DesignRow[] = [];
  const depths: DepthRow[] = [];
  const numbers: FiveNumbers[] = [];
  for (const design of comparedDesigns) {
    for (const z of design.zs) {
      const isOwn = ({ spec, z: itsZ }: DesignTask): boolean =>
        itsZ === z && spec.design === design.design && spec.S === design.S;
      const own = results.filter((_, k) => isOwn(tasks[k]));
      if (own.length === 0) continue;
      const { spec } = tasks.find(isOwn)!;
      const ofNoise = noises.map((noise, k) =>
        layerRows(
          { design, spec, z, noise },
          own.map(({ sums }) => sums[k]),
        ),
      );
      const ownDepths = ofNoise.map(depthOf);
      rows.push(...ofNoise.flat());
      depths.push(...ownDepths);
      const at = ofNoise[0].find(({ layer }) => layer === NUMBERS_AT)!;
      const searched = Math.max(...own.map((result) => result.searched ?? 0));
      numbers.push({
        ...at,
        searched,
        depths: ownDepths.map(({ depth, isLeast, beatsNaive, beatsNaiveInAll }) => {
          return { depth, isLeast, beatsNaive, beatsNaiveInAll };
        }),
      });
    }
  }
  return { rows, depths, numbers };
}

/** @param sums the sums of each network */
function layerRows(
  { design, spec, z, noise }: { design: ComparedDesign; spec: RunSpec; z: number; noise: number },
  sums: readonly LayerSums[],
): DesignRow[] {
  return sums[0].layers.slice(1).map((_, k): DesignRow => {
    const layer = k + 1;
    // The readouts of rotations are alpha, then x.
    const x = sums.map((own) => own.layers[layer].errors[1].active);
    const means = x.map(({ sum }, network) => sum / sums[network].activeCount);
    const inactive = sums.map((own) => own.layers[layer].errors[0].inactive.max);
    return {
      ...{ design: design.name, z, T: spec.T, noise, layer, samples: sums[0].samples, networks: sums.length },
      meanSquare: mean(means),
      sd: standardDeviation(means),
      wrong: mean(x.map(({ wrong }, network) => wrong! / sums[network].activeCount)),
      worst: Math.sqrt(Math.max(...x.map(({ max }) => max))),
      inactive: Math.sqrt(Math.max(...inactive)),
      floor: noise === 0 ? errorFloor(design, spec, z, layer) : null,
      // A rotation has 4 neurons, and its x has length 1.
      naive: shareLeftOut({ D: spec.D, d: 4, T: spec.T }),
    };
  });
}
