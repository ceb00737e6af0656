import type { Construction } from "../network/construction.js";

/** The corrections of a construction: χ per layer with its factor [E12], and κ [E13]. */
export function correctionsOf(construction: Construction): Readonly<Record<"chi" | "chiFactor" | "kappa", boolean>> {
  return {
    chi: construction === "capped",
    chiFactor: construction === "capped" || construction === "load-aware",
    kappa: construction === "balanced" || construction === "split",
  };
}

/** Fields of the post's construction that designs do not use. */
export const publishedOnly = ["construction", "assignment", "schedule", "gate", "chiFactor", "chi", "kappa"] as const;

/** Settings that designs share with the post's network. */
export const publishedGates: readonly string[] = ["ramp", "gain", "offset"];
