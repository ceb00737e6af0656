import { statisticsOf, type ErrorRow } from "./rows.js";

/** The first layer in which the theory does not apply, for one z. */
export interface TheoryEnd {
  readonly z: number;
  /** The first layer in which more neurons are on than the active circuits use; null if there is none. */
  readonly layer: number | null;
}

/** Tolerated surplus of neurons that are on, as a fraction of the active circuits' neurons. */
const TOLERANCE = 0.01;

/**
 * The theory [E20] [E21] holds while every neuron that no active circuit uses stays off. In each block, z circuits use
 * at most z·S neurons. If on average more than z·S neurons are on, some are on that should be off, and these affect all
 * later layers.
 *
 * Circuits that turn many of their neurons off, such as gates, use fewer neurons, so the theory may fail before this
 * test shows it.
 *
 * A design's theory depends on which circuits meet. Without noise, it applies in all layers; with noise, in none.
 *
 * @returns one entry for each z that has a theory
 */
export function theoryEnds(rows: readonly ErrorRow[]): TheoryEnd[] {
  const withTheory = rows.filter((row) => statisticsOf(row).some(({ theory }) => theory !== null));
  return [...new Set(withTheory.map(({ z }) => z))].map((z) => {
    const layers = withTheory
      .filter((row) => row.z === z && row.layer > 0)
      .filter(({ activeFraction, expectedActiveFraction, theoryHolds }) =>
        theoryHolds === undefined
          ? activeFraction.some((fraction) => fraction > (1 + TOLERANCE) * expectedActiveFraction)
          : !theoryHolds,
      )
      .map(({ layer }) => layer);
    return { z, layer: layers.length === 0 ? null : Math.min(...layers) };
  });
}

/** Whether the theory no longer applies at a row's layer; null for a row without theory. */
export function isVoid(ends: readonly TheoryEnd[], { z, layer }: Pick<ErrorRow, "z" | "layer">): boolean | null {
  const end = ends.find((each) => each.z === z);
  return end === undefined ? null : end.layer !== null && layer >= end.layer;
}
