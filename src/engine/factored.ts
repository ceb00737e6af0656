import type { Circuits } from "../circuits/circuits.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Network } from "../network/network.js";
import type { Engine } from "./engine.js";
import { withGiven, type GivenSamples } from "./given-samples.js";
import { factoredRun, type FactoredOptions, type FactoredRun } from "./factored-run.js";
import type { RandomInput } from "./sampling.js";
import type { LayerSums } from "./sums.js";
import { activeCircuits, setInputs, split, truthAt } from "./tile-values.js";

/** The published network and its kin, run by what is known of their weights: nothing of size D×D is formed. */
export class FactoredEngine implements Engine {
  readonly circuits: Circuits;
  readonly network: Network;
  readonly #keepActivations: boolean;
  readonly #run: FactoredRun;

  /** @throws InputError naming a wrong option, or when the network does not fit into kernel memory */
  constructor(kernels: Kernels, network: Network, options: FactoredOptions) {
    this.#run = factoredRun(kernels, network, options);
    this.network = network;
    this.circuits = network.circuits;
    this.#keepActivations = options.keepActivations === true;
  }

  get lanes(): number {
    return this.#run.lanes;
  }

  /** Bytes of kernel memory in use. */
  get bytes(): number {
    return this.#run.arena.used;
  }

  runChunk(input: RandomInput, first: number, count: number): LayerSums {
    return this.#run.runChunk(input, first, count);
  }

  runGiven(given: GivenSamples, input: RandomInput, first: number, count: number): LayerSums {
    return withGiven(this.#run.tile, given, first, () => this.runChunk(input, first, count));
  }

  runBatch(input: RandomInput, first: number, count: number): void {
    this.sample(input, first, count);
    this.runTile(count, input.z);
  }

  /** Draws the active circuits and inputs of samples first…first+count−1, count ≤ lanes, as the next tile. */
  sample(input: RandomInput, first: number, count: number): void {
    this.#run.tile.draw(input, first, count);
  }

  setInputs(ids: readonly (readonly number[])[], inputs: readonly (readonly (readonly number[])[])[]): void {
    setInputs(this.#run.tile, ids, inputs);
  }

  /** Runs the tile that `sample` or `setInputs` prepared, adding to the chunk's sums. */
  runTile(count: number, z: number): void {
    this.#run.runTile(count, z);
  }

  activeCircuits(count: number, z: number): number[][] {
    return activeCircuits(this.#run.tile, count, z);
  }

  truth(l: number, occurrences: number): number[][] {
    return truthAt(this.#run.tile, l, occurrences);
  }

  /** Readouts of the last tile's active circuits at layer l ≥ 1, all rows in order, [count·z][rows]. */
  activeReadouts(l: number, occurrences: number): number[][] {
    const { arena, readouts } = this.#run;
    const rows = this.circuits.readouts.reduce((sum, { matrix }) => sum + matrix.length, 0);
    return split(Array.from(arena.viewF64(readouts[l], occurrences * rows)), rows);
  }

  /** A^l of one lane of the last tile, [D] (component-major); layer 0 is the input before bias and gate. */
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
