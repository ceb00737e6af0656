import { InputError } from "../../base/errors.js";
import { buildLikeMultiPart } from "../../config/build.js";
import { LARGEST_SPARSE, shapeOf, type RunSpec } from "../../config/run-spec.js";
import { panel, type Perturbation, type PerturbationKind } from "./perturbations.js";

/** A line of the stress panel: a kind of perturbation, at one level. */
export interface PanelLine {
  readonly kind: PerturbationKind;
  /** null for kinds without levels. */
  readonly level: number | null;
}

/** @throws InputError for a spec with networks that the panel cannot run */
export function checkStressable(spec: RunSpec): void {
  if (spec.gate === "oracle")
    throw new InputError('gate = "oracle": only networks with ReLUs can be stress-tested; use gate = "relu".');
  if (shapeOf(spec).D > LARGEST_SPARSE) {
    throw new InputError(`D = ${spec.D}: must be at most D = ${LARGEST_SPARSE}, because every weight is stored.`);
  }
}

/**
 * The perturbations for one line of the panel, one for each z of the spec.
 *
 * @throws InputError naming the kind if the panel for these circuits has no line of that kind and level
 */
export function perturbationsOf(spec: RunSpec, { kind, level }: PanelLine): Perturbation[] {
  const { readouts, inputs } = buildLikeMultiPart(spec).circuits;
  return spec.z.map((z) => {
    const own = panel({ T: spec.T, readouts, inputs }, z, level === null ? [] : [level]);
    const levels = panel({ T: spec.T, readouts, inputs }, z).flatMap((line) => (line.kind === kind ? line.level : []));
    const line = own.find((each) => each.kind === kind && each.level === level);
    if (line !== undefined) return line;
    throw new InputError(
      levels.length === 0
        ? `${kind}: the panel of these circuits has no line of this kind with z = ${z}.`
        : levels[0] === null
          ? `${kind} has no level; leave the level out.`
          : `${kind} needs a level, such as ${levels.join(", ")}.`,
    );
  });
}
