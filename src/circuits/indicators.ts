import { finiteNumbers, given, InputError, listOf, shown, wholeNumber } from "../base/errors.js";
import { checkCounts } from "../base/shape.js";
import type { Circuits, Readout, SharedInputs } from "./circuits.js";
import { splitMean } from "./raw.js";

/**
 * Circuits made only of On-indicators: F features that are 0 or 1, each represented by two neurons (p, q) as `p − q`.
 *
 *   p' = ReLU(g·(s − low)),   q' = ReLU(g·(s − high)),   g = 1/(high − low),   s = Σ_f m_f·(p_f − q_f)
 *
 * `p' − q'` is a ramp of s: exactly 0 for s ≤ low, exactly 1 for s ≥ high, and linear in between. So a row of whole
 * numbers m computes a feature if s ≤ 0 whenever the feature should be 0 and s ≥ 1 whenever it should be 1. Every layer
 * removes an error in s of up to `low` when the feature is off and up to `1 − high` when it is on. An error remains,
 * multiplied by g, only if s lands between `low` and `high`. [E4]
 *
 * There are no constants: "1" is also a feature, which is on while the circuit is active. All features of an inactive
 * circuit are 0, and stay 0 as long as every sum s is at most `low`. Every circuit has the same biases, (−g·low,
 * −g·high), so they can be shared.
 *
 * Feature f occupies components 2f and 2f+1. The weights are `m ⊗ [[g, −g], [g, −g]]`.
 */

/**
 * Where an On-indicator begins to open and where it is fully open, 0 < low < high ≤ 1. If the indicator of an active
 * circuit is too small by at most `1 − high`, the error is removed. With `high` = 1, no such error is removed: each
 * layer multiplies it by 1/(high − low), and only networks that read active indicators as exactly 1 keep working. [E4]
 */
export interface Ramp {
  readonly low: number;
  readonly high: number;
}

/** The ramp of [E4]: 0 below 0.25 and 1 above 0.75. */
export const standardRamp: Ramp = { low: 0.25, high: 0.75 };

/** Circuits whose features are On-indicators: the maps from layer to layer, and the readouts. [E4] */
export interface IndicatorCircuits extends Pick<Circuits, "kind" | "T" | "L"> {
  /** Features per circuit, F. */
  readonly features: number;
  /** The matrix m of one circuit for layer 1…L, [F][F]: row f computes feature f. */
  readonly map: (layer: number, t: number) => readonly (readonly number[])[];
  /** Readouts of the features; matrices are [rows][F]. */
  readonly readouts: readonly Readout[];
  /** Features of the inputs a^0, [inputs][F]; all inputs are equally likely. */
  readonly inputs: readonly (readonly number[])[];
  /** The ramp of all indicators. Default: 0.25 to 0.75. */
  readonly ramp?: Ramp;
}

/**
 * Converts circuits of On-indicators to `Circuits` with d = 2·F.
 *
 * @throws InputError naming the field that is missing, out of bounds or of the wrong length, or the entry of `map`
 * that is not a finite number
 */
export function indicatorCircuits(indicators: IndicatorCircuits): Circuits {
  const {
    kind,
    T,
    L,
    features,
    map,
    ramp = standardRamp,
  } = given("indicators", indicators, "an object { T, L, map, … }");
  checkCounts(T, L);
  wholeNumber("features", features, 1, 32);
  if (typeof map !== "function") throw new InputError(`map = ${shown(map)}: must be a function.`, "type");
  const { low, high } = checkRamp(ramp);
  const gain = 1 / (high - low);
  const d = 2 * features;
  const layers = Array.from({ length: L }, (_, k) => {
    const weights = new Float64Array(T * d * d);
    for (let t = 0; t < T; t++) {
      listOf(`map(${k + 1},${t})`, map(k + 1, t), "features", features).forEach((row, f) => {
        finiteNumbers(`map(${k + 1},${t})[${f}]`, row, "features", features).forEach((m, from) => {
          const value = gain * m;
          for (const i of [2 * f, 2 * f + 1]) weights.set([value, -value], (t * d + i) * d + 2 * from);
        });
      });
    }
    return splitMean(weights, T);
  });
  const bias = Float64Array.from({ length: d }, (_, i) => -gain * (i % 2 === 0 ? low : high));
  return {
    kind,
    d,
    T,
    L,
    mean: layers.map((layer) => layer.mean),
    delta: layers.map((layer) => layer.delta),
    bias: Array.from({ length: L }, () => bias),
    readouts: Array.from(listOf("readouts", indicators.readouts), (readout, r) => ({
      name: given(`readouts[${r}]`, readout, "a readout", "name").name,
      matrix: Array.from(listOf(`readouts[${r}].matrix`, readout.matrix), (row, k) =>
        differences(finiteNumbers(`readouts[${r}].matrix[${k}]`, row, "features", features)),
      ),
    })),
    inputs: indicatorInputs(
      Array.from(listOf("inputs", indicators.inputs), (values, k) =>
        finiteNumbers(`inputs[${k}]`, values, "features", features),
      ),
      ramp,
    ),
  };
}

/** Converts a row over features to a row over components: feature f is `p_f − q_f`. */
export function differences(row: readonly number[]): number[] {
  return row.flatMap((value) => [value, value === 0 ? 0 : -value]);
}

/** Inputs whose features look as if a layer had computed them: a 1 is `(g·(1 − low), g·(1 − high))`. */
function indicatorInputs(features: readonly (readonly number[])[], ramp: Ramp = standardRamp): SharedInputs {
  const gain = 1 / (ramp.high - ramp.low);
  const vectors = features.map((values) =>
    values.flatMap((value) => [value * gain * (1 - ramp.low), value * gain * (1 - ramp.high)]),
  );
  return { kind: "choice", vectors };
}

/** The rule for ramps; it follows "must be" in messages. */
export const rampRule = "two numbers 0 < low < high ≤ 1, at least 0.001 apart";

/** Ramps narrower than this, up to rounding, are too steep for float32. */
const NARROWEST = 0.001 - 1e-9;

/** Whether `low` and `high` can be the ends of a ramp: 0 < low < high ≤ 1 and not too close. */
export function isRamp(low: unknown, high: unknown): boolean {
  return typeof low === "number" && typeof high === "number" && low > 0 && high - low >= NARROWEST && high <= 1;
}

/** @throws InputError unless 0 < low < high ≤ 1 */
export function checkRamp(ramp: Ramp): Ramp {
  const { low, high } = { ...ramp };
  if (isRamp(low, high)) return ramp;
  throw new InputError(`ramp = [${low}, ${high}]: must be ${rampRule}.`, "range");
}
