import { InputError, shown, wholeNumber } from "../base/errors.js";
import type { Circuits } from "../circuits/circuits.js";
import type { Tile } from "./tile.js";

/** Takes active circuits, [samples][z], and their inputs a^0, [samples][z][d]. See Engine.setInputs. */
export function setInputs(
  tile: Tile,
  ids: readonly (readonly number[])[],
  inputs: readonly (readonly (readonly number[])[])[],
): void {
  wholeNumber("the number of samples", ids.length, 1, tile.size.lanes);
  const z = checkInputs(tile.circuits, ids, inputs, tile.size.z);
  tile.arena.viewU32(tile.ids, ids.length * z).set(ids.flatMap((own) => Array.from(own)));
  // Entry by entry: flat() would leave typed arrays as they are.
  const values = inputs.flatMap((ofSample) => ofSample.flatMap((input) => Array.from(input)));
  tile.arena.viewF64(tile.truth[0], values.length).set(values);
}

/**
 * @returns z, how many circuits are active in every sample
 * @throws InputError when a circuit is listed twice or does not exist, a list has another length or a number is not finite
 */
export function checkInputs(
  { T, d }: Pick<Circuits, "T" | "d">,
  ids: readonly (readonly number[])[],
  inputs: readonly (readonly (readonly number[])[])[],
  most = T,
): number {
  const z = wholeNumber("z", ids[0].length, 1, most);
  checkLength("inputs", inputs.length, ids.length, "samples");
  ids.forEach((active, sample) => {
    checkLength(`sample ${sample}`, active.length, z, "active circuits, as the first has");
    checkLength(`inputs[${sample}]`, inputs[sample].length, z, "active circuits");
    const seen = new Set<number>();
    for (const id of active) {
      wholeNumber("an active circuit", id, 0, T - 1);
      if (seen.has(id))
        throw new InputError(
          `sample ${sample} has circuit ${id} twice: active circuits must differ.`,
          "invalid",
          `active[${sample}]`,
        );
      seen.add(id);
    }
    inputs[sample].forEach((input, slot) => {
      checkLength(`inputs[${sample}][${slot}]`, input.length, d, "components, d");
      // Networks run in single precision.
      const at = input.findIndex((value) => typeof value !== "number" || !Number.isFinite(Math.fround(value)));
      if (at === -1) return;
      throw new InputError(
        `inputs[${sample}][${slot}][${at}] = ${shown(input[at])}: must be a finite number, at most 3.4e38 in size.`,
        typeof input[at] === "number" ? "range" : "type",
      );
    });
  });
  return z;
}

/** Active circuits, [count][z]. */
export function activeCircuits({ arena, ids }: Tile, count: number, z: number): number[][] {
  return split(Array.from(arena.viewU32(ids, count * z)), z);
}

/** Truth a^l of the active circuits, [occurrences][d]. */
export function truthAt({ arena, circuits, truth }: Tile, l: number, occurrences: number): number[][] {
  const { d } = circuits;
  return split(Array.from(arena.viewF64(truth[l], occurrences * d)), d);
}

function checkLength(name: string, length: number, wanted: number, of: string): void {
  if (length !== wanted) throw new InputError(`${name} has ${length} entries: must have ${wanted} (${of}).`, "shape");
}

/** Rows of `size` numbers. */
export function split(values: number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, row) => values.slice(row * size, (row + 1) * size));
}
