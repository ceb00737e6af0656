import type { Circuits, Readout } from "../../circuits/circuits.js";

/** The rows of one readout among all rows of a circuit's readouts. */
export interface Rows {
  readonly first: number;
  readonly count: number;
}

/** The rows of the readout by which depth is measured: the readout x if it exists, otherwise the last readout. */
export function rowsOf(circuits: Pick<Circuits, "readouts">): Rows;
/** The rows of the readout with this name; null if the circuits have no such readout. */
export function rowsOf(circuits: Pick<Circuits, "readouts">, name: string): Rows | null;
export function rowsOf({ readouts }: Pick<Circuits, "readouts">, name?: string): Rows | null {
  const named = readouts.findIndex((readout) => readout.name === (name ?? "x"));
  if (named === -1 && name !== undefined) return null;
  const at = named === -1 ? readouts.length - 1 : named;
  return {
    first: readouts.slice(0, at).reduce((sum, { matrix }) => sum + matrix.length, 0),
    count: readouts[at].matrix.length,
  };
}

/** The readout by which depth is measured. */
export function mainReadout({ readouts }: Pick<Circuits, "readouts">): Readout {
  return readouts.find(({ name }) => name === "x") ?? readouts[readouts.length - 1];
}

/**
 * Whether circuits have the readouts alpha (an indicator) and x (a vector in the plane), so that the two can be changed
 * separately.
 */
export function hasIndicatorAndX({ readouts }: Pick<Circuits, "readouts">): boolean {
  const rows = (name: string): number => readouts.find((readout) => readout.name === name)?.matrix.length ?? 0;
  return rows("alpha") === 1 && rows("x") === 2;
}
