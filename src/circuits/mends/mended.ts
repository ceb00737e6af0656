/**
 * The result of a mend; active circuits compute the same function as before.
 *
 * For every input a^0 and circuit t, `recover(l, t, a'^l)` of the mended circuit's activations on `input(a^0)` are the
 * given circuit's activations a^l, to rounding.
 */
export interface Mended<C> {
  readonly circuits: C;
  /** Additional neurons per circuit and layer, d' − d; the large network grows by P times this. */
  readonly added: number;
  /** a^0 for the mended circuits, from an a^0 of the given ones. */
  readonly input: (a0: ArrayLike<number>) => number[];
  /** Activations of given circuit t at layer 0…L, from those of the mended one. */
  readonly recover: (layer: number, t: number, activations: ArrayLike<number>) => Float64Array;
}

/** One mend after another. */
export function followedBy<A, B>(first: Mended<A>, mend: (circuits: A) => Mended<B>): Mended<B> {
  const second = mend(first.circuits);
  return {
    circuits: second.circuits,
    added: first.added + second.added,
    input: (a0) => second.input(first.input(a0)),
    recover: (layer, t, activations) => first.recover(layer, t, second.recover(layer, t, activations)),
  };
}
