/** Methods that scores are read against; "truth" is what a perfect method would write. */
export const baselineMethods = ["random", "svd", "neurons", "pca", "ica", "topk-sae", "linear-probe", "truth"] as const;
export type BaselineMethod = (typeof baselineMethods)[number];
