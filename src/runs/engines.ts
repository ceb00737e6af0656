/** How samples go through a network: by what is known of its weights, or by the dense weights alone. */
export const engines = ["factored", "dense"] as const;
export type Engine = (typeof engines)[number];

/** Most threads that samples are shared out to. */
export const MOST_WORKERS = 256;
