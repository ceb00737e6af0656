import { assignmentConstructions } from "../../assignment/constructions.js";
import { circuitsUpperBound } from "../../assignment/statistics.js";
import { designOf } from "../../designs/designs.js";
import { maxParting } from "../../network/embedding.js";
import { designSize, shapeOf, type RunSpec } from "../../config/run-spec.js";

/** The most circuits that a page offers without a limit (S = 1): as many as the neurons could be shared by 64. */
const SHARED_BY = 64;

/** d of a spec's network: neurons of a circuit, 1 for designs, whose parts have sizes of their own. */
export function widthOf(spec: Pick<RunSpec, "circuits" | "design">): number {
  return shapeOf({ ...spec, D: 1, T: 1, S: 1, L: 1 }).d;
}

/** The largest T for what a spec's other fields say, as far as its controls go; 0 when none fits. */
export function largestT(spec: RunSpec): number {
  const { D, S, schedule, assignment } = spec;
  const design = designOf(spec.design);
  if (design !== null) return design.largest(designSize(spec));
  const P = D / widthOf(spec);
  if (!Number.isSafeInteger(P) || P < 1 || S > P) return 0;
  if (schedule === "parting") return maxParting({ P, S });
  if (S === 1) return SHARED_BY * P;
  return schedule === "fresh" ? circuitsUpperBound({ P, S }) : assignmentConstructions[assignment].largest({ P, S });
}
