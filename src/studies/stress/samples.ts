import { choleskyFactor, choleskySolve } from "../../base/cholesky.js";
import { cosSinTurn, normalQuantiles, RandomSequence } from "../../base/random.js";
import { applyReadout, runAlone, type Circuits } from "../../circuits/circuits.js";
import { drawInput, inputsOf } from "../../circuits/inputs.js";
import type { Partners } from "./partners.js";
import { hasIndicatorAndX, mainReadout } from "./readouts.js";

/** Samples with z active circuits each, and the true x of these circuits. */
export interface ActiveSets {
  readonly samples: number;
  readonly z: number;
  /** [samples][z] */
  readonly ids: Uint32Array;
  /** a^0, [samples][z][d]. */
  readonly inputs: Float64Array;
  /** The true x of each active circuit, [L+1][samples][z][rows]. */
  readonly wanted: readonly Float64Array[];
}

/** A change to the inputs of active circuits. */
export type InputChange =
  /** Adds normal noise with this standard deviation to every component. */
  | { readonly kind: "noise"; readonly size: number }
  /** Multiplies the indicator by `factor`; x is unchanged. */
  | { readonly kind: "indicator"; readonly factor: number }
  /** Multiplies the whole input by `factor`, for circuits without an indicator alpha. */
  | { readonly kind: "scale"; readonly factor: number }
  /** Multiplies x in the input, and the intended x at every step, by `factor`; the indicator is unchanged. */
  | { readonly kind: "length"; readonly factor: number }
  /** Turns x to a random angle, for circuits whose inputs are limited to certain angles. */
  | { readonly kind: "angle" }
  /**
   * Adds noise. If there is an indicator and an x, each is also multiplied by a number between 1 − spread and 1 +
   * spread.
   */
  | { readonly kind: "all"; readonly noise: number; readonly indicator: number; readonly length: number };

/** Which samples to draw. */
export interface Drawn {
  readonly z: number;
  readonly ids: Uint32Array;
  readonly inputs: Float64Array;
  readonly seed: number;
  readonly network: number;
}

/**
 * Samples whose circuits have something in common: the circuit drawn first stays, and its partners replace the others.
 *
 * @param partners if null, the circuits stay as drawn
 * @param equalInputs if true, all circuits of a sample get the input of its first circuit
 */
export function withPartners(
  circuits: Circuits,
  drawn: Drawn,
  partners: Partners | null,
  equalInputs: boolean,
): Pick<Drawn, "ids" | "inputs"> {
  const { z, seed, network } = drawn;
  const { d } = circuits;
  const ids = drawn.ids.slice();
  const inputs = drawn.inputs.slice();
  for (let sample = 0; sample * z < ids.length; sample++) {
    const own = ids.subarray(sample * z, (sample + 1) * z);
    if (partners !== null) {
      const chosen = [own[0], ...partners(own[0], z - 1)];
      // If there are too few partners, the set is filled up with the circuits drawn at random.
      for (const t of own) if (chosen.length < z && !chosen.includes(t)) chosen.push(t);
      own.set(chosen);
      if (circuits.inputs.kind === "byCircuit") {
        const random = new RandomSequence(seed, "user", sample, 0x57e + network);
        own.forEach((t, k) => inputs.set(drawInput(inputsOf(circuits.inputs, t), random), (sample * z + k) * d));
      }
    }
    if (equalInputs) {
      for (let k = 1; k < z; k++) inputs.copyWithin((sample * z + k) * d, sample * z * d, (sample * z + 1) * d);
    }
  }
  return { ids, inputs };
}

/**
 * Samples with changed inputs, and the intended values: those that each circuit, run alone, computes from its intended
 * input.
 */
export function activeSets(circuits: Circuits, drawn: Drawn, change: InputChange | null): ActiveSets {
  const { z, ids, seed, network } = drawn;
  const { d, L } = circuits;
  const readout = mainReadout(circuits);
  const rows = readout.matrix.length;
  const inputs = drawn.inputs.slice();
  const changed = inputs.slice();
  const wanted = Array.from({ length: L + 1 }, () => new Float64Array(ids.length * rows));
  const move = mover(circuits);
  const isRotation = hasIndicatorAndX(circuits);
  const normals = change?.kind === "noise" || change?.kind === "all" ? normalQuantiles() : new Float32Array(0);
  ids.forEach((t, at) => {
    const random = new RandomSequence(seed, "user", at, 0x1a9 + network);
    const meant = inputs.subarray(at * d, (at + 1) * d);
    const own = changed.subarray(at * d, (at + 1) * d);
    const read = (name: string): number[] =>
      circuits.readouts.filter((own) => own.name === name).flatMap((own) => applyReadout(own, meant));
    const addNoise = (size: number): void => {
      for (let i = 0; i < d; i++) own[i] += size * normals[random.word() & 0xffff];
    };
    const stretch = (factor: number): void => {
      move(
        own,
        0,
        read("x").map((value) => (factor - 1) * value),
      );
    };
    let times = 1;
    switch (change?.kind) {
      case "noise":
        addNoise(change.size);
        break;
      case "scale":
        for (let i = 0; i < d; i++) own[i] *= change.factor;
        break;
      case "indicator":
        move(own, (change.factor - 1) * read("alpha")[0], [0, 0]);
        break;
      case "length":
        times = change.factor;
        stretch(times);
        break;
      case "all":
        if (isRotation) {
          move(own, change.indicator * (2 * random.uniform() - 1) * read("alpha")[0], [0, 0]);
          times = 1 + change.length * (2 * random.uniform() - 1);
          stretch(times);
        }
        addNoise(change.noise);
        break;
      case "angle": {
        const x = read("x");
        const length = Math.hypot(...x);
        move(
          own,
          0,
          cosSinTurn(random.uniform()).map((value, i) => length * value - x[i]),
        );
        // The intended input has the new angle, too.
        meant.set(own);
      }
    }
    runAlone(circuits, t, meant).forEach((activations, l) => {
      applyReadout(readout, activations).forEach((value, r) => (wanted[l][at * rows + r] = times * value));
    });
  });
  return { samples: ids.length / z, z, ids, inputs: changed, wanted };
}

/** Adds the smallest change to an input that changes its readouts alpha and x by the given amounts. */
function mover(circuits: Circuits): (input: Float64Array, alpha: number, x: readonly number[]) => void {
  const rows = ["alpha", "x"].flatMap((name) => circuits.readouts.find((own) => own.name === name)?.matrix ?? []);
  const gram = Float64Array.from(
    rows.flatMap((a) => rows.map((b) => a.reduce((sum, value, i) => sum + value * b[i], 0))),
  );
  const factor = choleskyFactor(gram, rows.length);
  return (input, alpha, x) => {
    const by = Float64Array.of(alpha, ...x);
    choleskySolve(factor, by);
    rows.forEach((row, r) => row.forEach((value, i) => (input[i] += by[r] * value)));
  };
}
