import { loads } from "../assignment/assignment.js";
import { assignmentConstructions, type AssignmentKind } from "../assignment/constructions.js";
import { circuitsUpperBound, loadStatistics, measureOverlaps, predictOverlaps } from "../assignment/statistics.js";
import { InputError } from "../base/errors.js";
import { counted, shortNumber } from "../drawing/numbers.js";
import { checkMeasurable, measurable, orNull, type Sizes } from "./assignment-sizes.js";
import { formatTable } from "./table.js";

/** If there are more distinct loads than this, only a summary is printed; --json lists them all. */
const MAX_LINES = 40;

/** The description of one assignment. `null` means that there is no bound (S = 1). */
interface AssignmentDescription {
  readonly assignment: AssignmentKind;
  readonly P: number;
  readonly S: number;
  readonly largestT: number | null;
  readonly upperBound: number | null;
  readonly T: number;
  readonly loads: { readonly min: number; readonly mean: number; readonly max: number; readonly sd: number };
  /** The number of neurons with each load. */
  readonly neuronsByLoad: readonly { readonly load: number; readonly neurons: number }[];
  readonly overlaps: {
    readonly measured: ReturnType<typeof measureOverlaps>;
    readonly predicted: ReturnType<typeof predictOverlaps>;
  };
}

/**
 * Describes one assignment in detail.
 *
 * @throws InputError when T circuits do not fit, or are too many to measure
 */
export function describeAssignment({
  P,
  S,
  T: asked,
  assignment: kind,
}: Sizes & { assignment: AssignmentKind }): AssignmentDescription {
  const { largest: largestOf, build } = assignmentConstructions[kind];
  const largest = largestOf({ P, S });
  // If T has no upper bound (S = 1), the default is one circuit per neuron.
  const standard = Math.max(1, Math.min(largest === Infinity ? P : largest, measurable({ P, S })));
  const T = asked ?? standard;
  if (T > largest)
    throw new InputError(
      `T = ${T}: at most ${counted(largest, "circuit fits", "circuits fit")} with P = ${P}, S = ${S} (${kind}).`,
    );
  checkMeasurable({ P, S, T });
  const assignment = build({ T, P, S });
  const counts = new Map<number, number>();
  for (const load of loads(assignment)) counts.set(load, (counts.get(load) ?? 0) + 1);
  const { min, mean, max, sd } = loadStatistics(assignment);
  return {
    assignment: kind,
    P,
    S,
    largestT: orNull(largest),
    upperBound: orNull(circuitsUpperBound({ P, S })),
    T,
    loads: { min, mean, max, sd },
    neuronsByLoad: [...counts].sort(([a], [b]) => a - b).map(([load, neurons]) => ({ load, neurons })),
    overlaps: { measured: measureOverlaps(assignment), predicted: predictOverlaps({ T, P, S }) },
  };
}

export function assignmentText(result: AssignmentDescription): string {
  const { P, S, T, largestT, upperBound, loads: load, neuronsByLoad, overlaps } = result;
  const { measured, predicted } = overlaps;
  const share =
    largestT !== null && upperBound ? `, ${Math.round((100 * largestT) / upperBound)}% of the upper bound` : "";
  return [
    `P = ${P}, S = ${S}, ${result.assignment} assignment`,
    `largest T    ${largestT ?? "unbounded"}${share}`,
    `upper bound  ${upperBound ?? "unbounded"}`,
    "",
    `with T = ${T}`,
    `circuits per neuron: ${load.min} to ${load.max}, mean ${shortNumber(load.mean)}, sd ${shortNumber(load.sd)}`,
    ...(neuronsByLoad.length > MAX_LINES
      ? []
      : [
          formatTable(
            ["circuits", "neurons"],
            neuronsByLoad.map((entry) => [String(entry.load), String(entry.neurons)]),
          ),
        ]),
    "",
    formatTable(
      ["of two circuits", "measured", "predicted [E9]"],
      [
        ["mean overlap", shortNumber(measured.mean), shortNumber(predicted.mean)],
        ["share a neuron", shortNumber(measured.sharing), shortNumber(predicted.sharing)],
        ["mean squared overlap", shortNumber(measured.meanSquare), shortNumber(predicted.meanSquare)],
        ["most neurons shared", String(measured.largest), "1"],
      ],
      ["of two circuits"],
    ),
  ].join("\n");
}
