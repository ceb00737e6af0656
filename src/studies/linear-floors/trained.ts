import { Adam } from "../../base/adam.js";
import { deriveSeed, normalPair, RandomSequence } from "../../base/random.js";
import { linearFloors, type LinearFloors } from "../../engine/linear-floors.js";
import type { Task, TaskKind } from "../../jobs/task.js";
import { trainAutoencoder } from "../storage/autoencoder.js";
import type { trainedLosses, trainedModels } from "./settings.js";

/** The error floors of the code found by training. */
export interface TrainedFloorsTask extends Task<LinearFloors> {
  readonly kind: "trained-floors";
  readonly model: (typeof trainedModels)[number];
  readonly loss: (typeof trainedLosses)[number];
  readonly n: number;
  readonly F: number;
  readonly steps: number;
  readonly seed: number;
  readonly repeat: number;
}

const BATCH = 128;
const RATE = 1e-2;
/** The share of nonzero features in an input. */
const DENSITY = 0.1;

/**
 * Trains y = W_out·ReLU(W_in x) to compute ReLU(x) of F features with n neurons: "compressed computation" (Braun et
 * al., 2025; Ferreira da Silva and Heimersheim, 2026). Each feature is uniform in −1…1 with probability 0.1, otherwise
 * 0. The optimiser is Adam with a falling learning rate.
 *
 * @returns the columns of W_in, [F][n]: the input weights of each feature
 */
export function trainReluLayer({
  n,
  F,
  loss,
  steps,
  seed,
}: Omit<TrainedFloorsTask, "kind" | "model" | "repeat">): Float64Array[] {
  const random = new RandomSequence(seed, "user");
  const count = F * n;
  // W_in [F][n], then W_out [F][n].
  const weights = Float64Array.from(
    { length: 2 * count },
    (_, k) => normalPair(random)[0] / Math.sqrt(k < count ? F : n),
  );
  const gradient = new Float64Array(2 * count);
  const adam = new Adam(2 * count);
  const [x, sums, slopes] = [new Float64Array(F), new Float64Array(n), new Float64Array(n)];
  const active = new Uint16Array(n);
  for (let step = 0; step < steps; step++) {
    gradient.fill(0);
    for (let sample = 0; sample < BATCH; sample++) {
      sums.fill(0);
      slopes.fill(0);
      for (let f = 0; f < F; f++) {
        x[f] = random.uniform() < DENSITY ? 2 * random.uniform() - 1 : 0;
        if (x[f] !== 0) for (let k = 0; k < n; k++) sums[k] += x[f] * weights[f * n + k];
      }
      let on = 0;
      for (let k = 0; k < n; k++) if (sums[k] > 0) active[on++] = k;
      for (let f = 0, at = count; f < F; f++, at += n) {
        let difference = -Math.max(0, x[f]);
        for (let a = 0; a < on; a++) difference += weights[at + active[a]] * sums[active[a]];
        const slope = (loss === "L4" ? 4 * difference * difference * difference : 2 * difference) / BATCH;
        for (let a = 0; a < on; a++) {
          const k = active[a];
          gradient[at + k] += slope * sums[k];
          slopes[k] += slope * weights[at + k];
        }
      }
      for (let f = 0; f < F; f++) if (x[f] !== 0) for (let k = 0; k < n; k++) gradient[f * n + k] += slopes[k] * x[f];
    }
    adam.step(weights, gradient, RATE * (1 - step / steps));
  }
  return Array.from({ length: F }, (_, f) => weights.slice(f * n, (f + 1) * n));
}

export const trainedFloorsKind: TaskKind<TrainedFloorsTask> = {
  name: "trained-floors",
  run(core, { model, loss, n, F, steps, seed, repeat }) {
    const own = deriveSeed(seed, "trained-floors", n, F, repeat);
    const vectors =
      model === "relu-layer"
        ? trainReluLayer({ n, F, loss, steps, seed: own })
        : trainAutoencoder({ n, m: F, loss, steps, seed: own }).vectors;
    return linearFloors(vectors, core.claim());
  },
  cost: ({ model, n, F, steps }) => ({
    load: 0,
    run: (model === "relu-layer" ? 4 * BATCH : 4 * F) * F * n * steps * 1e-6,
    resultBytes: 400,
  }),
  describe: ({ model, loss, n, F }) =>
    `floors of linear readout of ${F} trained features in ${n} dimensions (${model}, ${loss})`,
};
