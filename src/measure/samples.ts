import type { InputDistribution } from "../circuits/circuits.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Arena } from "../kernels/memory.js";
import { seedKey, streams } from "../random.js";

/** Random inputs: sample k depends on (seed, network, z, k) alone. */
export interface RandomInput {
  readonly z: number;
  readonly sampling: "random" | "each";
  readonly seed: number;
  /** Which network of the run this is; its samples are its own. */
  readonly network: number;
}

/** How inputs are drawn, in kernel memory. */
export interface InputTable {
  readonly kind: number;
  /** f64, as sampleActive reads it. */
  readonly values: number;
  readonly choices: number;
}

export function loadInputTable(arena: Arena, inputs: InputDistribution): InputTable {
  switch (inputs.kind) {
    case "angle":
      return { kind: 0, values: arena.f64([...inputs.center, ...inputs.cos, ...inputs.sin]), choices: 0 };
    case "uniform":
      return { kind: 1, values: arena.f64([...inputs.low, ...inputs.high]), choices: 0 };
    case "choice":
      return { kind: 2, values: arena.f64(inputs.vectors.flat()), choices: inputs.vectors.length };
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
}
