import { statisticsOf, type ErrorRow } from "./rows.js";

/** From where on the theory is void, for one z. */
export interface TheoryEnd {
  readonly z: number;
  /** The first layer in which more neurons are on than the active circuits have; null where there is none. */
  readonly layer: number | null;
}

/** Neurons on beyond those of active circuits that are overlooked, as a share of these. */
const TOLERANCE = 0.01;

/**
 * The theory [E20] [E21] holds while every neuron that no active circuit uses stays off. z circuits have z·S neurons of a block at most: where
 * more are on, on average over samples, some are on that should not be, and all layers from there on get what they wrote.
 *
 * Circuits with many neurons off, such as gates, leave room below that: for them the theory may end before it is noticed here.
 *
 * A design's theory is of which circuits meet: it holds in all layers, and in none with noise.
 *
 * @returns for each z that has a theory
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

/** Whether a row's theory is void; null of a row without theory. */
export function isVoid(ends: readonly TheoryEnd[], { z, layer }: Pick<ErrorRow, "z" | "layer">): boolean | null {
  const end = ends.find((each) => each.z === z);
  return end === undefined ? null : end.layer !== null && layer >= end.layer;
}
