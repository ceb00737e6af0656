/** Seconds since some beginning. */
export type Clock = () => number;

/** The time that passes. */
export const wallClock: Clock = () => performance.now() / 1000;
