import type { Assignment } from "../assignment/assignment.js";
import type { MultiPartNetwork } from "./multi-part.js";

/**
 * The neurons of the circuits in one part: row t of the assignment holds the neurons of circuit t, which are the same
 * in every block of the part.
 */
export interface Place {
  readonly part: number;
  readonly assignment: Assignment;
}

/**
 * Where circuits live in a network: index 0 holds the neurons to which the inputs of circuits are written, and index
 * l ≥ 1 the neurons from which circuits are read after step l. Each entry has one `Place` per part. Steps that are read
 * in the same way share a list. Terms of readouts that weight all neurons of a part equally (κ of [E13]) are ignored.
 * If an indicator is read from all neurons of a code instead of from a circuit's own neurons, the entry holds the
 * neurons to which the circuit's code word is written.
 */
export function circuitPlaces({ writes, reads }: MultiPartNetwork): (readonly Place[])[] {
  const written = onePerPart(writes);
  const known = new Map<unknown, readonly Place[]>();
  const after = reads.map((list) => {
    const places =
      known.get(list) ??
      onePerPart(
        list.flatMap((read) => (read.kind === "circuit" ? [read] : written.filter(({ part }) => part === read.part))),
      );
    known.set(list, places);
    return places;
  });
  return [written, ...after];
}

function onePerPart(places: readonly Place[]): Place[] {
  const parts = [...new Set(places.map(({ part }) => part))];
  return parts.map((part) => ({
    part,
    assignment: union(places.filter((place) => place.part === part).map(({ assignment }) => assignment)),
  }));
}

/**
 * Merges several assignments to the same part: a circuit gets the neurons that it has in any of them. All circuits must
 * get the same number of neurons.
 */
function union(assignments: readonly Assignment[]): Assignment {
  const [first, ...others] = assignments;
  if (others.length === 0) return first;
  const { T, P } = first;
  const rows = Array.from({ length: T }, (_, t) => [
    ...new Set(assignments.flatMap(({ S, neurons }) => Array.from(neurons.subarray(t * S, (t + 1) * S)))),
  ]);
  const S = rows[0].length;
  if (rows.some((row) => row.length !== S)) throw new Error("Circuits have different numbers of neurons in a part.");
  return { T, P, S, neurons: Uint32Array.from(rows.flat()) };
}
