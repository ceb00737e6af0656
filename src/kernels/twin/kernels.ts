import type { WasmMemory } from "../../base/host.js";
import type { Kernels } from "../kernels.js";
import * as abi from "./abi.js";
import * as circuits from "./circuits.js";
import * as dotProducts from "./dot-products.js";
import * as embeddingMatrix from "./embedding-matrix.js";
import * as errors from "./errors.js";
import * as gates from "./gates.js";
import * as gemm from "./gemm.js";
import * as gemmTransposed from "./gemm-transposed.js";
import * as input from "./input.js";
import * as memory from "./memory.js";
import * as neurons from "./neurons.js";
import * as random from "./random.js";
import * as sparse from "./sparse.js";
import * as sparseInputs from "./sparse-inputs.js";
import * as sparseRows from "./sparse-rows.js";
import * as training from "./training.js";
import * as truth from "./truth.js";
import { viewer, type KernelName, type Twin, type Views } from "./views.js";

/** Returns the twins of all kernels. This is a function so that bundlers can drop the twins when they are unused. */
const twins = (): { readonly [N in KernelName]: Twin<N> } => ({
  ...{ ...abi, ...circuits, ...dotProducts, ...embeddingMatrix, ...errors, ...gates, ...gemm },
  ...{ ...input, ...memory, ...neurons, ...random, ...sparse, ...truth },
  ...{ ...gemmTransposed, ...sparseInputs, ...sparseRows, ...training },
});

/**
 * The plain TypeScript twin of every kernel. Twins compute one number at a time, round it with `Math.fround` where the
 * core computes in float32, and add in the same order. They are slow but simple; the tests check that their results
 * equal those of the Wasm core bit for bit.
 */
export function referenceKernels(): Kernels {
  return twinKernels(new WebAssembly.Memory({ initial: 1, maximum: 65536 }));
}

/** The TypeScript twins of all kernels, working on a given memory, for hosts without WebAssembly. */
export function twinKernels(memory: WasmMemory): Kernels {
  const view = viewer(memory);
  const bound = Object.entries(twins()).map(([name, twin]) => {
    const run = twin as (views: Views, ...args: unknown[]) => unknown;
    return [name, (...args: unknown[]) => run(view(), ...args)] as const;
  });
  return { memory, ...(Object.fromEntries(bound) as unknown as Omit<Kernels, "memory">) };
}
