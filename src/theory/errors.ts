import { checkCounted, checkReadouts } from "../circuits/sizes.js";
import type { Circuits } from "../circuits/circuits.js";
import { finiteNumber, InputError, listOf, wholeNumber } from "../base/errors.js";
import { checkShape, meanSquaredOverlap, type Shape } from "../base/shape.js";
import { circuitExpectations, type Expectations } from "./expectations.js";

/** Predicted mean squared errors of a readout at one layer. */
export interface PredictedError {
  readonly active: number;
  readonly inactive: number;
}

/** Predicted mean squares of the parts of an active circuit's error at one layer, before the ReLU. [E21b] */
export interface PredictedTerms {
  /** The effect of the other circuits' weights on the circuit's own activations. */
  readonly self: number;
  /** Activations that arrive from the other active circuits. */
  readonly others: number;
  /** The error of the previous layer, which the circuit's own weights pass on at the same size (assumption 5). */
  readonly previous: number;
}

/** The quantities in the formulas that do not depend on the circuits' weights: T, z and the mean squared overlap q. */
export interface Crowd {
  readonly T: number;
  readonly z: number;
  readonly q: number;
}

/** For inactive circuits: `E|δy|² ≈ z·q·E|R a_v|²`. [E20] (R6.4) */
export function inactiveError({ z, q }: Crowd, { output }: Pick<Expectations, "output">): number {
  return z * q * output;
}

/** Overlap of embeddings, `q·(z−1)·E|R w_v a_v|²`: the only term at layer 1. [E21b] */
export function overlapTerm({ z, q }: Crowd, { own }: Pick<Expectations, "own">): number {
  return q * (z - 1) * own;
}

/** The circuit's own term at layers l ≥ 2, `T·q²·E_{u≠v}|R Δw_u a_v|²`. [E21b] (R6.17) */
export function selfTerm({ T, q }: Crowd, { delta }: Pick<Expectations, "delta">): number {
  return T * q * q * delta;
}

/**
 * The other circuits' term at layers l ≥ 2, `(z−1)·(T·q²·(E|R Δw_u a_v|² + E|R w̄ a_v|²) + q·E|R w_v a_v|²)`. [E21b]
 */
export function othersTerm(crowd: Crowd, expectations: Omit<Expectations, "output" | "variance">): number {
  const { T, z, q } = crowd;
  return (z - 1) * T * q * q * (expectations.delta + expectations.mean) + overlapTerm(crowd, expectations);
}

/**
 * The parts of an active circuit's error, layer by layer, for one readout. [E21b]
 *
 * @param expectations index k holds layer k+1; the layers may have different expectations
 * @returns index k holds layer k+1; at layer 1 only `others` is not 0, and it is the overlap term
 */
export function errorTerms(
  crowd: Crowd,
  expectations: readonly Omit<Expectations, "output" | "variance">[],
): PredictedTerms[] {
  let previous = 0;
  return expectations.map((ofLayer, k) => {
    const self = k === 0 ? 0 : selfTerm(crowd, ofLayer);
    const others = k === 0 ? overlapTerm(crowd, ofLayer) : othersTerm(crowd, ofLayer);
    const terms = { self, others, previous };
    previous += self + others;
    return terms;
  });
}

/**
 * For active circuits, if every circuit has the same weights in all layers (R6.41): [E21] as printed,
 * `(l−1)·T·q²·(z·E|R Δw_u a_v|² + (z−1)·E|R w̄ a_v|²) + l·q·(z−1)·E|R w_v a_v|²`.
 *
 * @param layer l ≥ 1
 */
export function activeError(
  { T, z, q }: Crowd,
  expectations: Omit<Expectations, "output" | "variance">,
  layer: number,
): number {
  const { delta, mean, own } = expectations;
  return (layer - 1) * T * q * q * (z * delta + (z - 1) * mean) + layer * q * (z - 1) * own;
}

/**
 * For each readout, the predicted parts of the active circuits' error. [E21b]
 *
 * @param z circuits active at once, 1 ≤ z ≤ T
 * @param given expectations of these circuits, computed if omitted; passing them saves time for several z or D
 * @returns by readout name; index k holds layer k+1, up to shape.L
 * @throws InputError naming the argument, its value and its bound
 */
export function predictTerms(
  shape: Shape,
  circuits: Circuits,
  z: number,
  given?: readonly (readonly Expectations[])[],
): Record<string, PredictedTerms[]> {
  checkFit(shape, circuits);
  const expectations = given === undefined ? circuitExpectations(circuits) : checkedExpectations(given, circuits);
  const crowd = { T: shape.T, z: wholeNumber("z", z, 1, shape.T), q: meanSquaredOverlap(shape) };
  return Object.fromEntries(
    circuits.readouts.map(({ name }, r) => [name, errorTerms(crowd, expectations[r].slice(0, shape.L))]),
  );
}

/**
 * Predicted mean squared errors of every readout and layer, for active and inactive circuits. [E20] [E21]
 *
 * The predictions hold as long as every neuron that no active circuit uses stays off. Weights may differ between
 * layers: each layer adds its terms to the error of the layer before.
 *
 * @param z circuits active at once, 1 ≤ z ≤ T
 * @param given expectations of these circuits, computed if omitted; passing them saves time for several z or D
 * @returns by readout name; index is the layer, 0…shape.L; at layer 0, the errors are 0
 * @throws InputError naming the argument, its value and its bound
 */
export function predictErrors(
  shape: Shape,
  circuits: Circuits,
  z: number,
  given?: readonly (readonly Expectations[])[],
): Record<string, PredictedError[]> {
  checkFit(shape, circuits);
  const expectations = given === undefined ? circuitExpectations(circuits) : checkedExpectations(given, circuits);
  const terms = predictTerms(shape, circuits, z, expectations);
  const crowd = { T: shape.T, z, q: meanSquaredOverlap(shape) };
  return Object.fromEntries(
    circuits.readouts.map(({ name }, r) => {
      const layers = terms[name].map(({ self, others, previous }, k) => ({
        active: previous + self + others,
        inactive: inactiveError(crowd, expectations[r][k]),
      }));
      return [name, [{ active: 0, inactive: 0 }, ...layers]];
    }),
  );
}

function checkFit(shape: Shape, circuits: Circuits): void {
  checkShape(shape);
  // If the caller passes expectations, `circuits` may have weights for fewer than T circuits.
  checkCounted(circuits, "circuits");
  const { d, T, L, readouts } = circuits;
  checkReadouts("circuits.readouts", readouts, d);
  if (shape.d !== d) throw new InputError(`d = ${shape.d}: these circuits have d = ${d}.`, "conflict");
  if (shape.T !== T) throw new InputError(`T = ${shape.T}: there are ${T} circuits.`, "conflict");
  wholeNumber("L", shape.L, 1, L);
}

/** @throws InputError unless there are expectations for every readout and layer */
function checkedExpectations(
  expectations: readonly (readonly Expectations[])[],
  { readouts, L }: Circuits,
): readonly (readonly Expectations[])[] {
  listOf("expectations", expectations, "readouts", readouts.length);
  expectations.forEach((layers, r) => {
    listOf(`expectations[${r}]`, layers, "L", L).forEach((own, k) => {
      for (const key of ["delta", "mean", "own", "output", "variance"] as const) {
        finiteNumber(`expectations[${r}][${k}].${key}`, own?.[key], 0);
      }
    });
  });
  return expectations;
}
