import type { Circuits, InputDistribution } from "../circuits/circuits.js";
import { drawInput, inputsOf, samplings, type Sampling } from "../circuits/inputs.js";
import { InputError, oneOf, wholeNumber } from "../base/errors.js";
import { writeDescriptor } from "../kernels/descriptors.js";
import * as fields from "../kernels/fields.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { RandomSequence, seedKey, streams } from "../base/random.js";

/** The largest number of samples in a run; sample numbers have 32 bits. */
export const MOST_SAMPLES = 4_294_967_295;

/** Random inputs. Sample k depends only on (seed, network, z, k). */
export interface RandomInput {
  readonly z: number;
  readonly sampling: Sampling;
  readonly seed: number;
  /** The index of the network in the run; each network has different samples. */
  readonly network: number;
}

/**
 * Checks that samples first…first+count−1 of an input can be run.
 *
 * @param most the largest z that can be run
 * @throws InputError naming what is wrong
 */
export function checkChunk(input: RandomInput, first: number, count: number, most: number): void {
  checkSampling(input, most);
  wholeNumber("first", first, 0, MOST_SAMPLES);
  wholeNumber("count", count, 0, MOST_SAMPLES - first);
}

/** Checks only the input, not the range of samples. */
export function checkSampling({ z, sampling }: RandomInput, most: number): void {
  wholeNumber("z", z, 1, most);
  if (oneOf("sampling", sampling, samplings) === "each" && z !== 1) {
    throw new InputError(`z = ${z}: must be 1; sampling "each" runs one circuit per sample.`, "conflict");
  }
}

/** The inputs in the form that the kernel `sampleActive` needs: kind, table (f64) and number of choices. */
function inputTable(inputs: InputDistribution): { kind: number; table: readonly number[]; choices: number } {
  switch (inputs.kind) {
    case "angle":
      return { kind: 0, table: [...inputs.center, ...inputs.cos, ...inputs.sin], choices: 0 };
    case "uniform":
      return { kind: 1, table: [...inputs.low, ...inputs.high], choices: 0 };
    case "choice":
      return { kind: 2, table: inputs.vectors.flat(), choices: inputs.vectors.length };
    case "byCircuit":
      return inputTable(inputs.distributions[0]);
  }
}

/** Buffers to which samples are written: ids u32 [count][z] and inputs f64 [count][z][d]. */
export interface SampleBuffers {
  readonly ids: number;
  readonly inputs: number;
}

/**
 * Draws samples of circuits into kernel memory.
 *
 * @returns a function that draws the active circuits of samples first…first+count−1 and their inputs
 */
export function sampler(
  kernels: Kernels,
  arena: Arena,
  circuits: Circuits,
  buffers: SampleBuffers,
): (input: RandomInput, first: number, count: number) => void {
  const { T, d, inputs } = circuits;
  const { table, ...how } = inputTable(inputs);
  const descriptor = writeDescriptor(arena, fields.sampleActive, {
    ...{ ...buffers, ...how, marks: arena.bytes(T), stream: streams.samples, T, d, table: arena.f64(table) },
  });
  return ({ z, sampling, seed, network }, first, count) => {
    const [low, high] = seedKey(seed);
    const sub = ((network << 16) ^ z) >>> 0;
    kernels.sampleActive(descriptor, low, high, sub, first, count, z, sampling === "each" ? 1 : 0);
    // If circuits have different distributions, the kernel draws only the circuits, and inputs are drawn here.
    if (inputs.kind !== "byCircuit") return;
    const drawn = arena.viewU32(buffers.ids, count * z);
    const values = arena.viewF64(buffers.inputs, count * z * d);
    for (let sample = 0; sample < count; sample++) {
      const random = new RandomSequence(seed, "user", first + sample, sub);
      for (let at = sample * z; at < (sample + 1) * z; at++) {
        values.set(drawInput(inputsOf(inputs, drawn[at]), random), at * d);
      }
    }
  };
}
