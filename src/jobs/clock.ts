/** Returns seconds since an arbitrary start. */
export type Clock = () => number;

/** A clock that gives wall-clock time. */
export const wallClock: Clock = () => performance.now() / 1000;
