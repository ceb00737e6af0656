/** Seconds since an arbitrary start. */
export type Clock = () => number;

/** Wall-clock time. */
export const wallClock: Clock = () => performance.now() / 1000;
