import type { Kernels } from "../kernels/kernels.js";

/** A cache key; equal when every part is the same. */
type Key = readonly unknown[];

interface Kept {
  readonly key: Key;
  readonly value: unknown;
}

/** One instance of the core and the object loaded in its memory, kept for the next task that needs it. */
export class LoadedCore {
  readonly #kernels: Kernels;
  #loaded: Kept | null = null;
  #built: Kept | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** The kernels with all their memory, for a task that writes its own data there; the loaded object is discarded. */
  claim(): Kernels {
    this.#loaded = null;
    return this.#kernels;
  }

  /**
   * The object that `make` loads into the kernels' memory, or the last one if it is still loaded under the same key.
   */
  load<Value>(key: Key, make: (kernels: Kernels) => Value): Value {
    if (this.#loaded !== null && isSame(this.#loaded.key, key)) return this.#loaded.value as Value;
    const value = make(this.claim());
    this.#loaded = { key, value };
    return value;
  }

  /**
   * The object that `make` builds outside the kernels' memory; the last is kept. For networks that take long to find.
   */
  build<Value>(key: Key, make: () => Value): Value {
    if (this.#built === null || !isSame(this.#built.key, key)) this.#built = { key, value: make() };
    return this.#built.value as Value;
  }
}

function isSame(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
