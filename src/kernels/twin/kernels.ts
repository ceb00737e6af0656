import type { Kernels } from "../kernels.js";
import * as circuits from "./circuits.js";
import * as dotProducts from "./dot-products.js";
import * as embeddingMatrix from "./embedding-matrix.js";
import * as errors from "./errors.js";
import * as gates from "./gates.js";
import * as gemm from "./gemm.js";
import * as input from "./input.js";
import * as memory from "./memory.js";
import * as neurons from "./neurons.js";
import * as random from "./random.js";
import * as sparse from "./sparse.js";
import * as truth from "./truth.js";
import { viewer, type KernelName, type Twin, type Views } from "./views.js";

const twins: { readonly [N in KernelName]: Twin<N> } = {
  ...{ ...circuits, ...dotProducts, ...embeddingMatrix, ...errors, ...gates, ...gemm },
  ...{ ...input, ...memory, ...neurons, ...random, ...sparse, ...truth },
};

/**
 * The plain TypeScript twin of every kernel: one number at a time, rounded with `Math.fround` where the core computes in
 * float32, in the same order of additions. Slow and obviously right; the tests hold it equal to the Wasm core bit for bit.
 */
export function referenceKernels(): Kernels {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 });
  const view = viewer(memory);
<<<<<<< HEAD
  const bound = Object.entries(twins).map(([name, twin]) => {
    const run = twin as (views: Views, ...args: unknown[]) => unknown;
    return [name, (...args: unknown[]) => run(view(), ...args)] as const;
  });
  return { memory, ...(Object.fromEntries(bound) as unknown as Omit<Kernels, "memory">) };
=======
  return {
    memory,
    heapBase: () => 64,
    zero: (pointer, bytes) => void view().u8.fill(0, pointer, pointer + bytes),
    philox: (out, c0, c1, c2, c3, k0, k1) => view().u32.set(philox([c0, c1, c2, c3], [k0, k1]), out >> 2),
    sampleActive(ids, _marks, low, high, stream, sub, first, count, z, T, mode, inputs, d, kind, table, choices) {
      const { u32, f64 } = view();
      const name = (Object.keys(streams) as StreamName[]).find((key) => streams[key] === stream)!;
      const at = table >> 3;
      for (let b = 0; b < count; b++) {
        const random = new RandomSequence(low + high * 2 ** 32, name, first + b, sub);
        if (mode === 1) u32[ids >> 2] = (first + b) % T;
        else {
          const chosen = new Set<number>();
          for (let k = 0; k < z; k++) {
            const last = T - z + k;
            const t = random.below(last + 1);
            chosen.add(chosen.has(t) ? last : t);
          }
          u32.set([...chosen], ids >> 2);
        }
        ids += z * 4;
        for (let k = 0; k < z; k++) {
          const out = (inputs >> 3) + (b * z + k) * d;
          if (kind === 0) {
            const [cos, sin] = cosSinTurn(random.uniform());
            for (let i = 0; i < d; i++) f64[out + i] = f64[at + i] + cos * f64[at + d + i] + sin * f64[at + 2 * d + i];
          } else if (kind === 1) {
            for (let i = 0; i < d; i++) f64[out + i] = f64[at + i] + (f64[at + d + i] - f64[at + i]) * random.uniform();
          } else {
            const vector = at + random.below(choices) * d;
            for (let i = 0; i < d; i++) f64[out + i] = f64[vector + i];
          }
        }
      }
    },
    truthLayer(before, after, ids, count, d, mean, delta, bias, linear) {
      const { u32, f64 } = view();
      for (let k = 0; k < count; k++) {
        const own = (delta >> 3) + u32[(ids >> 2) + k] * d * d;
        for (let i = 0; i < d; i++) {
          let sum = linear ? 0 : f64[(bias >> 3) + i];
          for (let j = 0; j < d; j++) {
            sum += (f64[(mean >> 3) + i * d + j] + f64[own + i * d + j]) * f64[(before >> 3) + k * d + j];
          }
          f64[(after >> 3) + k * d + i] = linear || sum > 0 ? sum : 0;
        }
      }
    },
    ...referenceLayer(view),
    ...referenceGemm(view),
    ...referenceErrors(view),
    ...referencePairs(view),
    ...referenceSparse(view),
  };
>>>>>>> 04e05e4 (No non-null assertion that asserts nothing; a test holds their number)
}
