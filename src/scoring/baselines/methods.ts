/** The baseline methods; "truth" is the result of a perfect method. */
export const baselineMethods = ["random", "svd", "neurons", "pca", "ica", "topk-sae", "linear-probe", "truth"] as const;
export type BaselineMethod = (typeof baselineMethods)[number];
