/**
 * Circuits changed by mending. While active, they compute the same function as before.
 *
 * If the mended circuit t runs on `input(a^0)` and has activations a'^l, then `recover(l, t, a'^l)` equals the given
 * circuit's activations a^l on a^0, up to rounding.
 */
export interface Mended<C> {
  readonly circuits: C;
  /** Additional neurons per circuit and layer, d' − d; each layer of the large network grows by P times this. */
  readonly added: number;
  /** Converts an input a^0 of the given circuits to an input of the mended circuits. */
  readonly input: (a0: ArrayLike<number>) => number[];
  /** Converts activations of mended circuit t at layer 0…L to activations of the given circuit t. */
  readonly recover: (layer: number, t: number, activations: ArrayLike<number>) => Float64Array;
}

/** Applies a second mend to the result of the first one. */
export function followedBy<A, B>(first: Mended<A>, mend: (circuits: A) => Mended<B>): Mended<B> {
  const second = mend(first.circuits);
  return {
    circuits: second.circuits,
    added: first.added + second.added,
    input: (a0) => second.input(first.input(a0)),
    recover: (layer, t, activations) => first.recover(layer, t, second.recover(layer, t, activations)),
  };
}
