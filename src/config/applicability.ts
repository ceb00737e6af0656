import type { Construction } from "../network/construction.js";

/** Which of three settings a construction uses: χ per layer, a factor on χ [E12], and κ [E13]. */
export function correctionsOf(construction: Construction): Readonly<Record<"chi" | "chiFactor" | "kappa", boolean>> {
  return {
    chi: construction === "capped",
    chiFactor: construction === "capped" || construction === "load-aware",
    kappa: construction === "balanced" || construction === "split",
  };
}

/** Fields of the post's construction that other designs do not use. */
export const publishedOnly = ["construction", "assignment", "schedule", "gate", "chiFactor", "chi", "kappa"] as const;

/** Settings that the post's network and some designs have in common. */
export const publishedGates: readonly string[] = ["ramp", "gain", "offset"];
