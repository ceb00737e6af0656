import type { WasmModule } from "../base/host.js";
import { instantiateSync } from "@assemblyscript/loader";
import { InputError, type InputErrorCode } from "../base/errors.js";
import { ABI } from "./abi.js";
import type { Kernels } from "./kernels.js";

/**
 * Makes kernels from the Wasm binary; each call creates an instance with its own memory.
 *
 * @param source the bytes of build/core.wasm, or a module compiled from them
 * @throws InputError when the host has no SIMD, or the source is not the core or has a different ABI from this
 *   library's (docs/abi.md)
 */
export function wasmKernels(source: Uint8Array<ArrayBuffer> | ArrayBuffer | WasmModule): Kernels {
  const module = source instanceof WebAssembly.Module ? source : new WebAssembly.Module(checkedBytes(source));
  if (!WebAssembly.Module.exports(module).some(({ name }) => name === "abiVersion")) throw refusedSource(source);
  // Uses the raw exports: the loader wraps each of them in a function with rest parameters, and calling such a
  // wrapper costs as much as the kernel itself.
  const kernels = instantiateSync(module, {}).instance.exports as unknown as Kernels;
  const abi = kernels.abiVersion();
  if (abi !== ABI) throw refusedSource(source, `has ABI ${abi}; ABI ${ABI} is needed`);
  return kernels;
}

/** @param why the fault of the source, such as "is not the core" */
export function refusedSource(
  source: unknown,
  why = "is not the core",
  code?: InputErrorCode,
  cause?: unknown,
): InputError {
  const text = `source = ${String(source).slice(0, 99)}: ${why}.`;
  const advice = "Omit it, or give core.wasm's URL, response, bytes or module.";
  return new InputError(`${text} ${advice}`, code, null, { cause });
}

/** The bytes of a module that uses the vector type, to find out whether the host has SIMD. */
const simd = (): Uint8Array<ArrayBuffer> => Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123);

/** @throws InputError when the host cannot compile `bytes`, or when they are not bytes */
export function checkedBytes<Bytes extends ArrayBuffer | Uint8Array<ArrayBuffer>>(bytes: Bytes): Bytes {
  try {
    if (WebAssembly.validate(bytes)) return bytes;
  } catch (cause) {
    // The value is not a buffer of bytes.
    throw refusedSource(bytes, undefined, "type", cause);
  }
  if (WebAssembly.validate(simd())) throw refusedSource(bytes);
  throw new InputError("No WebAssembly SIMD: use referenceKernels().");
}
