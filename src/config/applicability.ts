import type { Construction } from "../network/construction.js";
import { isBuiltIn, type BuiltInCircuits } from "./fields.js";
import type { RunSpec } from "./run-spec.js";

/** Which corrections a construction has: χ per layer and its factor [E12], κ [E13]. */
export function correctionsOf(construction: Construction): Readonly<Record<"chi" | "chiFactor" | "kappa", boolean>> {
  return {
    chi: construction === "capped",
    chiFactor: construction === "capped" || construction === "load-aware",
    kappa: construction === "balanced" || construction === "split",
  };
}

/** Which circuits have which gates. */
const gateFields = {
  rotation: ["ramp", "gain", "offset", "angles"],
  rotation3: ["angles"],
  rotation5: ["ramp", "gain", "offset", "angles"],
  rotation6: ["ramp", "gain", "offset", "angles"],
  step: ["ramp"],
} as const satisfies Record<BuiltInCircuits, readonly (keyof RunSpec)[]>;

/** Which of ramp, gain, offset and angles circuits have in the post's network. */
export function gatesOf(circuits: RunSpec["circuits"]): readonly string[] {
  return typeof circuits === "string" && isBuiltIn(circuits) ? gateFields[circuits] : [];
}

/** Fields of the post's construction that designs have no use for. */
export const standardOnly = ["construction", "assignment", "schedule", "gate", "chiFactor", "chi", "kappa"] as const;

/** Settings of designs that the post's network has too. */
export const standardGates: readonly string[] = ["ramp", "gain", "offset"];
