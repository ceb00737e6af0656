import type { WasmModule } from "../base/host.js";
import { readFileSync } from "node:fs";
import { InputError } from "../base/errors.js";
import type { Kernels } from "./kernels.js";
import { checkRelaxed } from "./load.js";
import { wasmKernels } from "./wasm.js";

/** Which binary to use. */
export interface KernelOptions {
  /**
   * Whether to use the binary with relaxed SIMD, which may multiply and add with a single rounding. This
   * affects only dense layers and is faster only on some processors. Results on different processors then agree within
   * rounding, but not bit for bit. Default false.
   */
  readonly relaxed?: boolean;
}

const compiled = new Map<string, WebAssembly.Module>();

/**
 * The binary that the build made, compiled once per process.
 *
 * @throws InputError when the relaxed binary is requested and this engine does not support its instructions
 */
export function coreModule(options: KernelOptions = {}): WasmModule {
  const relaxed = checkRelaxed(options);
  const name = relaxed ? "core-relaxed.wasm" : "core.wasm";
  let module = compiled.get(name);
  if (module === undefined) {
    const binary = readFileSync(new URL(`../../build/${name}`, import.meta.url));
    if (relaxed && !WebAssembly.validate(binary)) {
      throw new InputError(
        `relaxed: Node ${process.versions.node} does not run relaxed SIMD. Omit relaxed, ` +
          "use Node 22 or newer, or run Node 20 with --experimental-wasm-relaxed-simd.",
      );
    }
    module = new WebAssembly.Module(binary);
    compiled.set(name, module);
  }
  return module;
}

/**
 * Loads kernels with their own memory from the binary that the build made.
 *
 * @throws InputError for the same reason as `coreModule`
 */
export function loadKernels(options: KernelOptions = {}): Kernels {
  return wasmKernels(coreModule(options));
}
