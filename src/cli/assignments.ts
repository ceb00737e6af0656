import { Option, type Command } from "commander";
import { loads } from "../assignment/assignment.js";
import { assignmentConstructions, assignmentKinds, type AssignmentKind } from "../assignment/constructions.js";
import { circuitsUpperBound, loadStatistics, measureOverlaps, predictOverlaps } from "../assignment/statistics.js";
import { InputError } from "../errors.js";
import { shortNumber } from "../report/numbers.js";
import { fieldFromText, specFields, type SpecField } from "../spec/fields.js";
import { checked, wholeSchema } from "../validation.js";
import type { Session } from "./session.js";
import { formatTable } from "./table.js";

/** Most entries T·S of an assignment that is laid out to be measured: a few hundred megabytes. */
const MAX_ENTRIES = 20_000_000;

/** Most steps that measuring overlaps may take: some seconds. */
const MAX_STEPS = 200_000_000;

/** The largest T whose overlaps can be measured: T·S neurons meet S others of their circuit and T·S/P other circuits. */
function measurable({ P, S }: { readonly P: number; readonly S: number }): number {
  return Math.floor(Math.min(MAX_ENTRIES / S, MAX_STEPS / S ** 2, Math.sqrt((MAX_STEPS * P) / S) / S));
}

/** Loads that differ more than this are summed up without a table; --json has them all. */
const MAX_LINES = 40;

/** `superpose assignments`: how many circuits fit in a block, and how evenly. */
export function addAssignments(program: Command, session: Session): void {
  program
    .command("assignments")
    .summary("how many circuits fit, their loads and overlaps")
    .description(
      "Shows the largest T of an assignment for blocks of P neurons and S neurons per circuit, the upper " +
        "bound that no assignment passes, and the loads and overlaps of T circuits.",
    )
    .requiredOption("--P <number>", "neurons in a block, D/d")
    .requiredOption("--S <number>", "neurons that carry one circuit neuron")
    .option("--T <number>", "circuits to look at (default: the largest T, or as many as can be measured)")
    .addOption(new Option("--assignment <kind>", "which one").choices(assignmentKinds).default("prime-step"))
    .option("--json", "print JSON instead of a table")
    .addHelpText("after", "\nExample:\n  superpose assignments --P 250 --S 6")
    .action((options: { P: string; S: string; T?: string; assignment: AssignmentKind; json?: boolean }) => {
      const result = describeAssignment(options);
      session.print((options.json ? JSON.stringify(result, null, 2) : assignmentText(result)) + "\n");
    });
}

/** What the command says of an assignment. `null` stands for no bound (S = 1). */
interface AssignmentDescription {
  readonly assignment: AssignmentKind;
  readonly P: number;
  readonly S: number;
  readonly largestT: number | null;
  readonly upperBound: number | null;
  readonly T: number;
  readonly loads: { readonly min: number; readonly mean: number; readonly max: number; readonly sd: number };
  /** How many neurons carry how many circuits, by load. */
  readonly neuronsByLoad: readonly { readonly load: number; readonly neurons: number }[];
  readonly overlaps: {
    readonly measured: ReturnType<typeof measureOverlaps>;
    readonly predicted: ReturnType<typeof predictOverlaps>;
  };
}

export function describeAssignment(options: {
  P: string;
  S: string;
  T?: string;
  assignment?: AssignmentKind;
}): AssignmentDescription {
  const field = specFields.find(({ name }) => name === "T") as Extract<SpecField, { kind: "whole" }>;
  const size = (name: string, text: string): number =>
    checked(name, wholeSchema(field.min, field.max), fieldFromText(field, text));
  const P = size("P", options.P);
  const S = size("S", options.S);
  if (S > P)
    throw new InputError(`S = ${S}: a circuit neuron is spread over distinct neurons of a block; at most P = ${P}.`);
  const kind = options.assignment ?? "prime-step";
  const { largest: largestOf, build } = assignmentConstructions[kind];
  const largest = largestOf({ P, S });
  // Without a bound (S = 1) one circuit a neuron is looked at.
  const standard = Math.max(1, Math.min(largest === Infinity ? P : largest, measurable({ P, S })));
  const T = options.T === undefined ? standard : size("T", options.T);
  if (T > largest) throw new InputError(`T = ${T}: at most ${largest} circuits fit with P = ${P}, S = ${S} (${kind}).`);
  if (T > measurable({ P, S })) {
    const most = measurable({ P, S });
    throw new InputError(
      most === 0
        ? `S = ${S}: the overlaps of so many neurons per circuit cannot be measured here; at most S = ${Math.floor(Math.sqrt(MAX_STEPS))}.`
        : `T = ${T}, P = ${P}, S = ${S}: at most T = ${most} can be measured at this P and S; give --T ${most} or less.`,
    );
  }
  const assignment = build({ T, P, S });
  const counts = new Map<number, number>();
  for (const load of loads(assignment)) counts.set(load, (counts.get(load) ?? 0) + 1);
  const { min, mean, max, sd } = loadStatistics(assignment);
  const finite = (value: number): number | null => (Number.isFinite(value) ? value : null);
  return {
    assignment: kind,
    P,
    S,
    largestT: finite(largest),
    upperBound: finite(circuitsUpperBound({ P, S })),
    T,
    loads: { min, mean, max, sd },
    neuronsByLoad: [...counts].sort(([a], [b]) => a - b).map(([load, neurons]) => ({ load, neurons })),
    overlaps: { measured: measureOverlaps(assignment), predicted: predictOverlaps({ T, P, S }) },
  };
}

function assignmentText(result: AssignmentDescription): string {
  const { P, S, T, largestT, upperBound, loads: load, neuronsByLoad, overlaps } = result;
  const { measured, predicted } = overlaps;
  const share = largestT !== null && upperBound ? `, ${Math.round((100 * largestT) / upperBound)}% of it` : "";
  return [
    `P = ${P}, S = ${S}, ${result.assignment} assignment`,
    `largest T    ${largestT ?? "unbounded"}`,
    `upper bound  ${upperBound ?? "unbounded"}${share}`,
    "",
    `with T = ${T}`,
    `circuits per neuron: ${load.min} to ${load.max}, mean ${shortNumber(load.mean)}, sd ${shortNumber(load.sd)}`,
    ...(neuronsByLoad.length > MAX_LINES
      ? []
      : [
          formatTable(
            [{ title: "circuits" }, { title: "neurons" }],
            neuronsByLoad.map((entry) => [String(entry.load), String(entry.neurons)]),
          ),
        ]),
    "",
    formatTable(
      [{ title: "of two circuits", align: "left" }, { title: "measured" }, { title: "predicted [E9]" }],
      [
        ["mean overlap", shortNumber(measured.mean), shortNumber(predicted.mean)],
        ["share a neuron", shortNumber(measured.sharing), shortNumber(predicted.sharing)],
        ["mean squared overlap", shortNumber(measured.meanSquare), shortNumber(predicted.meanSquare)],
        ["most neurons shared", String(measured.largest), "1"],
      ],
    ),
  ].join("\n");
}
