import type { Circuits, InputDistribution, InputsByCircuit } from "../circuits/circuits.js";
import { drawInput, inputsOf, samplings, type Sampling } from "../circuits/inputs.js";
import { InputError, oneOf, wholeNumber } from "../base/errors.js";
import { writeDescriptor } from "../kernels/descriptors.js";
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

/** How sampleActive draws inputs: its kind, table (f64) and choices. */
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

/** Where samples go: ids u32 [count][z] and inputs f64 [count][z][d]. */
export interface SampleBuffers {
  readonly ids: number;
  readonly inputs: number;
}

/** Draws samples of circuits into kernel memory. */
export class Sampler {
  readonly #kernels: Kernels;
  readonly #d: number;
  readonly #buffers: SampleBuffers;
  readonly #descriptor: number;
  /** Distributions that differ between circuits: drawn outside the kernel, which then draws the circuits alone. */
  readonly #byCircuit: InputsByCircuit | null;

  constructor(kernels: Kernels, arena: Arena, circuits: Circuits, buffers: SampleBuffers) {
    const { T, d, inputs } = circuits;
    const { table, ...how } = inputTable(inputs);
    this.#kernels = kernels;
    this.#d = d;
    this.#buffers = buffers;
    this.#byCircuit = inputs.kind === "byCircuit" ? inputs : null;
    this.#descriptor = writeDescriptor(arena, "sampleActive", {
      ...{ ...buffers, ...how, marks: arena.bytes(T), stream: streams.samples, T, d, table: arena.f64(table) },
    });
  }

  /** Draws the active circuits of samples first…first+count−1 and their inputs. */
  draw({ z, sampling, seed, network }: RandomInput, first: number, count: number): void {
    const [low, high] = seedKey(seed);
    const sub = ((network << 16) ^ z) >>> 0;
    this.#kernels.sampleActive(this.#descriptor, low, high, sub, first, count, z, sampling === "each" ? 1 : 0);
    if (this.#byCircuit === null) return;
    const { buffer } = this.#kernels.memory;
    const drawn = new Uint32Array(buffer, this.#buffers.ids, count * z);
    const values = new Float64Array(buffer, this.#buffers.inputs, count * z * this.#d);
    for (let sample = 0; sample < count; sample++) {
      const random = new RandomSequence(seed, "user", first + sample, sub);
      for (let at = sample * z; at < (sample + 1) * z; at++) {
        values.set(drawInput(inputsOf(this.#byCircuit, drawn[at]), random), at * this.#d);
      }
    }
  }
}
