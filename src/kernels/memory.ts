import type { WasmMemory } from "../base/host.js";
import { InputError } from "../base/errors.js";

const PAGE = 65536;
/** Wasm addresses 32 bits. */
const LIMIT = 65536 * PAGE;

/**
 * Hands out pieces of a kernel's linear memory in order; everything is given back at once by `reset`.
 *
 * Views are valid until the next allocation, which may grow the memory and detach its buffer: take them when needed and
 * keep pointers instead.
 */
export class Arena {
  readonly memory: WasmMemory;
  readonly #base: number;
  #next: number;

  constructor(memory: WasmMemory, base: number) {
    this.memory = memory;
    this.#base = base;
    this.#next = base;
  }

  /** Bytes handed out so far. */
  get used(): number {
    return this.#next - this.#base;
  }

  reset(): void {
    this.#next = this.#base;
  }

  /**
   * @returns the address of `bytes` cleared bytes, a multiple of 64
   * @throws InputError when more than 4 GiB, or more than the machine has, would be needed
   */
  bytes(bytes: number): number {
    const start = this.#take(bytes);
    new Uint8Array(this.memory.buffer, start, bytes).fill(0);
    return start;
  }

  /** The same, holding whatever they held. */
  #take(bytes: number): number {
    const start = Math.ceil(this.#next / 64) * 64;
    const end = start + bytes;
    if (end > LIMIT) throw tooLarge(end);
    if (end > this.memory.buffer.byteLength) this.#grow(end);
    this.#next = end;
    return start;
  }

  /**
   * Makes the memory reach to `end`, and a quarter farther where that can be had: each growth has the engine collect
   * garbage, and what is not written to takes no room in the machine.
   */
  #grow(end: number): void {
    const pages = this.memory.buffer.byteLength / PAGE;
    const needed = Math.ceil(end / PAGE) - pages;
    const more = Math.min(Math.ceil(pages / 4), LIMIT / PAGE - pages);
    for (const count of more > needed ? [more, needed] : [needed]) {
      try {
        this.memory.grow(count);
        return;
      } catch {
        // Less may do.
      }
    }
    throw tooLarge(end);
  }

  u32(values: ArrayLike<number>): number {
    const pointer = this.#take(values.length * 4);
    new Uint32Array(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  /** Loads `base + index·stride` of every index, u32: where rows of a tile are. */
  addresses(indices: Uint32Array, base: number, stride: number): number {
    const pointer = this.#take(indices.length * 4);
    const to = new Uint32Array(this.memory.buffer, pointer, indices.length);
    // A loop: what `map` calls takes ten times as long.
    for (let k = 0; k < indices.length; k++) to[k] = base + indices[k] * stride;
    return pointer;
  }

  f32(values: ArrayLike<number>): number {
    const pointer = this.#take(values.length * 4);
    new Float32Array(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  f64(values: ArrayLike<number>): number {
    const pointer = this.#take(values.length * 8);
    new Float64Array(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  viewF32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, pointer, length);
  }

  viewF64(pointer: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, pointer, length);
  }

  viewU32(pointer: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, pointer, length);
  }
}

function tooLarge(bytes: number): InputError {
  const gib = (bytes / 2 ** 30).toFixed(1);
  return new InputError(
    `This network needs at least ${gib} GiB of kernel memory; at most 4 GiB can be had here. Choose a smaller D, T, S or L.`,
  );
}
