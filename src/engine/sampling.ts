import type { InputDistribution, InputsByCircuit } from "../circuits/circuits.js";
import { drawInput, inputsOf, samplings, type Sampling } from "../circuits/inputs.js";
import { InputError, oneOf, wholeNumber } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { RandomSequence, seedKey, streams } from "../base/random.js";

/** Most samples of a run: their numbers are 32 bits. */
export const MOST_SAMPLES = 4_294_967_295;

/** Random inputs: sample k depends on (seed, network, z, k) alone. */
export interface RandomInput {
  readonly z: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** Which network of the run this is; its samples are its own. */
  readonly network: number;
}

/**
 * Refuses samples first…first+count−1 of an input that cannot be run.
 *
 * @param most largest z that can
 * @throws InputError naming what is wrong
 */
export function checkChunk({ z, sampling }: RandomInput, first: number, count: number, most: number): void {
  wholeNumber("z", z, 1, most);
  if (oneOf("sampling", sampling, samplings) === "each" && z !== 1) {
    throw new InputError(`z = ${z}: sampling "each" runs one circuit per sample, z = 1.`);
  }
  wholeNumber("first", first, 0, MOST_SAMPLES);
  wholeNumber("count", count, 0, MOST_SAMPLES - first);
}

/** How inputs are drawn, in kernel memory. */
export interface InputTable {
  readonly kind: number;
  /** f64, as sampleActive reads it. */
  readonly values: number;
  readonly choices: number;
  /** Distributions that differ between circuits: drawn outside the kernel, which then draws the circuits alone. */
  readonly byCircuit: InputsByCircuit | null;
}

export function loadInputTable(arena: Arena, inputs: InputDistribution): InputTable {
  const byCircuit = null;
  switch (inputs.kind) {
    case "angle":
      return { kind: 0, values: arena.f64([...inputs.center, ...inputs.cos, ...inputs.sin]), choices: 0, byCircuit };
    case "uniform":
      return { kind: 1, values: arena.f64([...inputs.low, ...inputs.high]), choices: 0, byCircuit };
    case "choice":
      return { kind: 2, values: arena.f64(inputs.vectors.flat()), choices: inputs.vectors.length, byCircuit };
    case "byCircuit":
      return { ...loadInputTable(arena, inputs.distributions[0]), byCircuit: inputs };
  }
}

/** Where samples go: ids u32 [count][z], marks u8 [T] all zero, inputs f64 [count][z][d]. */
export interface SampleBuffers {
  readonly ids: number;
  readonly marks: number;
  readonly inputs: number;
}

/** Draws the active circuits of samples first…first+count−1 and their inputs. */
export function drawSamples(
  kernels: Kernels,
  { T, d }: { readonly T: number; readonly d: number },
  { z, sampling, seed, network }: RandomInput,
  first: number,
  count: number,
  { ids, marks, inputs }: SampleBuffers,
  table: InputTable,
): void {
  const [low, high] = seedKey(seed);
  const sub = ((network << 16) ^ z) >>> 0;
  const mode = sampling === "each" ? 1 : 0;
  kernels.sampleActive(
    ...([ids, marks, low, high, streams.samples, sub, first, count, z, T, mode] as const),
    ...([inputs, d, table.kind, table.values, table.choices] as const),
  );
  if (table.byCircuit === null) return;
  const drawn = new Uint32Array(kernels.memory.buffer, ids, count * z);
  const values = new Float64Array(kernels.memory.buffer, inputs, count * z * d);
  for (let sample = 0; sample < count; sample++) {
    const random = new RandomSequence(seed, "user", first + sample, sub);
    for (let at = sample * z; at < (sample + 1) * z; at++) {
      values.set(drawInput(inputsOf(table.byCircuit, drawn[at]), random), at * d);
    }
  }
}
