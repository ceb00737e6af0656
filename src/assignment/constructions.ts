import type { Assignment, AssignmentSize, BlockAndRedundancy } from "./assignment.js";
import { cyclic, maxCyclic } from "./cyclic.js";
import { cyclotomic, maxCyclotomic } from "./cyclotomic.js";
import { filled, maxFilled } from "./filled.js";
import { greedy, maxGreedy } from "./greedy.js";
import { maxCircuits, primeSteps } from "./prime-steps.js";
import { maxTransversal, transversal } from "./transversal.js";

/** A construction of assignments in which two circuits share at most one neuron. */
export interface AssignmentConstruction {
  /** The largest T for a given P and S: 0 if no circuit fits, Infinity if there is no bound (S = 1). */
  readonly largest: (size: BlockAndRedundancy) => number;
  /** @throws InputError when T circuits do not fit */
  readonly build: (size: AssignmentSize) => Assignment;
}

/** The published arithmetic progressions [E7], and designs with more circuits and more even loads. */
export const assignmentConstructions = {
  "prime-step": { largest: maxCircuits, build: primeSteps },
  transversal: { largest: maxTransversal, build: transversal },
  filled: { largest: maxFilled, build: filled },
  cyclic: { largest: maxCyclic, build: cyclic },
  cyclotomic: { largest: maxCyclotomic, build: cyclotomic },
  greedy: { largest: maxGreedy, build: greedy },
} as const satisfies Record<string, AssignmentConstruction>;

/** The name of a construction of assignments. [E7] */
export type AssignmentKind = keyof typeof assignmentConstructions;
/** The names of all assignments, in the order in which the help lists them. */
export const assignmentKinds = /* @__PURE__ */ Object.keys(assignmentConstructions) as readonly AssignmentKind[];
