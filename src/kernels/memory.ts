import type { WasmMemory } from "../base/host.js";
import { given, InputError } from "../base/errors.js";
import type { Kernels } from "./kernels.js";

const PAGE = 65536;
/** Wasm addresses have 32 bits, which limits the number of bytes. */
const LIMIT = 65536 * PAGE;

/**
 * Hands out pieces of a kernel's linear memory in order. Creating a new arena makes the whole memory available again.
 *
 * Views are valid until the next allocation, which may grow the memory and detach its buffer. Keep pointers, and
 * create each view only when it is needed.
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

  /** Number of bytes handed out so far. */
  get used(): number {
    return this.#next - this.#base;
  }

  /**
   * @returns the address, a multiple of 64, of a cleared block of `bytes` bytes
   * @throws InputError when this would need more than 4 GiB in all, or more than the machine has
   */
  bytes(bytes: number): number {
    const start = this.#take(bytes);
    new Uint8Array(this.memory.buffer, start, bytes).fill(0);
    return start;
  }

  /** Allocates without clearing the bytes. */
  #take(bytes: number): number {
    const start = Math.ceil(this.#next / 64) * 64;
    const end = start + bytes;
    if (end > LIMIT) throw tooLarge(end);
    if (end > this.memory.buffer.byteLength) this.#grow(end);
    this.#next = end;
    return start;
  }

  /**
   * Grows the memory to reach `end`, plus a quarter if possible: each time memory grows, the engine collects garbage,
   * while memory that is never touched costs nothing.
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
        // Growing by less may still succeed.
      }
    }
    throw tooLarge(end);
  }

  #put(values: ArrayLike<number>, Type: typeof Uint32Array | typeof Float32Array | typeof Float64Array): number {
    const pointer = this.#take(values.length * Type.BYTES_PER_ELEMENT);
    new Type(this.memory.buffer, pointer, values.length).set(values);
    return pointer;
  }

  u32(values: ArrayLike<number>): number {
    return this.#put(values, Uint32Array);
  }

  /** Stores `base + index·stride` for every index, as u32: the addresses of a tile's rows. */
  addresses(indices: Uint32Array, base: number, stride: number): number {
    const pointer = this.#take(indices.length * 4);
    const to = this.viewU32(pointer, indices.length);
    // A plain loop is used because `map` takes ten times as long.
    for (let k = 0; k < indices.length; k++) to[k] = base + indices[k] * stride;
    return pointer;
  }

  f32(values: ArrayLike<number>): number {
    return this.#put(values, Float32Array);
  }

  f64(values: ArrayLike<number>): number {
    return this.#put(values, Float64Array);
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

/** Cores whose memory belongs to an asynchronous call that is waiting for the event loop. */
export const inUse = new WeakSet<Kernels>();

/** @throws InputError if `kernels` was not made by loadCore, or if an asynchronous call is using it */
export function checkFree(kernels: Kernels): void {
  if (!inUse.has(given("kernels", kernels, "made by loadCore", "heapBase"))) return;
  throw new InputError(
    "kernels: in use by an unfinished call; give each call its own core from loadCore().",
    "conflict",
  );
}

/** An arena that spans a core's entire memory, for an engine that takes over the core. */
export function arenaOf(kernels: Kernels): Arena {
  checkFree(kernels);
  return new Arena(kernels.memory, kernels.heapBase());
}

function tooLarge(bytes: number): InputError {
  const gib = (bytes / 2 ** 30).toFixed(1);
  return new InputError(
    `This network needs at least ${gib} GiB of kernel memory; at most 4 GiB is possible. Choose a smaller D, T, S or L.`,
  );
}
