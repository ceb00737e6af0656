import type { Kernels } from "../kernels/kernels.js";

/** A cache key; two keys are equal if all their parts are. */
type Key = readonly unknown[];

interface Kept {
  readonly key: Key;
  readonly value: unknown;
}

/**
 * An instance of the core, and the object that was last loaded into its memory, kept for further tasks that need it.
 */
export class LoadedCore {
  readonly #kernels: Kernels;
  #loaded: Kept | null = null;
  #built: Kept | null = null;

  constructor(kernels: Kernels) {
    this.#kernels = kernels;
  }

  /** Hands over the kernels and all their memory to a task that writes its own data; forgets the loaded object. */
  claim(): Kernels {
    this.#loaded = null;
    return this.#kernels;
  }

  /**
   * Returns the object that `make` loads into the kernels' memory. If the object loaded last has this key, it is still
   * in memory and is returned without calling `make`.
   */
  load<Value>(key: Key, make: (kernels: Kernels) => Value): Value {
    if (this.#loaded !== null && isSame(this.#loaded.key, key)) return this.#loaded.value as Value;
    const value = make(this.claim());
    this.#loaded = { key, value };
    return value;
  }

  /**
   * Returns an object that `make` builds outside the kernels' memory, such as a network or a matrix that is slow to
   * compute. The object is kept until one with another key is requested.
   */
  build<Value>(key: Key, make: () => Value): Value {
    if (this.#built === null || !isSame(this.#built.key, key)) this.#built = { key, value: make() };
    return this.#built.value as Value;
  }
}

function isSame(a: Key, b: Key): boolean {
  return a.length === b.length && a.every((part, index) => part === b[index]);
}
