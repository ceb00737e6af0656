/** How the large network's weights are made from the circuits: [E11], [E13], [E14]. */
export type Construction = "capped" | "balanced" | "split";
export const constructions: readonly Construction[] = ["capped", "balanced", "split"];

/** What follows the weights: ReLU [E15], or the oracle that keeps exactly the neurons of active circuits [E16]. */
export type Gate = "relu" | "oracle";
export const gates: readonly Gate[] = ["relu", "oracle"];
