import { readFileSync } from "node:fs";
import type { Kernels } from "./kernels.js";
import { wasmKernels } from "./wasm.js";

let compiled: WebAssembly.Module | undefined;

/** The binary that the build wrote, compiled once per process. */
export function coreModule(): WebAssembly.Module {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("../../build/core.wasm", import.meta.url)));
  return compiled;
}

/** Kernels in a memory of their own, from the built binary. */
export function loadKernels(): Kernels {
  return wasmKernels(coreModule());
}
