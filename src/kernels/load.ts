import type { HostResponse, HostUrl, WasmModule } from "../base/host.js";
import { given, InputError, shown } from "../base/errors.js";
import { binary } from "./binary.js";
import type { Kernels } from "./kernels.js";
import { checkedBytes, refusedSource, wasmKernels } from "./wasm.js";

/** Where a core comes from: an address, a response, bytes, or a compiled module. */
export type CoreSource =
  string | HostUrl | HostResponse | PromiseLike<HostResponse> | Uint8Array<ArrayBuffer> | ArrayBuffer | WasmModule;

interface FileSystem {
  readFileSync(path: URL): Uint8Array<ArrayBuffer>;
}

/**
 * The host's file system, in Node, Deno and Bun. It is not imported, so that bundlers for the browser do not try to
 * include it.
 */
function fileSystem(): FileSystem | undefined {
  const { process } = globalThis as { readonly process?: { getBuiltinModule?: (name: string) => unknown } };
  return process?.getBuiltinModule?.("node:fs") as FileSystem | undefined;
}

let compiled: WebAssembly.Module | null = null;

/**
 * Loads the core with its own memory, in any host.
 *
 * @param source default: the binary in this package; otherwise an address to fetch, a response (or a promise of one),
 * bytes, or a module
 * @returns kernels; each call creates an instance with its own memory, but the package's binary is compiled only once
 * @throws InputError when the host has no SIMD (`referenceKernels()` runs there, slowly), the source cannot be loaded,
 *   or its ABI differs
 */
export async function loadCore(source?: CoreSource): Promise<Kernels> {
  if (source !== undefined) return wasmKernels(await moduleFrom(source));
  compiled ??= await moduleFrom(binary());
  return wasmKernels(compiled);
}

/**
 * Loads the core synchronously, in hosts that can read files this way: Node, Deno and Bun.
 *
 * @param options omit this; `circuits-in-superposition/node` can load the core with relaxed SIMD
 * @throws InputError if the host cannot read files this way (use `loadCore` there), if `loadCore` would throw, or if
 * `relaxed` is true
 */
export function loadKernels(options: { readonly relaxed?: false } = {}): Kernels {
  if (checkRelaxed(options)) {
    throw new InputError("relaxed = true: only circuits-in-superposition/node supports this; omit relaxed.", "unknown");
  }
  compiled ??= new WebAssembly.Module(checkedBytes(bytesAtOnce(binary())));
  return wasmKernels(compiled);
}

/** @throws InputError unless `options` is an object in which `relaxed` is missing, true or false */
export function checkRelaxed(options: { readonly relaxed?: boolean }): boolean {
  const { relaxed = false } = given("options", options, "an object, such as { relaxed: false }");
  if (typeof relaxed === "boolean") return relaxed;
  throw new InputError(`relaxed = ${shown(relaxed)}: must be true or false.`, "type");
}

function bytesAtOnce(source: URL | Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (source instanceof Uint8Array) return source;
  const files = fileSystem();
  if (files === undefined) {
    throw new InputError("loadKernels reads a file, which this host cannot do: use `await loadCore()`.");
  }
  return files.readFileSync(source);
}

/**
 * Compiles the bytes of a response rather than the response itself, because servers often send a .wasm file with a MIME
 * type that streaming compilation refuses.
 */
async function moduleFrom(source: CoreSource): Promise<WebAssembly.Module> {
  if (source instanceof WebAssembly.Module) return source;
  let bytes: Uint8Array<ArrayBuffer> | ArrayBuffer;
  try {
    const answer = await (typeof source === "string" || source instanceof URL ? atAddress(`${source}`) : source);
    if ((answer as Response | null)?.ok === false) throw new Error(`status ${(answer as Response).status}`);
    bytes = (await (answer as Response | null)?.arrayBuffer?.()) ?? (answer as ArrayBuffer);
  } catch (cause) {
    throw refusedSource(source, `cannot be loaded (${(cause as Error).message})`, "file", cause);
  }
  return WebAssembly.compile(checkedBytes(bytes));
}

function atAddress(url: string): Uint8Array<ArrayBuffer> | Promise<Response> {
  return (url.startsWith("file:") ? fileSystem()?.readFileSync(new URL(url)) : null) ?? fetch(url);
}
