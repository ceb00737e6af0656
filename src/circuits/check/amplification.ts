import { finiteNumber, given, wholeNumber } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";
import { drawInput, inputsOf } from "../inputs.js";
import { checkedRaw, preActivation, runRawAlone, type RawCircuits } from "../raw.js";

/** Options for probing how active circuits respond to errors. */
export interface ProbeOptions {
  /** Number of errors tried per circuit and layer. Default 16. */
  readonly probes?: number;
  /** Length of each error as a fraction of the length of the circuit's activations. Default 0.05. */
  readonly size?: number;
  /** Seed of the inputs and errors. Default 0. */
  readonly seed?: number;
}

/** How much an error grows in one layer. */
export interface Gain {
  /** The layer in which the error grows, 2…L. */
  readonly layer: number;
  readonly circuit: number;
  /** `sqrt(Σ|δy^l|² / Σ|δy^{l−1}|²)` over probes. */
  readonly gain: number;
}

/** Limit on multiply-adds spent on probing; this many take about a second. */
const WORK = 3e8;

/**
 * Limit on probes per circuit. At least 16 circuits are always probed, even if they are so large that this takes a
 * minute.
 */
const MOST_PROBES = 10_000;

/**
 * Measures how active circuits pass on small errors (assumption 5).
 *
 * A small multiple of another circuit's contribution `w_u a` [E21b] is added as an error, at the place where errors
 * arise in the large network: before the ReLU of layer l−1. The circuit then runs one more layer without further
 * errors, and its errors after layers l−1 and l are compared. Only the part of an error that the next weights or the
 * readouts can see is measured; this excludes the common mode of an On-indicator's two neurons.
 *
 * @returns the gains of each probed circuit in layers 2…L (0 if no error arrives), and the number of circuits probed;
 * if probing all of them would take too long, only some, evenly spaced, are probed
 * @throws InputError naming the argument, its value and its bound
 */
export function probeAmplification(raw: RawCircuits, options: ProbeOptions = {}): { gains: Gain[]; probed: number } {
  const { probes = 16, size = 0.05, seed = 0 } = given("options", options, "an object { probes, size, seed }");
  wholeNumber("probes", probes, 1, MOST_PROBES);
  finiteNumber("size", size, 0);
  wholeNumber("seed", seed, 0);
  const { T, L, d } = checkedRaw(raw);
  const perCircuit = probes * L * (L + 4) * d * d;
  const probed = Math.min(T, Math.max(16, Math.floor(WORK / perCircuit)));
  const gains: Gain[] = [];
  for (let k = 0; k < probed; k++) {
    const circuit = Math.floor((k * T) / probed);
    const random = new RandomSequence(seed, "user", circuit);
    const before = new Float64Array(L + 1);
    const after = new Float64Array(L + 1);
    const seen = Array.from({ length: L + 1 }, (_, layer) => (layer === 0 ? [] : seenAt(raw, layer, circuit)));
    for (let probe = 0; probe < probes; probe++) {
      const activations = runRawAlone(raw, circuit, drawInput(inputsOf(raw.inputs, circuit), random));
      for (let layer = 2; layer <= L; layer++) {
        const other = random.below(T);
        const sign = random.below(2) * 2 - 1;
        const error = errorFrom(raw, layer - 1, other, activations[layer - 2], activations[layer - 1], size * sign);
        const pre = preActivation(raw, layer - 1, circuit, activations[layer - 2]);
        const disturbed = pre.map((value, i) => Math.max(0, value + error[i]));
        const next = preActivation(raw, layer, circuit, disturbed).map((value) => Math.max(0, value));
        before[layer] += squaredError(seen[layer - 1], disturbed, activations[layer - 1]);
        after[layer] += squaredError(seen[layer], next, activations[layer]);
      }
    }
    for (let layer = 2; layer <= L; layer++) {
      // If no error is left after the layer, the gain is 0, even if the first ReLU removed it and the ratio is 0/0.
      const gain = after[layer] === 0 ? 0 : Math.sqrt(after[layer] / before[layer]);
      gains.push({ layer, circuit, gain });
    }
  }
  return { gains, probed };
}

/**
 * The contribution of circuit `other` with activations `a`, without bias, scaled to `share` times the length of `own`,
 * the probed circuit's activations.
 */
function errorFrom(
  { d, weights }: RawCircuits,
  layer: number,
  other: number,
  a: ArrayLike<number>,
  own: ArrayLike<number>,
  share: number,
): Float64Array {
  const error = new Float64Array(d);
  for (let i = 0; i < d; i++) {
    for (let j = 0; j < d; j++) error[i] += weights[layer - 1][(other * d + i) * d + j] * a[j];
  }
  const length = (vector: ArrayLike<number>): number => Math.hypot(...Array.from(vector));
  const written = length(error);
  return written === 0 ? error : error.map((value) => (value * share * length(own)) / written);
}

/**
 * An orthonormal basis of the part of a layer's activations that the readouts and the circuit's next weights can see.
 */
function seenAt({ d, L, readouts, weights }: RawCircuits, layer: number, t: number): Float64Array[] {
  const rows = readouts.flatMap(({ matrix }) => matrix.map((row) => Float64Array.from(row)));
  for (let i = 0; layer < L && i < d; i++) rows.push(weights[layer].slice((t * d + i) * d, (t * d + i + 1) * d));
  const basis: Float64Array[] = [];
  for (const row of rows) {
    const length = Math.hypot(...row);
    for (let pass = 0; pass < 2; pass++) {
      for (const unit of basis) {
        const along = dot(row, unit);
        unit.forEach((value, i) => (row[i] -= along * value));
      }
    }
    const rest = Math.hypot(...row);
    if (rest > 1e-9 * length) basis.push(row.map((value) => value / rest));
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i], 0);
}

function squaredError(seen: readonly Float64Array[], a: Float64Array, truth: Float64Array): number {
  const difference = a.map((value, i) => value - truth[i]);
  const sum = seen.reduce((total, unit) => total + dot(unit, difference) ** 2, 0);
  // Smaller values are mostly rounding error.
  return sum < 1e-24 ? 0 : sum;
}
