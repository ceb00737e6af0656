import type { RunSpec } from "../config/run-spec.js";
import type { Place } from "../network/circuit-neurons.js";
import { eachReadWeight, readoutRows, type MultiPartNetwork } from "../network/multi-part.js";
import { circuitsByNeuron } from "../assignment/assignment.js";

/**
 * A neuron through which an awake circuit contributes to another circuit's indicator and so helps to wake that circuit.
 */
export interface Thread {
  readonly from: number;
  readonly to: number;
  /** The layer at which circuit `to` wakes: its indicator is read there, and its neurons are on from the next layer. */
  readonly layer: number;
  /** Index within the whole layer. */
  readonly neuron: number;
  /** The contribution of this neuron to the indicator. */
  readonly share: number;
}

/** How inactive circuits wake one another. */
export interface Contagion {
  /** The indicator of every circuit, read at layers 1…L, [L+1][T]; at layer 0, it is 1 for active circuits. */
  readonly readings: readonly Float32Array[];
  /** The layer at which each circuit wakes, [T]: 0 for active circuits, −1 for those that never wake. */
  readonly wokenAt: Int16Array;
  readonly threads: readonly Thread[];
  /** An indicator above this opens its circuit's gate. */
  readonly threshold: number;
}

/** The largest number of readout weights that a network may have, counted as T·L·d·P. */
const MOST_WEIGHTS = 20_000_000;

/** The least that a neuron must add to an indicator to count as a cause. */
const LEAST_SHARE = 0.01;

/**
 * Finds which circuits wake which other circuits in a sample of the published network. A circuit wakes at the first
 * layer where its indicator is above the ramp's start, and its neurons are on from the next layer. [E4] [E17]
 *
 * @returns null for designs, for circuits without an indicator, and for networks that are too large
 */
export function contagionOf(
  network: MultiPartNetwork,
  { design, gate, ramp }: Pick<RunSpec, "design" | "gate" | "ramp">,
  sample: {
    readonly circuits: readonly number[];
    readonly activations: readonly Float32Array[];
    readonly places: readonly (readonly Place[])[];
  },
): Contagion | null {
  const { circuits, parts, reads, constants } = network;
  const { T, L } = circuits;
  const alpha = circuits.readouts.findIndex(({ name, matrix }) => name === "alpha" && matrix.length === 1);
  if (design !== "published" || alpha === -1) return null;
  const r = circuits.readouts.slice(0, alpha).reduce((count, { matrix }) => count + matrix.length, 0);
  const rows = readoutRows(circuits);
  const [{ d, P }] = parts;
  if (T * L * d * P > MOST_WEIGHTS) return null;
  const threshold = ramp?.[0] ?? 0.25;
  const wokenAt = new Int16Array(T).fill(-1);
  for (const t of sample.circuits) wokenAt[t] = 0;
  const readings = [Float32Array.from(wokenAt, (layer) => (layer === 0 ? 1 : 0))];
  const threads: Thread[] = [];
  for (let l = 1; l <= L; l++) {
    const A = sample.activations[l];
    const before = readings[l - 1];
    const now = new Float32Array(T);
    const owners = circuitsByNeuron(sample.places[l][0].assignment);
    for (let t = 0; t < T; t++) {
      let reading = constants[l - 1][r];
      eachReadWeight(parts, reads[l - 1], { t, r, rows }, (neuron, weight) => (reading += weight * A[neuron]));
      now[t] = reading;
      if (gate === "oracle" || wokenAt[t] !== -1 || reading <= threshold) continue;
      wokenAt[t] = l;
      const shares = new Map<number, number>();
      eachReadWeight(parts, reads[l - 1], { t, r, rows }, (neuron, weight) => {
        // The indicator has two halves, in two blocks; neuron n belongs to the same circuits in both blocks.
        shares.set(neuron % P, (shares.get(neuron % P) ?? 0) + weight * A[neuron]);
      });
      for (const n of placed(sample.places[l][0], t)) {
        const share = shares.get(n) ?? 0;
        if (share < LEAST_SHARE) continue;
        for (let at = owners.starts[n]; at < owners.starts[n + 1]; at++) {
          const from = owners.circuits[at];
          if (from === t || before[from] <= threshold) continue;
          threads.push({ from, to: t, layer: l, neuron: n, share });
        }
      }
    }
    readings.push(now);
  }
  return { readings, wokenAt, threads, threshold };
}

function placed({ assignment: { S, neurons } }: Place, t: number): Uint32Array {
  return neurons.subarray(t * S, (t + 1) * S);
}
