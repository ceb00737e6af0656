import { grouped, median } from "../../drawing/numbers.js";
import type { Side } from "../computation/lab.js";
import { distance } from "../figures/dials.js";
import { countOn } from "../figures/sample-neurons.js";
import { quantitiesOf, type LabState } from "../state/lab-state.js";

/**
 * A sentence that compares a quantity of two networks at the layer shown; the quantity depends on the view. Null in
 * views without a comparison, and until the results of both networks are known.
 */
export function differenceText(a: Side, b: Side): string | null {
  const layer = Math.min(a.state.layer ?? a.state.spec.L, b.state.layer ?? b.state.spec.L, a.state.spec.L);
  switch (b.state.view) {
    case "trajectories":
      return both(a, b, medianOff(layer), (off) => off.toFixed(2), [
        `At layer ${layer}, the median readout is off by `,
        " in A and by ",
        " in B.",
      ]);
    case "errors":
      return both(a, b, errorAt(layer), shortError, [
        `At layer ${layer}, the mean |δ${quantityOf(b.state)}|² of active circuits is `,
        " in A and ",
        " in B.",
      ]);
    case "neurons":
      return both(a, b, strayNeurons(layer), countText, [
        `Neurons that are on at layer ${layer} but belong to no active circuit: `,
        " in A, ",
        " in B.",
      ]);
    case "contagion":
      return both(a, b, woken(layer), countText, [`Circuits that were woken by layer ${layer}: `, " in A, ", " in B."]);
    default:
      return null;
  }
}

function both(
  a: Side,
  b: Side,
  of: (side: Side) => number | null,
  text: (value: number) => string,
  [before, between, after]: readonly [string, string, string],
): string | null {
  const [own, other] = [of(a), of(b)];
  return own === null || other === null ? null : before + text(own) + between + text(other) + after;
}

/** The median distance of readouts from the truth, over the paths with the largest z. */
function medianOff(layer: number) {
  return ({ state: { spec }, data: { paths } }: Side): number | null => {
    const rows = paths?.spec === spec ? paths.rows.filter(({ z }) => z === Math.max(...spec.z)) : [];
    return rows.length === 0 ? null : median(rows.map((row) => distance(row, layer)));
  };
}

const quantityOf = ({ spec, quantity }: LabState): string => {
  const [first] = quantitiesOf(spec);
  return quantity !== null && quantity !== "active" ? quantity : first;
};

function errorAt(layer: number) {
  return ({ state, data: { measured } }: Side): number | null => {
    if (measured?.spec !== state.spec) return null;
    const z = Math.max(...state.spec.z);
    const row = measured.rows.find((candidate) => candidate.layer === layer && candidate.z === z);
    return row?.readouts[quantityOf(state)]?.active.meanSquare ?? null;
  };
}

const shortError = (value: number): string =>
  value === 0 ? "0" : value < 0.001 ? value.toExponential(0) : value.toPrecision(2);

const countText = (count: number): string => (count === 0 ? "none" : grouped(count));

function strayNeurons(layer: number) {
  return ({ state: { spec }, data: { neurons } }: Side): number | null =>
    neurons?.spec === spec ? countOn(neurons.result, layer).stray : null;
}

function woken(layer: number) {
  return ({ state: { spec }, data: { neurons } }: Side): number | null => {
    const contagion = neurons?.spec === spec ? neurons.result.contagion : null;
    if (!contagion) return null;
    return contagion.wokenAt.reduce((count, at) => count + (at > 0 && at <= layer ? 1 : 0), 0);
  };
}
