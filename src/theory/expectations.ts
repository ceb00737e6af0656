import { runAlone, weightOf, type Circuits, type Readout, type SharedInputs } from "../circuits/circuits.js";
import { finish, type Steps } from "../base/steps.js";
import { inputsOf } from "../circuits/inputs.js";
import { checkedCircuits, checkReadouts } from "../circuits/sizes.js";

/**
 * Properties of circuits that the error theory uses, for one readout y = R·a and one layer l: mean squares over active
 * circuits v, over other circuits u ≠ v and over inputs. Unless stated otherwise, w = w^l and a_v = a_v^{l−1}.
 * [E21]
 */
export interface Expectations {
  /** `E_{u≠v}|R Δw_u a_v|²`; 0 if there is only one circuit. */
  readonly delta: number;
  /** `E|R w̄ a_v|²`. */
  readonly mean: number;
  /** `E|R w_v a_v|²`, the readout's pre-activation without bias. */
  readonly own: number;
  /** `E|R a_v^l|²`, the mean square of an active circuit's readout after the layer. [E20] */
  readonly output: number;
  /**
   * `E|y − E_t y|²` for y = R a_v^l, where E_t is the mean over a circuit's inputs: the error of the circuit's best
   * constant output. [L4]
   */
  readonly variance: number;
}

/**
 * Total number of inputs for all sampled circuits (fewer if the circuits are large or deep), and the minimum number for
 * each circuit.
 */
const INPUTS = 4096;
const LEAST_INPUTS = 8;
/** The largest number of circuits sampled; fewer if circuits are large or deep, but at least LEAST_CIRCUITS. */
const MOST_CIRCUITS = 1024;
const LEAST_CIRCUITS = 64;
/** Number of inputs summed together in a layer: few, so that the sums of deep circuits stay in the cache. */
const TOGETHER = 32;
/** The fraction whose multiples, modulo 1, stay evenly spread. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/**
 * Circuits count as "large or deep" if running the minimum number of inputs takes more than WORK multiply-adds, or if
 * running all inputs takes more than MOST_WORK multiply-adds (seconds of work).
 */
const WORK = 1e8;
const MOST_WORK = 5e8;

/**
 * Computes the expectations of [E20] and [E21] from the circuits themselves.
 *
 * The computation is deterministic. At most 1024 circuits take part (fewer if they are large or deep, but at least 64).
 * If all circuits take part, the average over u ≠ v is exact; otherwise, an evenly spaced subset takes part. The
 * circuits share 4096 inputs equally (fewer if circuits are large or deep), but each runs on at least 8. Inputs of kind
 * "angle" divide a full turn into equal steps, which makes the mean exact unless a gate switches at some angle. Inputs
 * of kind "choice" are the listed vectors; a circuit runs on all of them unless there are more than its share of
 * inputs. Inputs of kind "uniform" are points of a low-discrepancy sequence; for random circuits, the means were
 * accurate to about 1%.
 *
 * The average over u ≠ v does not take T² steps: with B_u = (RΔw_u)ᵀ RΔw_u and second moments M_v = E[a_v a_vᵀ] it is
 * `(tr(ΣB·ΣM) − Σ_v tr(B_v M_v)) / (T(T−1))`.
 *
 * @param readouts linear readouts R, [rows][d] each
 * @returns one list per readout; index k holds layer k+1
 * @throws InputError naming the part of the circuits or readouts that is missing or out of bounds
 */
export function circuitExpectations(circuits: Circuits, readouts?: readonly Readout[]): Expectations[][] {
  return finish(expectationSteps(circuits, readouts));
}

/**
 * `circuitExpectations` in steps: each step runs a few inputs of one sampled circuit, because deep circuits take
 * seconds.
 */
export function* expectationSteps(
  circuits: Circuits,
  readouts: readonly Readout[] = { ...circuits }.readouts,
): Steps<Expectations[][]> {
  const { d, T, L } = checkedCircuits(circuits);
  checkReadouts("readouts", readouts, d);
  const ofInput = L * d * d * (2 + readouts.length);
  const affordable = Math.floor(WORK / (LEAST_INPUTS * ofInput));
  const sampled = Math.min(T, MOST_CIRCUITS, Math.max(LEAST_CIRCUITS, affordable));
  const share = Math.max(LEAST_INPUTS, Math.ceil(Math.min(INPUTS, MOST_WORK / ofInput) / sampled));
  const sequences = new Map<SharedInputs, InputSequence>();

  const sums = readouts.map((readout) => Array.from({ length: L }, () => readoutSums(readout.matrix, d)));
  // Σ_v E[a_v a_vᵀ] per layer: [L][d·d]
  const moments = Array.from({ length: L }, () => new Float64Array(d * d));
  for (let k = 0; k < sampled; k++) {
    const v = Math.floor((k * T) / sampled);
    const inputs = inputsOf(circuits.inputs, v);
    const { draws, inputAt } = sequences.get(inputs) ?? inputSequence(inputs, d, share);
    sequences.set(inputs, { draws, inputAt });
    for (let at = 0; at < L; at++) {
      const delta = circuits.delta[at].subarray(v * d * d, (v + 1) * d * d);
      const own = weightOf(circuits, at + 1, v);
      for (const ofReadout of sums) ofReadout[at].setCircuit(circuits.mean[at], delta, own);
    }
    for (let first = 0; first < draws; first += TOGETHER) {
      const count = Math.min(TOGETHER, draws - first);
      yield k / sampled;
      const activations = Array.from({ length: count }, (_, draw) => runAlone(circuits, v, inputAt(k, first + draw)));
      for (let at = 0; at < L; at++) {
        const ofLayer = sums.map((ofReadout) => ofReadout[at]);
        for (const alone of activations) {
          addOuter(moments[at], alone[at], 1 / draws);
          for (const sum of ofLayer) sum.addInput(alone[at], alone[at + 1], 1 / draws);
        }
      }
    }
  }
  return sums.map((ofReadout) => ofReadout.map((sum, layer) => sum.expectations(moments[layer], sampled)));
}

/** Sums over sampled circuits for one readout and one layer. */
function readoutSums(matrix: Readout["matrix"], d: number) {
  const rows = matrix.length;
  const readout = Float64Array.from(matrix.flat());
  // R w̄, R Δw_v and R w_v of the current circuit, [rows][d]
  let [readMean, readDelta, readOwn]: Float64Array[] = [];
  /** Σ_u (RΔw_u)ᵀ RΔw_u, [d][d]. */
  const gram = new Float64Array(d * d);
  /**
   * `same` is Σ_v tr(B_v M_v), which is subtracted to remove the pairs u = v. The other totals, divided by the number
   * of circuits, give `mean`, `own` and `output`.
   */
  const totals = { same: 0, means: 0, owns: 0, outputs: 0 };
  /** Σ_v |E_t y|², and E_t y of the current circuit. */
  let squaredMeans = 0;
  const circuitMean = new Float64Array(rows);

  function setCircuit(mean: Float64Array, delta: Float64Array, own: Float64Array): void {
    endCircuit();
    readMean = read(mean);
    readDelta = read(delta);
    readOwn = read(own);
    for (let r = 0; r < rows; r++) {
      addOuter(gram, readDelta.subarray(r * d, (r + 1) * d), 1);
    }
  }

  function addInput(before: Float64Array, after: Float64Array, weight: number): void {
    totals.same += weight * square(readDelta, before);
    totals.means += weight * square(readMean, before);
    totals.owns += weight * square(readOwn, before);
    let length = 0;
    for (let r = 0; r < rows; r++) {
      let y = 0;
      for (let j = 0; j < d; j++) y += readout[r * d + j] * after[j];
      circuitMean[r] += weight * y;
      length += y * y;
    }
    totals.outputs += weight * length;
  }

  function endCircuit(): void {
    for (const y of circuitMean) squaredMeans += y * y;
    circuitMean.fill(0);
  }

  function expectations(moments: Float64Array, sampled: number): Expectations {
    let all = 0;
    for (let at = 0; at < moments.length; at++) all += gram[at] * moments[at];
    const pairs = sampled * (sampled - 1);
    const { same, means, owns, outputs } = totals;
    endCircuit();
    return {
      // Rounding may make the difference of two sums of squares slightly negative.
      delta: pairs > 0 ? Math.max(0, all - same) / pairs : 0,
      mean: means / sampled,
      own: owns / sampled,
      output: outputs / sampled,
      variance: Math.max(0, outputs - squaredMeans) / sampled,
    };
  }

  /** R·w, [rows][d]. */
  function read(w: Float64Array): Float64Array {
    const product = new Float64Array(rows * d);
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < d; i++) {
        const weight = readout[r * d + i];
        if (weight === 0) continue;
        for (let j = 0; j < d; j++) product[r * d + j] += weight * w[i * d + j];
      }
    }
    return product;
  }

  /** |X a|² for X [rows][d]. */
  function square(X: Float64Array, a: Float64Array): number {
    let square = 0;
    for (let r = 0; r < rows; r++) {
      let y = 0;
      for (let j = 0; j < d; j++) y += X[r * d + j] * a[j];
      square += y * y;
    }
    return square;
  }
  return { setCircuit, addInput, expectations };
}

/** Adds weight·a aᵀ to the square matrix `sum`. */
function addOuter(sum: Float64Array, a: Float64Array, weight: number): void {
  const d = a.length;
  for (let i = 0; i < d; i++) {
    const scaled = weight * a[i];
    if (scaled === 0) continue;
    for (let j = 0; j < d; j++) sum[i * d + j] += scaled * a[j];
  }
}

/** The number of different inputs. */
function countInputs(inputs: SharedInputs): number {
  switch (inputs.kind) {
    case "angle":
      return [...inputs.cos, ...inputs.sin].some((amplitude) => amplitude !== 0) ? Infinity : 1;
    case "uniform":
      return inputs.low.some((low, i) => low !== inputs.high[i]) ? Infinity : 1;
    case "choice":
      return inputs.vectors.length;
  }
}

/** A fixed sequence of inputs for the k-th sampled circuit; 0 ≤ draw < draws. */
interface InputSequence {
  readonly draws: number;
  readonly inputAt: (k: number, draw: number) => ArrayLike<number>;
}

/**
 * At most `share` inputs, or all of them if there are fewer.
 *
 * A circuit's draws are spread evenly over the distribution. Each circuit starts at a different point within a step, so
 * that all circuits together cover the distribution finely.
 */
function inputSequence(inputs: SharedInputs, d: number, share: number): InputSequence {
  const draws = Math.min(countInputs(inputs), share);
  return { draws, inputAt: inputsInOrder(inputs, d, draws) };
}

function inputsInOrder(inputs: SharedInputs, d: number, draws: number): InputSequence["inputAt"] {
  const fraction = (k: number, draw: number) => (draw + ((k * GOLDEN) % 1)) / draws;
  switch (inputs.kind) {
    case "angle":
      return (k, draw) => {
        const phi = 2 * Math.PI * fraction(k, draw);
        const cos = Math.cos(phi);
        const sin = Math.sin(phi);
        return inputs.center.map((center, i) => center + cos * inputs.cos[i] + sin * inputs.sin[i]);
      };
    case "uniform": {
      // An additive recurrence with powers of 1/φ_d, where φ_d^(d+1) = φ_d + 1 (M. Roberts, 2018). Its points are
      // spread evenly in d dimensions.
      let root = 2;
      for (let iteration = 0; iteration < 64; iteration++) root = (1 + root) ** (1 / (d + 1));
      const steps = Array.from({ length: d }, (_, i) => root ** -(i + 1));
      return (k, draw) =>
        steps.map((step, i) => {
          const share = (0.5 + (k * draws + draw + 1) * step) % 1;
          return inputs.low[i] + share * (inputs.high[i] - inputs.low[i]);
        });
    }
    case "choice":
      return (k, draw) => inputs.vectors[Math.floor(fraction(k, draw) * inputs.vectors.length)];
  }
}
