import type { Kernels } from "../../kernels/kernels.js";
import { wasmKernels } from "../../kernels/wasm.js";
import { plainMemory } from "./plain-memory.js";

/** The compiled core; null if the browser cannot run it. Plain TypeScript kernels then compute the same numbers. */
export type Core = WebAssembly.Module | null;

export async function kernelsOf(core: Core): Promise<Kernels> {
  if (core !== null) return wasmKernels(core);
  const { twinKernels } = await import("../../kernels/twin/kernels.js");
  return twinKernels(plainMemory());
}
