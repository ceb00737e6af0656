import { InputError, shown, wholeNumber } from "../base/errors.js";
import type { Circuits } from "../circuits/circuits.js";
import type { Arena } from "../kernels/memory.js";
import type { Engine } from "./engine.js";
import { withGiven, type GivenSamples } from "./given-samples.js";
import type { RandomInput } from "./sampling.js";
import type { LayerSums } from "./sums.js";
import { checkTile, type Tile } from "./tile.js";

/**
 * @returns z, the number of active circuits in every sample
 * @throws InputError when a circuit is repeated or does not exist, a list has the wrong length or a number is not
 *   finite
 */
export function checkInputs(
  { T, d }: Pick<Circuits, "T" | "d">,
  ids: readonly (readonly number[])[],
  inputs: readonly (readonly (readonly number[])[])[],
  most = T,
): number {
  wholeNumber("samples", listOf("active", ids).length, 1);
  checkLength("inputs", inputs, ids.length, "samples");
  const z = wholeNumber("z", listOf("active[0]", ids[0]).length, 1, most);
  for (const [sample, active] of ids.entries()) {
    const name = `active[${sample}]`;
    checkLength(name, active, z, "active circuits, as many as in sample 0");
    checkLength(`inputs[${sample}]`, inputs[sample], z, "active circuits");
    const seen = new Set<number>();
    for (const [slot, id] of active.entries()) {
      wholeNumber(`${name}[${slot}]`, id, 0, T - 1);
      if (seen.has(id)) throw new InputError(`${name} has circuit ${id} twice: active circuits must differ.`);
      seen.add(id);
    }
    for (const [slot, input] of inputs[sample].entries()) {
      const place = `inputs[${sample}][${slot}]`;
      checkLength(place, input, d, "components, d");
      // Networks run in single precision.
      const at = input.findIndex((value) => typeof value !== "number" || !Number.isFinite(Math.fround(value)));
      if (at === -1) continue;
      throw new InputError(
        `${place}[${at}] = ${shown(input[at])}: must be a finite number within ±3.4e38.`,
        typeof input[at] === "number" ? "range" : "type",
      );
    }
  }
  return z;
}

/** @throws InputError unless the list is an array, typed or not */
function listOf<List>(name: string, list: List): List {
  if (Array.isArray(list) || ArrayBuffer.isView(list)) return list;
  throw new InputError(`${name} = ${shown(list)}: must be a list.`, list === undefined ? "missing" : "type");
}

function checkLength(name: string, list: { readonly length: number }, wanted: number, of: string): void {
  const { length } = listOf(name, list);
  if (length !== wanted)
    throw new InputError(
      `${name} has ${length} entr${length === 1 ? "y" : "ies"}: must have ${wanted} (${of}).`,
      "shape",
    );
}

/** Splits values into rows of `size` numbers. */
export function split(values: number[], size: number): number[][] {
  return Array.from({ length: values.length / size }, (_, row) => values.slice(row * size, (row + 1) * size));
}

/** The common base of engines that run samples in tiles. */
export abstract class TileEngine implements Engine {
  readonly circuits: Circuits;
  readonly lanes: number;
  protected readonly tile: Tile;
  protected readonly arena: Arena;

  protected constructor(tile: Tile) {
    this.tile = tile;
    this.circuits = tile.circuits;
    this.lanes = tile.size.lanes;
    this.arena = tile.arena;
  }

  get bytes(): number {
    return this.arena.used;
  }

  abstract runChunk(input: RandomInput, first: number, count: number): LayerSums;
  /** Runs the tile that `sample` or `setInputs` prepared. */
  abstract runTile(count: number, z: number): void;
  abstract activeReadouts(l: number, occurrences: number, z: number): number[][];
  abstract activations(l: number, sample: number): Float32Array;

  runGiven(given: GivenSamples, input: RandomInput, first: number, count: number): LayerSums {
    return withGiven(this.tile, given, first, () => this.runChunk(input, first, count));
  }

  /** Draws the active circuits and inputs of samples first…first+count−1 as the next tile; count ≤ lanes. */
  sample(input: RandomInput, first: number, count: number): void {
    checkTile(this.tile, count);
    this.tile.draw(input, first, count);
  }

  runBatch(input: RandomInput, first: number, count: number): void {
    this.sample(input, first, count);
    this.runTile(count, input.z);
  }

  setInputs(ids: readonly (readonly number[])[], inputs: readonly (readonly (readonly number[])[])[]): void {
    wholeNumber("samples", ids.length, 1, this.lanes);
    const z = checkInputs(this.circuits, ids, inputs, this.tile.size.z);
    this.arena.viewU32(this.tile.ids, ids.length * z).set(ids.flatMap((own) => Array.from(own)));
    // Converted entry by entry, because flat() would leave typed arrays unflattened.
    const values = inputs.flatMap((ofSample) => ofSample.flatMap((input) => Array.from(input)));
    this.arena.viewF64(this.tile.truth[0], values.length).set(values);
  }

  activeCircuits(count: number, z: number): number[][] {
    return split(Array.from(this.arena.viewU32(this.tile.ids, count * z)), z);
  }

  truth(l: number, occurrences: number): number[][] {
    const { d } = this.circuits;
    return split(Array.from(this.arena.viewF64(this.tile.truth[l], occurrences * d)), d);
  }
}
