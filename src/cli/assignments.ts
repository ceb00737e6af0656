import { Option, type Command } from "commander";
import { assignmentKinds, type AssignmentKind } from "../assignment/constructions.js";
import { readSizes } from "./assignment-sizes.js";
import { compareAssignments, comparisonText } from "./compare-assignments.js";
import { assignmentText, describeAssignment } from "./describe-assignment.js";
import { withProgress } from "./progress.js";
import type { Session } from "./session.js";

/** `superpose assignments`: how many circuits fit in a block, and how evenly they use its neurons. */
export function define(command: Command, session: Session): void {
  command
    .description(
      "Compares the assignments for blocks of P neurons with S neurons per circuit: the largest T compared with the upper " +
        "bound for any assignment, how evenly neurons are loaded, how many pairs of circuits share a neuron, and how many links " +
        "from layer to layer coincide. With --assignment, describes one assignment in detail.",
    )
    .requiredOption("--P <number>", "neurons in a block, D/d")
    .requiredOption("--S <number>", "neurons that carry each circuit neuron")
    .option("--T <number>", "number of circuits (default: the largest T, or the largest that can be measured)")
    .addOption(new Option("--assignment <kind>", "describe only this assignment").choices(assignmentKinds))
    .option("--json", "print JSON instead of a table")
    .addHelpText("after", "\nExample:\n  superpose assignments --P 250 --S 6 --T 557")
    .action(async (options: { P: string; S: string; T?: string; assignment?: AssignmentKind; json?: boolean }) => {
      const print = <Result>(result: Result, text: (result: Result) => string): void =>
        session.print((options.json ? JSON.stringify(result, null, 2) : text(result)) + "\n");
      const sizes = readSizes(options);
      if (options.assignment !== undefined) {
        print(describeAssignment({ ...sizes, assignment: options.assignment }), assignmentText);
        return;
      }
      print(
        await withProgress("measuring assignments", ({ update }) => compareAssignments(sizes, update)),
        comparisonText,
      );
    });
}
