/**
 * Types of the host: its own where the compiler knows them, from the DOM library or from Node's types, else as much of them
 * as is used here. Public signatures name them from here, so that who compiles against them needs neither library.
 */

type Host = typeof globalThis;

/** What says that nobody wants a result any more. */
export type HostSignal = Host extends { AbortSignal: { prototype: infer Signal } }
  ? Signal
  : { readonly aborted: boolean; readonly reason: unknown; throwIfAborted(): void };

export type HostUrl = Host extends { URL: { prototype: infer Url } } ? Url : { readonly href: string };

export type HostResponse = Host extends { Response: { prototype: infer Answer } }
  ? Answer
  : { readonly ok: boolean; readonly status: number; arrayBuffer(): Promise<ArrayBuffer> };

/** A compiled binary. */
export type WasmModule = Host extends { WebAssembly: { Module: { prototype: infer Module } } } ? Module : object;

export type WasmMemory = Host extends { WebAssembly: { Memory: { prototype: infer Memory } } }
  ? Memory
  : { readonly buffer: ArrayBuffer; grow(pages: number): number };

export type HostDocument = Host extends { Document: { prototype: infer Page } } ? Page : object;

export type HostSvg = Host extends { SVGSVGElement: { prototype: infer Svg } } ? Svg : object;
