import { InputError, shown } from "../base/errors.js";
import type { Circuits } from "../circuits/circuits.js";
import { checkTile, type Tile } from "./tile.js";

/** Samples that are given instead of drawn. */
export interface GivenSamples {
  /** Number of active circuits in each sample. */
  readonly z: number;
  /** The active circuits, [samples][z], distinct within a sample. */
  readonly circuits: Uint32Array;
  /** The inputs a^0, [samples][z][d]. */
  readonly inputs: Float64Array;
}

/** A copy of samples first…first+count−1. */
export function someGiven({ z, circuits, inputs }: GivenSamples, first: number, count: number): GivenSamples {
  const size = inputs.length / (circuits.length / z);
  return {
    z,
    circuits: circuits.slice(first * z, (first + count) * z),
    inputs: inputs.slice(first * size, (first + count) * size),
  };
}

/**
 * @returns the number of samples
 * @throws InputError when there are no samples, a sample repeats a circuit or names one that does not exist, the number
 *   of inputs does not match, or a number is not finite
 */
export function checkGiven({ T, d }: Pick<Circuits, "T" | "d">, { z, circuits, inputs }: GivenSamples): number {
  const samples = circuits.length / z;
  if (!(samples >= 1) || !Number.isInteger(samples)) {
    throw new InputError(`circuits: its length ${circuits.length} must be a positive multiple of z = ${z}.`);
  }
  if (inputs.length !== samples * z * d) {
    throw new InputError(
      `inputs: its length is ${inputs.length}; ${samples} samples of ${z} circuits with d = ${d} need ${samples * z * d}.`,
      "shape",
    );
  }
  const last = new Int32Array(T).fill(-1);
  circuits.forEach((t, at) => {
    const sample = Math.floor(at / z);
    if (t >= T) throw new InputError(`sample ${sample}: circuit ${t} does not exist; the last is ${T - 1}.`, "range");
    if (last[t] === sample)
      throw new InputError(`sample ${sample} has circuit ${t} twice; active circuits must differ.`);
    last[t] = sample;
  });
  // Networks run in single precision.
  const wrong = inputs.findIndex((value) => !Number.isFinite(Math.fround(value)));
  if (wrong !== -1) {
    throw new InputError(
      `sample ${Math.floor(wrong / (z * d))}: input ${shown(inputs[wrong])} of circuit ${circuits[Math.floor(wrong / d)]} must be a finite number within ±3.4e38.`,
      "range",
    );
  }
  return samples;
}

/** Calls `run`; until it returns, the tile uses given samples, numbered from `first`, instead of drawing samples. */
export function withGiven<R>(tile: Tile, given: GivenSamples, first: number, run: () => R): R {
  const { draw, arena, ids, truth } = tile;
  tile.draw = ({ z }, at, count) => {
    checkTile(tile, count, z);
    const { circuits, inputs } = someGiven(given, at - first, count);
    arena.viewU32(ids, circuits.length).set(circuits);
    arena.viewF64(truth[0], inputs.length).set(inputs);
  };
  try {
    return run();
  } finally {
    tile.draw = draw;
  }
}
