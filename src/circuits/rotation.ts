import { finiteNumber, finiteNumbers, given, InputError, wholeNumber } from "../base/errors.js";
import { checkDraw, cosSinTurn, RandomSequence } from "../base/random.js";
import { checkCounts } from "../base/shape.js";
import { rotationReadouts, type Circuits, type SharedInputs } from "./circuits.js";
import { checkRamp, standardRamp, type Ramp } from "./indicators.js";

/**
 * The angles of T circuits as fractions of a turn in [0, 1): uniform over a full turn, or drawn from `angles` equally
 * spaced values.
 *
 * @param angles number of distinct angles; null allows any angle
 * @throws InputError naming the argument, its value and its bound
 */
export function randomTurns(T: number, seed: number, network = 0, angles: number | null = null): Float64Array {
  checkCounts(T, 1);
  checkDraw(seed, network);
  checkSteps(angles);
  const random = new RandomSequence(seed, "circuits", network);
  const turns = new Float64Array(T);
  for (let t = 0; t < T; t++) turns[t] = angles === null ? random.uniform() : random.below(angles) / angles;
  return turns;
}

/** @throws InputError unless `angles` is null or a valid number of equally spaced angles */
function checkSteps(angles: number | null): void {
  if (angles !== null) wholeNumber("angles", angles, 1, 65536);
}

/** cos θ and sin θ per circuit. */
export interface Angles {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/**
 * Cosines and sines of angles given as fractions of a turn.
 *
 * @param turns angles as fractions of a turn in [0, 1), as `randomTurns` draws them
 * @throws InputError naming the entry that is not a finite number
 */
export function anglesFromTurns(turns: ArrayLike<number>): Angles {
  finiteNumbers("turns", turns);
  const cos = new Float64Array(turns.length);
  const sin = new Float64Array(turns.length);
  for (let t = 0; t < turns.length; t++) {
    const own = cosSinTurn(turns[t]);
    cos[t] = own[0];
    sin[t] = own[1];
  }
  return { cos, sin };
}

/**
 * Cosines and sines of angles given in radians.
 *
 * @param theta angles in radians, [T]
 * @throws InputError naming the entry that is not a finite number
 */
export function anglesFromRadians(theta: readonly number[]): Angles {
  finiteNumbers("theta", theta);
  return { cos: Float64Array.from(theta, Math.cos), sin: Float64Array.from(theta, Math.sin) };
}

/**
 * @returns the number of angles
 * @throws InputError unless the angles are valid for circuits with L layers
 */
function countAngles(angles: Angles, L: number): number {
  const { cos, sin } = { ...angles };
  finiteNumbers("angles.cos", cos);
  checkCounts(cos.length, L);
  finiteNumbers("angles.sin", sin, "T", cos.length);
  return cos.length;
}

/** Circuits whose L layers are the same; w̄ is [d][d], the bias [d] and Δw [T][d][d]. */
function sameLayers(kind: string, L: number, mean: readonly number[], delta: Float64Array, bias: readonly number[]) {
  const repeat = (values: ArrayLike<number>) => new Array<Float64Array>(L).fill(Float64Array.from(values));
  const d = bias.length;
  const T = delta.length / d ** 2;
  return { kind, d, T, L, mean: repeat(mean), delta: new Array<Float64Array>(L).fill(delta), bias: repeat(bias) };
}

/** Gate settings of conditional rotations. */
export interface RotationGates {
  /** Where the On-indicator's ramp begins to open and where it is fully open. Default 0.25 to 0.75. [E4] */
  readonly ramp?: Ramp;
  /**
   * The gain with which the indicator opens the neurons of x; default 2. Their gate is `gain·alpha + offset − gain`,
   * which opens at alpha = 1 − offset/gain.
   */
  readonly gain?: number;
  /**
   * Value of the gate at alpha = 1: at least 1, so that x on the unit circle is not cut off; a larger value adds a
   * margin. Default 1.
   */
  readonly offset?: number;
  /** Number of equally spaced angles at which inputs lie; null allows any angle. Default null. */
  readonly angles?: number | null;
}

export interface CheckedGates {
  /** 1/(high − low): the slope of the ramp. */
  readonly slope: number;
  readonly ramp: Ramp;
  readonly gain: number;
  readonly offset: number;
  readonly angles: number | null;
}

/** @throws InputError unless 0 < low < high ≤ 1, offset ≥ 1 and gain ≥ offset + 1, so that alpha = 0 shuts the gate */
export function checkRotationGates(gates: RotationGates): CheckedGates {
  const { ramp = standardRamp, gain = 2, offset = 1, angles = null } = given("gates", gates, "an object");
  const { low, high } = checkRamp(ramp);
  // A smaller offset would cut off x on the unit circle.
  finiteNumber("offset", offset, 1);
  if (finiteNumber("gain", gain) < offset + 1) {
    throw new InputError(
      `gain = ${gain}: must be at least offset + 1 = ${offset + 1}, so that an indicator of 0 shuts the gate for any x.`,
      "range",
    );
  }
  return { slope: 1 / (high - low), ramp, gain, offset, angles };
}

/**
 * Inputs `center + u·cos φ + v·sin φ`, where u and v are the vectors `cos` and `sin` of `circle`; φ is uniform or drawn
 * from `angles` equally spaced values.
 */
function circleInputs(
  angles: number | null,
  circle: Readonly<Record<"center" | "cos" | "sin", readonly number[]>>,
): SharedInputs {
  checkSteps(angles);
  if (angles === null) return { kind: "angle", ...circle };
  const vectors = Array.from({ length: angles }, (_, k) => {
    const [cos, sin] = cosSinTurn(k / angles);
    return circle.center.map((center, i) => center + cos * circle.cos[i] + sin * circle.sin[i]);
  });
  return { kind: "choice", vectors };
}

/**
 * Conditional rotations with d = 4: two On-indicator neurons form a ramp of the indicator alpha, which opens the gate
 * of two neurons that carry the vector x. Every layer rotates x by θ_t. [E2]
 *
 * The difference of the first two neurons is the new alpha, ReLU(g·(alpha − low)) − ReLU(g·(alpha − high)), where g is
 * the ramp's slope. It is 0 below `low` and 1 above `high`, so small errors of an inactive circuit are removed [E4].
 * The other two neurons carry `x + offset·alpha`:
 *
 *   x' = ReLU(R(θ)·x + gain·alpha + offset − gain)
 *
 * The post uses low = 0.25, high = 0.75, gain 2 and offset 1, so the gate of x opens at alpha = 0.5, within the ramp.
 * An active neuron of x can then fall to exactly 0. There, the ReLU removes only the negative rounding errors, which
 * makes x drift.
 *
 * @throws InputError naming `ramp`, `gain` or `offset`, and its bound
 */
export function rotations(angles: Angles, L: number, gates: RotationGates = {}): Circuits {
  const T = countAngles(angles, L);
  const { slope, ramp, gain, offset, ...given } = checkRotationGates(gates);
  const drive = [slope, slope, gain, gain];
  const mean = drive.flatMap((value) => [value, -value, 0, 0]);
  const delta = new Float64Array(T * 16);
  for (let t = 0; t < T; t++) {
    const c = angles.cos[t];
    const s = angles.sin[t];
    // Rows 2 and 3 are written by index, because building lists would take most of the time for 100,000 circuits.
    const at = t * 16 + 8;
    delta[at] = -offset * (c - s);
    delta[at + 1] = offset * (c - s);
    delta[at + 2] = c;
    delta[at + 3] = -s;
    delta[at + 4] = -offset * (s + c);
    delta[at + 5] = offset * (s + c);
    delta[at + 6] = s;
    delta[at + 7] = c;
  }
  const on = [slope * (1 - ramp.low), slope * (1 - ramp.high)];
  return {
    ...sameLayers("rotation", L, mean, delta, [-slope * ramp.low, -slope * ramp.high, offset - gain, offset - gain]),
    readouts: rotationReadouts(offset),
    inputs: circleInputs(given.angles, {
      center: [...on, offset, offset],
      cos: [0, 0, 1, 0],
      sin: [0, 0, 0, 1],
    }),
  };
}

/**
 * Unit vectors d_k that add up to 0 and satisfy `(2/K)·Σ_k d_k d_kᵀ = 1`, so that K neurons h represent
 * x = `(2/K)·Σ_k h_k d_k`.
 */
export type Directions = readonly (readonly [number, number])[];

/** Three directions, 120° apart; the last two have y = ±√0.75. */
export const threeDirections: Directions = [
  [1, 0],
  [-0.5, 0.8660254037844386],
  [-0.5, -0.8660254037844386],
];

/** Four directions: each coordinate is the difference of two neurons. */
export const fourDirections: Directions = [
  [1, 0],
  [-1, 0],
  [0, 1],
  [0, -1],
];

/**
 * `(2/K)·d_i·R(θ)·d_j`, [K][K] row-major: a rotation as it acts on the K neurons of a vector.
 *
 * @param c cos θ
 * @param s sin θ
 * @param turn output array, filled starting at index `at`; default: a new array
 * @returns `turn`
 */
export function turnBetween(
  directions: Directions,
  c: number,
  s: number,
  turn = new Float64Array(directions.length ** 2),
  at = 0,
): Float64Array {
  const K = directions.length;
  const scale = 2 / K;
  for (let i = 0; i < K; i++) {
    // Read by index, because destructuring with iterators would take most of the time for 100,000 circuits.
    const p = directions[i][0];
    const q = directions[i][1];
    for (let j = 0; j < K; j++) {
      const u = directions[j][0];
      const v = directions[j][1];
      turn[at + i * K + j] = scale * (p * (c * u - s * v) + q * (s * u + c * v));
    }
  }
  return turn;
}

/**
 * Conditional rotations with the ramp of `rotations`, and x on K = 3 neurons 120° apart (d = 5) or on K = 4 neurons,
 * two per coordinate (d = 6):
 *
 *   h_k' = ReLU(d_k·R(θ)·x + gain·alpha + offset − gain),   x = (2/K)·Σ_k h_k d_k.
 *
 * The directions add up to 0, so contributions common to all K neurons, mainly the gate and its noise, cancel in x. In
 * [E22], the expectations are 1, 8 and 9; without the gate's contribution to x, the 8 and the 9 become 0 and 1.
 *
 * @throws InputError naming `ramp`, `gain` or `offset`, and its bound
 */
export function rotationsOnDirections(
  directions: Directions,
  angles: Angles,
  L: number,
  gates: RotationGates = {},
): Circuits {
  const T = countAngles(angles, L);
  const K = directions.length;
  const d = 2 + K;
  const { slope, ramp, gain, offset, ...given } = checkRotationGates(gates);
  const each = <A>(value: A): A[] => new Array<A>(K).fill(value);
  const mean = [slope, slope, ...each(gain)].flatMap((value) => [value, -value, ...each(0)]);
  const delta = new Float64Array(T * d * d);
  for (let t = 0; t < T; t++) {
    const turn = turnBetween(directions, angles.cos[t], angles.sin[t]);
    for (let k = 0; k < K; k++) delta.set(turn.slice(K * k, K * (k + 1)), (t * d + 2 + k) * d + 2);
  }
  return {
    ...sameLayers(`rotation${d}`, L, mean, delta, [-slope * ramp.low, -slope * ramp.high, ...each(offset - gain)]),
    readouts: [
      { name: "alpha", matrix: [[1, -1, ...each(0)]] },
      { name: "x", matrix: [0, 1].map((i) => [0, 0, ...directions.map((direction) => (2 / K) * direction[i])]) },
    ],
    inputs: circleInputs(given.angles, {
      center: [slope * (1 - ramp.low), slope * (1 - ramp.high), ...each(offset)],
      cos: [0, 0, ...directions.map(([u]) => u)],
      sin: [0, 0, ...directions.map(([, v]) => v)],
    }),
  };
}

/**
 * Conditional rotations with d = 3. They have only one On-indicator neuron, with bias −b, which amplifies noise on the
 * indicator by a factor of 1 + b = 2 in every layer. Kept as an unstable contrast to `rotations`. [E5]
 */
export function rotationsOneIndicator(angles: Angles, L: number, inputAngles: number | null = null): Circuits {
  const T = countAngles(angles, L);
  const delta = new Float64Array(T * 9);
  for (let t = 0; t < T; t++) {
    const c = angles.cos[t];
    const s = angles.sin[t];
    delta.set([-(c - s), c, -s], t * 9 + 3);
    delta.set([-(s + c), s, c], t * 9 + 6);
  }
  return {
    ...sameLayers("rotation3", L, [2, 0, 0, 2, 0, 0, 2, 0, 0], delta, [-1, -1, -1]),
    readouts: [
      { name: "alpha", matrix: [[1, 0, 0]] },
      {
        name: "x",
        matrix: [
          [-1, 1, 0],
          [-1, 0, 1],
        ],
      },
    ],
    inputs: circleInputs(inputAngles, { center: [1, 1, 1], cos: [0, 1, 0], sin: [0, 0, 1] }),
  };
}

/** The On-indicator alone, d = 2: T identical ramps. [E6] */
export function steps(T: number, L: number, ramp: Ramp = standardRamp): Circuits {
  checkCounts(T, L);
  const { low, high } = checkRamp(ramp);
  const slope = 1 / (high - low);
  return {
    ...sameLayers("step", L, [slope, -slope, slope, -slope], new Float64Array(T * 4), [-slope * low, -slope * high]),
    readouts: [{ name: "alpha", matrix: [[1, -1]] }],
    inputs: { kind: "angle", center: [slope * (1 - low), slope * (1 - high)], cos: [0, 0], sin: [0, 0] },
  };
}
