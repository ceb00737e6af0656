import { finish } from "../base/steps.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Network } from "../network/network.js";
import { factoredRun, type FactoredOptions, type FactoredRun } from "./factored-run.js";
import { checkChunk, type RandomInput } from "./sampling.js";
import type { LayerSums } from "./sums.js";
import { checkTile } from "./tile.js";
import { split, TileEngine } from "./tile-engine.js";

/**
 * Runs the published network and its variants by using the structure of their weights. Nothing of size D×D is stored.
 */
export class FactoredEngine extends TileEngine {
  readonly network: Network;
  readonly #keepActivations: boolean;
  readonly #run: FactoredRun;

  /** @throws InputError if an option is invalid (the error names it) or the network does not fit into kernel memory */
  constructor(kernels: Kernels, network: Network, options: FactoredOptions) {
    const run = factoredRun(kernels, network, options);
    super(run.tile);
    this.#run = run;
    this.network = network;
    this.#keepActivations = options.keepActivations === true;
  }

  runChunk(input: RandomInput, first: number, count: number): LayerSums {
    checkChunk(input, first, count, input.z);
    return finish(this.#run.chunkSteps(input, first, count));
  }

  /** Runs the tile that `sample` or `setInputs` prepared, and adds its errors to the sums of the chunk. */
  runTile(count: number, z: number): void {
    checkTile(this.#run.tile, count, z);
    this.#run.runTile(count, z);
  }

  /** Readouts of the last tile's active circuits at layer l ≥ 1, all rows in order, [count·z][rows]. */
  activeReadouts(l: number, occurrences: number): number[][] {
    const { arena, readouts } = this.#run;
    const rows = this.circuits.readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
    return split(Array.from(arena.viewF64(readouts[l], occurrences * rows)), rows);
  }

  /** A^l of one lane of the last tile, [D], component by component; layer 0 is the input before bias and gate. */
  activations(l: number, lane: number): Float32Array {
    if (!this.#keepActivations) throw new Error("This engine does not keep activations.");
    const { arena, lanes, A } = this.#run;
    const { D, d } = this.network.shape;
    const P = D / d;
    const values = arena.viewF32(A[l], P * d * lanes);
    return Float32Array.from({ length: D }, (_, index) => {
      const [i, n] = [Math.floor(index / P), index % P];
      return values[(n * d + i) * lanes + lane];
    });
  }
}
