import { expect } from "vitest";
import { writeDescriptor, type Fields } from "../../src/kernels/descriptors.js";
import * as fields from "../../src/kernels/fields.js";
import type { Kernels } from "../../src/kernels/kernels.js";
import { Arena } from "../../src/kernels/memory.js";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";

/** The Wasm core and its TypeScript twin with the same bytes at the same addresses. */
export class KernelPair {
  readonly #kernels: readonly Kernels[] = [loadKernels(), referenceKernels()];
  #arenas: readonly Arena[] = [];

  constructor() {
    this.reset();
  }

  /** Returns all memory; earlier addresses become invalid. */
  reset(): void {
    const base = Math.max(...this.#kernels.map((kernels) => kernels.heapBase()));
    this.#arenas = this.#kernels.map(({ memory }) => new Arena(memory, base));
  }

  #place(put: (arena: Arena) => number): number {
    const [address, other] = this.#arenas.map(put);
    expect(other).toBe(address);
    return address!;
  }

  /** Allocates bytes that are 0, and returns their address. */
  bytes(bytes: number): number {
    return this.#place((arena) => arena.bytes(bytes));
  }

  u32(values: ArrayLike<number>): number {
    return this.#place((arena) => arena.u32(values));
  }

  f32(values: ArrayLike<number>): number {
    return this.#place((arena) => arena.f32(values));
  }

  f64(values: ArrayLike<number>): number {
    return this.#place((arena) => arena.f64(values));
  }

  /** Writes a kernel's descriptor, and returns its address. */
  descriptor<N extends keyof typeof fields>(name: N, values: Fields<(typeof fields)[N]>): number {
    return this.#place((arena) => writeDescriptor<(typeof fields)[N]>(arena, fields[name], values));
  }

  run(call: (kernels: Kernels) => void): void {
    this.#kernels.forEach(call);
  }

  /** Expects the same bytes in both memories and returns those of the core. */
  same(address: number, length: number): Uint8Array {
    const [core, twin] = this.#kernels.map(
      ({ memory }) => new Uint8Array(memory.buffer.slice(address, address + length)),
    );
    // Numbers are compared one by one only for the message, because that takes a hundred times as long.
    if (Buffer.compare(core!, twin!) !== 0) expect(twin).toEqual(core);
    return core!;
  }

  sameF32(address: number, length: number): Float32Array {
    return new Float32Array(this.same(address, 4 * length).buffer);
  }

  sameF64(address: number, length: number): Float64Array {
    return new Float64Array(this.same(address, 8 * length).buffer);
  }

  sameU32(address: number, length: number): Uint32Array {
    return new Uint32Array(this.same(address, 4 * length).buffer);
  }
}
