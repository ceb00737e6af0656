import type { Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { Adam } from "../base/adam.js";
import { RandomSequence } from "../base/random.js";

/** How an embedding matrix is trained. */
export interface Training {
  /** Seed of the sets drawn; each layer has its own sets. */
  readonly seed: number;
  readonly network: number;
  /** Number of circuits active at once. */
  readonly z: number;
}

/** The drive assumed to open a neuron if the circuits do not determine one: the start of the published ramp. */
const STANDARD_OPENING = 0.25;

/**
 * The drive, in units of an On-indicator, at which the first neurons of a layer open. Where `w̄ = g ⊗ R_alpha`,
 * component i opens at `−b_i/g_i`. For circuits without an indicator alpha, the drive is 0.25, the start of the
 * published ramp.
 *
 * @param layer counted from 1
 */
export function openingDrive({ mean, bias, readouts, d }: Circuits, layer: number): number {
  const alpha = readouts.find(({ name }) => name === "alpha")?.matrix[0];
  if (alpha === undefined) return STANDARD_OPENING;
  const length = alpha.reduce((sum, value) => sum + value * value, 0);
  const thresholds: number[] = [];
  for (let i = 0; i < d; i++) {
    const row = mean[layer - 1].subarray(i * d, (i + 1) * d);
    const drive = alpha.reduce((sum, value, j) => sum + value * row[j], 0) / length;
    if (drive > 0) thresholds.push(-bias[layer - 1][i] / drive);
  }
  const least = Math.min(...thresholds);
  return least > 0 && least < 1 ? least : STANDARD_OPENING;
}

/** Sets of circuits per step, and number of steps. */
const BATCH = 256;
const STEPS = 200;
/**
 * Learning rate of Adam: the first step moves every weight that has a gradient by this much. The rate falls linearly to
 * 0.
 */
const RATE = 0.02;
/**
 * A neuron that should be off costs nothing if its drive is at most this fraction of the drive at which its gate opens,
 * because the gate removes all smaller drives.
 */
const OFF = 0.6;
/**
 * For a neuron that should be on, the costs of a drive below 1 and of a drive above 1, relative to the cost of a false
 * opening.
 */
const BELOW = 6;
const ABOVE = 4;

/**
 * Trains an embedding matrix on random sets of z active circuits with clean indicators, `A = min(1, Σ e_t^{l−1})`: a
 * neuron should read 1 if one of its circuits is active, and at most `OFF·opening` if none is. Uses gradient descent
 * (Adam) on
 *
 *   Σ_on BELOW·max(0, 1 − o_n)² + ABOVE·max(0, o_n − 1)² + Σ_off max(0, o_n − OFF·opening)²,   o = 𝒲 A.
 *
 * The loss is biased towards opening: if a gate stays shut, a circuit loses its whole x, while a false opening only
 * lets existing interference through. A drive above 1 also has a cost, because neurons that hold x pass the drive on.
 *
 * @param weights initial 𝒲, [P][P]; trained in place
 * @param layer the layer of `after`, counted from 1
 * @param opening the smallest drive that opens a neuron
 */
export function train(
  weights: Float64Array,
  after: Assignment,
  before: Assignment,
  layer: number,
  opening: number,
  { seed, network, z }: Training,
): void {
  const { T, P, S } = after;
  const random = new RandomSequence(seed, "design", network, layer);
  const off = OFF * opening;
  const isOn = new Uint8Array(P);
  const isFrom = new Uint8Array(P);
  const from = new Uint32Array(P);
  const drives = new Float64Array(P);
  const wrong = new Uint32Array(P);
  const slopes = new Float64Array(P);
  // Transposed, so that the weights from one neuron lie side by side.
  const columns = transposed(weights, P);
  const adam = new Adam(P * P);
  const gradient = new Float64Array(P * P);
  const active: number[] = [];
  for (let step = 1; step <= STEPS; step++) {
    gradient.fill(0);
    for (let sample = 0; sample < BATCH; sample++) {
      draw();
      isOn.fill(0);
      isFrom.fill(0);
      for (const t of active) {
        for (let s = t * S; s < (t + 1) * S; s++) {
          isOn[after.neurons[s]] = 1;
          isFrom[before.neurons[s]] = 1;
        }
      }
      let count = 0;
      for (let m = 0; m < P; m++) if (isFrom[m] === 1) from[count++] = m * P;
      addColumns(drives.fill(0), columns, from.subarray(0, count));
      let wrongs = 0;
      for (let n = 0; n < P; n++) {
        let slope = drives[n] - off;
        if (isOn[n] === 1) slope = (drives[n] < 1 ? BELOW : ABOVE) * (drives[n] - 1);
        else if (slope <= 0) continue;
        wrong[wrongs] = n;
        slopes[wrongs++] = slope;
      }
      for (let k = 0; k < count; k++) {
        const at = from[k];
        for (let w = 0; w < wrongs; w++) gradient[at + wrong[w]] += slopes[w];
      }
    }
    for (let at = 0; at < gradient.length; at++) gradient[at] *= 1 / BATCH;
    adam.step(columns, gradient, RATE * (1 - (step - 1) / STEPS));
  }
  weights.set(transposed(columns, P));

  function draw(): void {
    active.length = 0;
    while (active.length < Math.min(z, T)) {
      const t = random.below(T);
      if (!active.includes(t)) active.push(t);
    }
  }
}

function transposed(weights: Float64Array, P: number): Float64Array {
  const columns = new Float64Array(P * P);
  for (let n = 0; n < P; n++) for (let m = 0; m < P; m++) columns[m * P + n] = weights[n * P + m];
  return columns;
}

/** Adds the columns that begin at `starts` to `sums`, in order; for speed, three per pass. */
function addColumns(sums: Float64Array, columns: Float64Array, starts: Uint32Array): void {
  const P = sums.length;
  let k = 0;
  for (; k + 3 <= starts.length; k += 3) {
    const [a, b, c] = [starts[k], starts[k + 1], starts[k + 2]];
    for (let n = 0; n < P; n++) sums[n] = sums[n] + columns[a + n] + columns[b + n] + columns[c + n];
  }
  for (; k < starts.length; k++) {
    const a = starts[k];
    for (let n = 0; n < P; n++) sums[n] += columns[a + n];
  }
}
