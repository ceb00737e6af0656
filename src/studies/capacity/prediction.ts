import { activeRotationError } from "../../theory/rotation.js";

/** The values from which the largest T is predicted, for rotations (d = 4) in the published construction. */
export interface PredictionInput {
  readonly D: number;
  readonly S: number;
  readonly z: number;
  readonly layer: number;
  readonly threshold: number;
}

/**
 * The T at which the predicted mean squared error of active circuits' x reaches the threshold, found by bisection.
 * [E22]
 */
export function predictedLargest({ D, S, z, layer, threshold }: PredictionInput): number {
  let [below, above] = [1, D * D];
  while (above / below > 1 + 1e-9) {
    const T = Math.sqrt(below * above);
    if (activeRotationError({ D, d: 4, T, S }, z, layer) <= threshold) below = T;
    else above = T;
  }
  return below;
}
