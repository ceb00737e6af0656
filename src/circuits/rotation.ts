import { cosSinTurn, RandomSequence } from "../random.js";
import { rotationReadouts, type Circuits } from "./circuits.js";

/** The angles of T circuits, uniform over a full turn, as fractions of a turn in [0, 1). */
export function randomTurns(T: number, seed: number, network = 0): Float64Array {
  const random = new RandomSequence(seed, "circuits", network);
  return Float64Array.from({ length: T }, () => random.uniform());
}

/** cos θ and sin θ per circuit. */
export interface Angles {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

/** @param turns angles as fractions of a turn in [0, 1), as `randomTurns` draws them */
export function anglesFromTurns(turns: ArrayLike<number>): Angles {
  const cos = new Float64Array(turns.length);
  const sin = new Float64Array(turns.length);
  for (let t = 0; t < turns.length; t++) [cos[t], sin[t]] = cosSinTurn(turns[t]!);
  return { cos, sin };
}

/** @param theta angles in radians */
export function anglesFromRadians(theta: readonly number[]): Angles {
  return { cos: Float64Array.from(theta, Math.cos), sin: Float64Array.from(theta, Math.sin) };
}

function repeat<A>(value: A, L: number): readonly A[] {
  return Array.from({ length: L }, () => value);
}

/**
 * Conditional rotations with d = 4: two On-indicator neurons make a ramp of the indicator alpha, which opens the gate
 * of two neurons that carry the vector x, rotated by θ_t in every layer. [E2]
 *
 * The difference of the first two neurons is alpha: ReLU(2·alpha − 0.5) − ReLU(2·alpha − 1.5), 0 below 0.25 and 1
 * above 0.75, so small errors of an inactive circuit are cleaned away. [E4]
 */
export function rotations(angles: Angles, L: number): Circuits {
  const T = angles.cos.length;
  const mean = Float64Array.from([2, -2, 0, 0, 2, -2, 0, 0, 2, -2, 0, 0, 2, -2, 0, 0]);
  const delta = new Float64Array(T * 16);
  for (let t = 0; t < T; t++) {
    const c = angles.cos[t]!;
    const s = angles.sin[t]!;
    delta.set([-(c - s), c - s, c, -s], t * 16 + 8);
    delta.set([-(s + c), s + c, s, c], t * 16 + 12);
  }
  return {
    kind: "rotation",
    d: 4,
    T,
    L,
    mean: repeat(mean, L),
    delta: repeat(delta, L),
    bias: repeat(Float64Array.from([-0.5, -1.5, -1, -1]), L),
    readouts: rotationReadouts,
    inputs: { kind: "angle", center: [1.5, 0.5, 1, 1], cos: [0, 0, 1, 0], sin: [0, 0, 0, 1] },
  };
}

/**
 * Conditional rotations with d = 3: one On-indicator neuron, which amplifies noise on the indicator by 1 + b = 2 in
 * every layer. Kept as the unstable contrast to `rotations`. [E5]
 */
export function rotationsOneIndicator(angles: Angles, L: number): Circuits {
  const T = angles.cos.length;
  const mean = Float64Array.from([2, 0, 0, 2, 0, 0, 2, 0, 0]);
  const delta = new Float64Array(T * 9);
  for (let t = 0; t < T; t++) {
    const c = angles.cos[t]!;
    const s = angles.sin[t]!;
    delta.set([-(c - s), c, -s], t * 9 + 3);
    delta.set([-(s + c), s, c], t * 9 + 6);
  }
  return {
    kind: "rotation3",
    d: 3,
    T,
    L,
    mean: repeat(mean, L),
    delta: repeat(delta, L),
    bias: repeat(Float64Array.from([-1, -1, -1]), L),
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
    inputs: { kind: "angle", center: [1, 1, 1], cos: [0, 1, 0], sin: [0, 0, 1] },
  };
}

/** The On-indicator alone, d = 2: T identical ramps. [E6] */
export function steps(T: number, L: number): Circuits {
  return {
    kind: "step",
    d: 2,
    T,
    L,
    mean: repeat(Float64Array.from([2, -2, 2, -2]), L),
    delta: repeat(new Float64Array(T * 4), L),
    bias: repeat(Float64Array.from([-0.5, -1.5]), L),
    readouts: [{ name: "alpha", matrix: [[1, -1]] }],
    inputs: { kind: "angle", center: [1.5, 0.5], cos: [0, 0], sin: [0, 0] },
  };
}
