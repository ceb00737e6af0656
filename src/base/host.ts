/**
 * Types of the host environment. They come from the DOM library or from Node's types if the compiler has them;
 * otherwise only the parts used here are declared. Public signatures use these types, so that users' code compiles
 * without the DOM library or Node's types.
 */

/** A signal that a result is no longer wanted. */
export type HostSignal = typeof globalThis extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void };

/** The host's URL type. */
export type HostUrl = typeof globalThis extends { URL: { prototype: infer Url } } ? Url : { readonly href: string };

/** The host's Response type. */
export type HostResponse = typeof globalThis extends { Response: { prototype: infer Answer } }
  ? Answer
  : { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> };

/** A compiled WebAssembly module. */
export type WasmModule = typeof globalThis extends { WebAssembly: { Module: { prototype: infer Module } } }
  ? Module
  : object;

/** The host's type for WebAssembly memory. */
export type WasmMemory = typeof globalThis extends { WebAssembly: { Memory: { prototype: infer Memory } } }
  ? Memory
  : { readonly buffer: ArrayBuffer; grow(pages: number): number };

/** The host's type for a document. */
export type HostDocument = typeof globalThis extends { Document: { prototype: infer Page } } ? Page : object;

/** An SVG element of the host's DOM. */
export type HostSvg = typeof globalThis extends { SVGSVGElement: { prototype: infer Svg } } ? Svg : object;
