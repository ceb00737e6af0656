import type { WasmModule } from "../base/host.js";
import { instantiateSync } from "@assemblyscript/loader";
import type { Kernels } from "./kernels.js";

/**
 * The Wasm binary as kernels; each call makes an instance with a memory of its own.
 *
 * @param binary the bytes of build/core.wasm, or a module compiled from them
 */
export function wasmKernels(binary: Uint8Array<ArrayBuffer> | WasmModule): Kernels {
  const module = binary instanceof WebAssembly.Module ? binary : new WebAssembly.Module(binary);
  // The instance's own exports: the loader's wrap every call in one with rest parameters, which costs as much as a kernel.
  return instantiateSync(module, {}).instance.exports as unknown as Kernels;
}
