import type { WasmModule } from "../base/host.js";
import { instantiateSync } from "@assemblyscript/loader";
import { InputError } from "../base/errors.js";
import { ABI } from "./abi.js";
import type { Kernels } from "./kernels.js";

/**
 * The Wasm binary as kernels; each call makes an instance with a memory of its own.
 *
 * @param binary the bytes of build/core.wasm, or a module compiled from them
 * @throws InputError when it is another binary, or the core with another ABI than this library's (docs/abi.md)
 */
export function wasmKernels(binary: Uint8Array<ArrayBuffer> | WasmModule): Kernels {
  const module = binary instanceof WebAssembly.Module ? binary : new WebAssembly.Module(binary);
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "abiVersion")) {
    throw new InputError("This is not the core.");
  }
  // The instance's own exports: the loader's wrap every call in one with rest parameters, which costs as much as a kernel.
  const kernels = instantiateSync(module, {}).instance.exports as unknown as Kernels;
  const abi = kernels.abiVersion();
  if (abi !== ABI) throw new InputError(`The core has ABI ${abi}; ABI ${ABI} is needed.`);
  return kernels;
}
