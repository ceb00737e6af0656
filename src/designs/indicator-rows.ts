import type { Circuits, SharedInputs } from "../circuits/circuits.js";
import { InputError } from "../base/errors.js";

/** Vectors shorter than this, relative to their original length, count as rounding errors. */
const DEPENDENT = 1e-9;

/** Rows that detect from a circuit's input a^0 whether the circuit is active. */
export interface IndicatorRows {
  /**
   * For each circuit, the row u of smallest norm with `u·a^0 = 1` for all of the circuit's inputs; if no such row
   * exists, a row with `u·a^0 ≥ 1`, [T][d].
   */
  readonly on: Float64Array;
  /** The same rows, but with rows of zeros for circuits without a row for which `u·a^0` is always 1. */
  readonly exact: Float64Array;
}

/** Whether every circuit has a row with `u·a^0 = 1` for its inputs. */
export function isCounted({ inputs }: Pick<Circuits, "inputs">): boolean {
  return distributionsOf(inputs).every((own) => constantRow(own) !== null);
}

/**
 * @throws InputError if the inputs do not show whether a circuit is active, or if they show it only through u·a^0 ≥ 1
 *   and layer 1 has positive biases
 */
export function indicatorRows({ T, d, bias, inputs }: Circuits): IndicatorRows {
  const isAbove = bias[0].some((value) => value > 0);
  const distributions = distributionsOf(inputs);
  const constant = distributions.map(constantRow);
  const found = constant.map((row, k) => {
    const own = row ?? (isAbove ? null : largeRow(distributions[k]));
    if (own !== null) return own;
    throw new InputError(
      "circuits: their inputs do not show whether a circuit is active. Inputs need a component that is constant" +
        `${isAbove ? "" : ", or several that are never all near 0"}: add an On-indicator, or use the mend "indicator".`,
      "conflict",
      "circuits",
    );
  });
  const ofCircuits = (rows: readonly (readonly number[] | null)[]): Float64Array =>
    Float64Array.from({ length: T * d }, (_, at) => {
      const which = inputs.kind === "byCircuit" ? inputs.of[Math.floor(at / d)] : 0;
      return rows[which]?.[at % d] ?? 0;
    });
  return { on: ofCircuits(found), exact: ofCircuits(constant) };
}

function distributionsOf(inputs: Circuits["inputs"]): readonly SharedInputs[] {
  return inputs.kind === "byCircuit" ? inputs.distributions : [inputs];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

/** The shortest u with u·a = 1 for all inputs a; null if no such u exists. */
function constantRow(inputs: SharedInputs): number[] | null {
  const basis: { readonly vector: readonly number[]; readonly value: number }[] = [];
  for (const [given, wanted] of conditionsOf(inputs)) {
    let vector = given;
    let value = wanted;
    for (const known of basis) {
      const share = dot(given, known.vector);
      vector = vector.map((entry, i) => entry - share * known.vector[i]);
      value -= share * known.value;
    }
    const length = Math.sqrt(dot(vector, vector));
    if (length > DEPENDENT * Math.sqrt(dot(given, given))) {
      basis.push({ vector: vector.map((entry) => entry / length), value: value / length });
    } else if (Math.abs(value) > DEPENDENT) return null;
  }
  return widthOf(inputs).map((_, i) => basis.reduce((sum, { vector, value }) => sum + value * vector[i], 0));
}

/** The conditions on u: vectors v, each with the required value of u·v. */
function conditionsOf(inputs: SharedInputs): (readonly [readonly number[], number])[] {
  switch (inputs.kind) {
    case "angle":
      return [
        [inputs.center, 1],
        [inputs.cos, 0],
        [inputs.sin, 0],
      ];
    case "uniform": {
      const free = inputs.low.map((low, i) => inputs.high[i] !== low);
      const axes = inputs.low.map((_, i) => inputs.low.map((_other, j) => (i === j ? 1 : 0)));
      return [[inputs.low, 1], ...axes.filter((_, i) => free[i]).map((axis) => [axis, 0] as const)];
    }
    case "choice":
      return inputs.vectors.map((vector) => [vector, 1]);
  }
}

function widthOf(inputs: SharedInputs): readonly number[] {
  return inputs.kind === "angle" ? inputs.center : inputs.kind === "uniform" ? inputs.low : inputs.vectors[0];
}

/**
 * A vector u with u·a ≥ 1 for all inputs a: a multiple of the mean input; null if the mean's product with some input is
 * not clearly above 0.
 */
function largeRow(inputs: SharedInputs): number[] | null {
  const [mean, least] = meanAndLeast(inputs);
  const of = least(mean);
  return of > DEPENDENT * dot(mean, mean) ? mean.map((value) => value / of) : null;
}

/** The mean input, and a function that takes u and returns the smallest u·a over all inputs a. */
function meanAndLeast(inputs: SharedInputs): readonly [number[], (u: readonly number[]) => number] {
  switch (inputs.kind) {
    case "angle":
      return [[...inputs.center], (u) => dot(u, inputs.center) - Math.hypot(dot(u, inputs.cos), dot(u, inputs.sin))];
    case "uniform": {
      const { low, high } = inputs;
      return [
        low.map((value, i) => (value + high[i]) / 2),
        (u) => u.reduce((sum, weight, i) => sum + Math.min(weight * low[i], weight * high[i]), 0),
      ];
    }
    case "choice": {
      const { vectors } = inputs;
      const mean = vectors[0].map((_, i) => vectors.reduce((sum, vector) => sum + vector[i], 0) / vectors.length);
      return [mean, (u) => Math.min(...vectors.map((vector) => dot(u, vector)))];
    }
  }
}
