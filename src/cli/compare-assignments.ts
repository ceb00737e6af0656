import { setImmediate as turn } from "node:timers/promises";
import { loads, rowsInOrder, type Assignment } from "../assignment/assignment.js";
import { balancedSubset } from "../assignment/balanced-subset.js";
import { assignmentConstructions, assignmentKinds, type AssignmentKind } from "../assignment/constructions.js";
import { linkSpectrum, overlapSpectrum } from "../assignment/spectra.js";
import { circuitsUpperBound } from "../assignment/statistics.js";
import { InputError } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import { counted, grouped, shortNumber } from "../drawing/numbers.js";
import { checkMeasurable, measurable, orNull, type Sizes } from "./assignment-sizes.js";
import { formatTable } from "./table.js";

/** Each assignment gets an equal share of the steps. */
const SHARE = 1 / (2 * assignmentKinds.length);

/** Seed of the permutation between the two layers whose links are counted. */
const SEED = 1;

/** How T circuits are spread over a block's neurons. */
interface Spread {
  readonly T: number;
  /** Circuits per neuron, over the neurons in use; sd is the population standard deviation. */
  readonly loads: { readonly min: number; readonly mean: number; readonly max: number; readonly sd: number };
  /** Number of unused neurons. */
  readonly unusedNeurons: number;
  /** Entry k is the number of pairs of circuits that share k neurons. */
  readonly pairsBySharedNeurons: readonly number[];
  /**
   * Entry k is the number of pairs of neurons, one in each of two layers, that are linked by k circuits. The second
   * layer is permuted.
   */
  readonly neuronPairsByLinks: readonly number[];
}

/** One row of the comparison. `null` means that there is no bound (S = 1) or no value. */
interface ComparedAssignment {
  readonly assignment: AssignmentKind;
  readonly largestT: number | null;
  readonly shareOfBound: number | null;
  /** The assignment as networks use it; null if T circuits do not fit. */
  readonly asBuilt: Spread | null;
  /**
   * T rows of the largest assignment measured, chosen for even loads; null unless the given T is smaller than that
   * assignment's.
   */
  readonly picked: Spread | null;
}

export interface AssignmentComparison {
  readonly P: number;
  readonly S: number;
  readonly T: number | null;
  readonly upperBound: number | null;
  readonly assignments: readonly ComparedAssignment[];
}

function spreadOf(assignment: Assignment): Spread {
  const used = loads(assignment).filter((load) => load > 0);
  const mean = (assignment.T * assignment.S) / used.length;
  const next = rowsInOrder(assignment, new RandomSequence(SEED, "embedding", 0, 1).permutation(assignment.T));
  return {
    T: assignment.T,
    loads: {
      min: used.reduce((least, load) => Math.min(least, load), Infinity),
      mean,
      max: used.reduce((most, load) => Math.max(most, load), 0),
      sd: Math.sqrt(used.reduce((sum, load) => sum + (load - mean) ** 2, 0) / used.length),
    },
    unusedNeurons: assignment.P - used.length,
    pairsBySharedNeurons: overlapSpectrum(assignment),
    neuronPairsByLinks: linkSpectrum(next, assignment),
  };
}

/**
 * Measures every assignment at the given T. If no T is given, each assignment is measured at its largest T, or at the
 * largest T that can be measured if that is smaller.
 *
 * @param onProgress called after each assignment with the number measured so far and the total
 * @throws InputError when no assignment can hold T circuits (the message gives the largest T), or when T is too large
 * to measure
 */
export async function compareAssignments(
  { P, S, T }: Sizes,
  onProgress: (done: number, total: number) => void = () => {},
): Promise<AssignmentComparison> {
  const upperBound = circuitsUpperBound({ P, S });
  const largest = assignmentKinds.map((kind) => assignmentConstructions[kind].largest({ P, S }));
  const most = Math.max(...largest);
  if (T !== undefined && T > most) {
    const kind = assignmentKinds[largest.indexOf(most)];
    throw new InputError(
      `T = ${T}: at most ${counted(most, "circuit fits", "circuits fit")} with P = ${P}, S = ${S} (${kind}).`,
    );
  }
  if (T !== undefined) checkMeasurable({ P, S, T }, SHARE);
  const room = measurable({ P, S }, SHARE);
  const assignments: ComparedAssignment[] = [];
  for (const [k, kind] of assignmentKinds.entries()) {
    const { build } = assignmentConstructions[kind];
    const all = Math.min(largest[k] === Infinity ? P : largest[k], room);
    const count = T ?? all;
    const fits = count > 0 && count <= largest[k];
    // Lets other events, such as a stop signal or progress output, be handled between long steps.
    await turn();
    const built = fits ? build({ T: count, P, S }) : null;
    await turn();
    assignments.push({
      assignment: kind,
      largestT: orNull(largest[k]),
      shareOfBound: orNull(largest[k] / upperBound),
      asBuilt: built && spreadOf(built),
      picked:
        fits && T !== undefined && T < all
          ? spreadOf(balancedSubset(build({ T: all, P, S }), T, { seed: SEED }))
          : null,
    });
    onProgress(k + 1, assignmentKinds.length);
  }
  return { P, S, T: T ?? null, upperBound: orNull(upperBound), assignments };
}

/** The percentage of pairs whose index in the spectrum is at least `from`; "–" if there are no pairs. */
function percentFrom(spectrum: readonly number[], from: number, among: number): string {
  const all = spectrum.slice(among).reduce((sum, count) => sum + count, 0);
  const some = spectrum.slice(from).reduce((sum, count) => sum + count, 0);
  return all === 0 ? "–" : `${shortNumber((100 * some) / all)}%`;
}

const cellsOf = (spread: Spread | null): string[] =>
  spread === null
    ? Array<string>(7).fill("–")
    : [
        grouped(spread.T),
        `${spread.loads.min}–${spread.loads.max}`,
        shortNumber(spread.loads.sd),
        String(spread.unusedNeurons),
        percentFrom(spread.pairsBySharedNeurons, 1, 0),
        percentFrom(spread.pairsBySharedNeurons, 2, 0),
        percentFrom(spread.neuronPairsByLinks, 2, 1),
      ];

export function comparisonText({ P, S, upperBound, assignments }: AssignmentComparison): string {
  const bounded = (value: number | null): string => (value === null ? "unbounded" : grouped(value));
  return [
    `P = ${P}, S = ${S}: ${upperBound === null ? "any number of" : `at most ${grouped(upperBound)}`} circuits in any assignment`,
    "",
    formatTable(
      [
        ...["assignment", "largest T", "of bound", "T", "loads", "sd", "unused"],
        ...["share 1", "share more", "linked again"],
      ],
      assignments.flatMap(({ assignment, largestT, shareOfBound, asBuilt, picked }) => [
        [
          assignment,
          bounded(largestT),
          shareOfBound === null ? "–" : `${shortNumber(100 * shareOfBound)}%`,
          ...cellsOf(asBuilt),
        ],
        ...(picked === null ? [] : [["  picked evenly", "", "", ...cellsOf(picked)]]),
      ]),
      ["assignment"],
    ),
    "",
    "loads: fewest and most circuits per neuron in use; sd: standard deviation of the loads; unused: neurons without a circuit;",
    "share 1: pairs of circuits with a neuron in common; share more: pairs with several;",
    "linked again: of the neuron pairs linked across two successive layers (the second permuted), the share linked by several circuits.",
  ].join("\n");
}
