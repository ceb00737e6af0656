import { assignmentConstructions } from "../../assignment/constructions.js";
import { circuitsUpperBound } from "../../assignment/statistics.js";
import { designOf } from "../../designs/designs.js";
import { maxParting } from "../../network/embedding.js";
import { designSize, shapeOf, type RunSpec } from "../../config/run-spec.js";

/** If T has no limit (S = 1), the page offers at most this many circuits per neuron. */
const SHARED_BY = 64;

/** The d of a spec's network: neurons per circuit, or 1 for designs, because their parts have separate sizes. */
export function widthOf(spec: Pick<RunSpec, "circuits" | "design">): number {
  return shapeOf({ ...spec, D: 1, T: 1, S: 1, L: 1 }).d;
}

/** The largest T that the spec's other fields allow, within the range of the controls; 0 if no circuit fits. */
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
