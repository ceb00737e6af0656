import type { HostResponse, HostUrl, WasmModule } from "../base/host.js";
import { InputError } from "../base/errors.js";
import { binary } from "./binary.js";
import type { Kernels } from "./kernels.js";
import { wasmKernels } from "./wasm.js";

/** Where a core comes from: an address, a response, its bytes, or a compiled module. */
export type CoreSource =
  string | HostUrl | HostResponse | PromiseLike<HostResponse> | Uint8Array<ArrayBuffer> | ArrayBuffer | WasmModule;

interface FileSystem {
  readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}

/** Node's file system, in Node, Deno and Bun; null elsewhere. Not imported: bundlers for the browser must not find it. */
function fileSystem(): FileSystem | null {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?: (name: string) => unknown } };
  return (process?.getBuiltinModule?.("node:fs") as FileSystem | undefined) ?? null;
}

let compiled: WebAssembly.Module | null = null;

/**
 * The core in a memory of its own, in any host.
 *
 * @param source left out, the binary that comes with this package; else an address to fetch, a response (or a promise of one), bytes, or a module
 * @returns kernels; each call makes an instance with a memory of its own, and compiles the package's own binary once
 * @throws InputError when the host has no SIMD (`referenceKernels()` runs there, slowly), the source cannot be had, or the binary is of another ABI
 */
export async function loadCore(source?: CoreSource): Promise<Kernels> {
  if (source !== undefined) return wasmKernels(await moduleFrom(source));
  compiled ??= await moduleFrom(binary());
  return wasmKernels(compiled);
}

/**
 * The same where files can be read at once: in Node, Deno and Bun.
 *
 * @throws InputError elsewhere, where `loadCore` works, and as `loadCore`
 */
export function loadKernels(): Kernels {
  compiled ??= new WebAssembly.Module(checked(bytesAtOnce(binary())));
  return wasmKernels(compiled);
}

function bytesAtOnce(source: URL | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (source instanceof Uint8Array) return source;
  const files = fileSystem();
  if (files === null) {
    throw new InputError("loadKernels reads a file, which this host cannot do at once: use `await loadCore()`.");
  }
  return files.readFileSync(source);
}

/** @throws InputError when the host cannot compile the bytes */
function checked<Bytes extends ArrayBuffer | Uint8Array<ArrayBuffer>>(bytes: Bytes): Bytes {
  if (WebAssembly.validate(bytes)) return bytes;
  throw new InputError("No WebAssembly SIMD here, or not the core: referenceKernels() needs none.");
}

async function moduleFrom(source: CoreSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  if (source instanceof Uint8Array || source instanceof ArrayBuffer) return WebAssembly.compile(checked(source));
  if (typeof source === "string" || source instanceof URL) {
    const url = String(source);
    const files = url.startsWith("file:") ? fileSystem() : null;
    return files === null ? moduleOf(fetch(url), url) : WebAssembly.compile(checked(files.readFileSync(new URL(url))));
  }
  return moduleOf(source, "the response");
}

/** Compiled from its bytes: servers often send a .wasm file under another type, which streaming refuses. */
async function moduleOf(response: Response | PromiseLike<Response>, name: string): Promise<WebAssembly.Module> {
  const answer = await response;
  if (!answer.ok) throw new InputError(`${name}: answered ${answer.status}, not core.wasm.`);
  return WebAssembly.compile(checked(await answer.arrayBuffer()));
}
