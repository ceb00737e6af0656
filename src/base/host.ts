/**
 * Types of the host: its own where the compiler knows them, from the DOM library or from Node's types, else as much of them
 * as is used here. Public signatures name them from here, so that who compiles against them needs neither library.
 */

/** What says that nobody wants a result any more. */
export type HostSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void };

/** An address: the host's URL. */
export type HostUrl = typeof globalThis extends { URL: { prototype: infer Url } } ? Url : { readonly href: string };

/** An answer to a request: the host's Response. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer Answer } }
  ? Answer
  : { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> };

/** A compiled binary. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** Memory of a WebAssembly module, as the host has it. */
export type WasmMemory = typeof globalThis extends { WebAssembly: { Memory: { prototype: infer Memory } } }
  ? Memory
  : { readonly buffer: ArrayBuffer; grow(pages: number): number };

/** A document, as the host's DOM has it. */
export type HostDocument = typeof globalThis extends { Document: { prototype: infer Page } } ? Page : object;

/** An SVG element of the host's DOM. */
export type HostSvg = typeof globalThis extends { SVGSVGElement: { prototype: infer Svg } } ? Svg : object;
