import { cosSinTurn } from "../base/random.js";

/** The learning-rate schedule: a linear rise over the first steps, then a constant rate or half a cosine down to 0. */
export const rateSchedules = ["cosine", "constant"] as const;

export interface RateSchedule {
  readonly rate: number;
  readonly schedule: (typeof rateSchedules)[number];
  /** Number of steps at the start during which the learning rate rises. */
  readonly warmUp: number;
  readonly steps: number;
}

/** The learning rate of a step, 0 ≤ step < steps. */
export function rateAt({ rate, schedule, warmUp, steps }: RateSchedule, step: number): number {
  if (step < warmUp) return (rate * (step + 1)) / warmUp;
  if (schedule === "constant") return rate;
  return 0.5 * rate * (1 + cosSinTurn((step - warmUp) / (steps - warmUp) / 2)[0]);
}
