const reduced = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)");

/** Whether the reader prefers reduced motion. */
export const isStill = (): boolean => reduced?.matches ?? true;

/** How long "Play" shows each layer, in milliseconds. */
export const PACE = 800;

/** An animation in progress. */
export interface Motion {
  /** Stops the animation where it is. */
  stop(): void;
}

/**
 * In every frame, calls `step` with the share of the duration that has passed, from 0 to 1. If reduced motion is
 * preferred, it calls `step` only once, with 1.
 *
 * @param milliseconds the duration
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

/** A share from 0 to 1, eased in and out. */
export const eased = (share: number): number => share * share * (3 - 2 * share);
