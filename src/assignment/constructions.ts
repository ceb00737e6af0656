import type { Assignment } from "./assignment.js";
import { maxCircuits, primeSteps, type BlockAndRedundancy } from "./prime-steps.js";
import { maxTransversal, transversal } from "./transversal.js";

/** A way to give circuits their neurons. */
export interface AssignmentConstruction {
  /** The largest T, Infinity where there is none. */
  readonly largest: (size: BlockAndRedundancy) => number;
  /** @throws InputError when T circuits do not fit */
  readonly build: (size: Pick<Assignment, "T" | "P" | "S">) => Assignment;
}

/** The post's arithmetic progressions [E7], and a design whose loads are all equal. */
export const assignmentConstructions = {
  "prime-step": { largest: maxCircuits, build: primeSteps },
  transversal: { largest: maxTransversal, build: transversal },
} as const satisfies Record<string, AssignmentConstruction>;

export type AssignmentKind = keyof typeof assignmentConstructions;
export const assignmentKinds = Object.keys(assignmentConstructions) as readonly AssignmentKind[];
