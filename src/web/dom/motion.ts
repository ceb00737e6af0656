const reduced = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** Whether the reader wants nothing to move that was not asked for. */
export const isStill = (): boolean => reduced?.matches ?? true;

/** Something on its way from one picture to the next. */
export interface Motion {
  /** Ends it where it is. */
  stop(): void;
}

/**
 * Calls `step` with 0…1 in every frame for a while, evenly; at once with 1 for those who want no motion.
 *
 * @param milliseconds how long
 */
export function animate(milliseconds: number, step: (share: number) => void): Motion {
  let isOver = false;
  if (isStill()) step(1);
  else {
    const began = performance.now();
    const frame = (now: number): void => {
      if (isOver) return;
      const share = Math.min(1, Math.max(0, (now - began) / milliseconds));
      step(share);
      if (share < 1) requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  }
  return { stop: () => void (isOver = true) };
}

/** Starts and ends gently, 0…1. */
export const eased = (share: number): number => share * share * (3 - 2 * share);
