import type { Construction } from "../network/construction.js";

/** Which corrections a construction has: χ per layer and its factor [E12], κ [E13]. */
export function correctionsOf(construction: Construction): Readonly<Record<"chi" | "chiFactor" | "kappa", boolean>> {
  return {
    chi: construction === "capped",
    chiFactor: construction === "capped" || construction === "load-aware",
    kappa: construction === "balanced" || construction === "split",
  };
}

/** Fields of the post's construction that designs have no use for. */
export const publishedOnly = ["construction", "assignment", "schedule", "gate", "chiFactor", "chi", "kappa"] as const;

/** Settings of designs that the post's network has too. */
export const publishedGates: readonly string[] = ["ramp", "gain", "offset"];
