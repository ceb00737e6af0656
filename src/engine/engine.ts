import type { Circuits } from "../circuits/circuits.js";
import type { RandomInput } from "./sampling.js";
import type { GivenSamples } from "./given-samples.js";
import type { LayerSums } from "./sums.js";

/**
 * A network laid out in a kernel's memory, ready to run samples. It owns that memory: creating a second engine on the
 * same kernels invalidates the first.
 *
 * Samples are run in small batches. Functions that read values refer to the last batch.
 */
export interface Engine {
  /** The network's circuits, which determine the truth, the readouts and the inputs. */
  readonly circuits: Circuits;
  /** The largest number of samples in a batch. */
  readonly lanes: number;
  /** Bytes of kernel memory in use. */
  readonly bytes: number;
  /**
   * Draws and runs samples first…first+count−1 and adds up their errors. No array of size samples × T is stored.
   *
   * @returns sums per layer 0…L that depend only on the network and (seed, network, z, first, count)
   * @throws InputError naming the invalid input
   */
  runChunk(input: RandomInput, first: number, count: number): LayerSums;
  /** Does the same as `runChunk` with given samples instead of drawn ones; `input` determines the noise. */
  runGiven(given: GivenSamples, input: RandomInput, first: number, count: number): LayerSums;
  /** Draws samples first…first+count−1 and runs them, with their noise, as one batch; count ≤ lanes. */
  runBatch(input: RandomInput, first: number, count: number): void;
  /**
   * Sets the active circuits and their inputs for the next batch.
   *
   * @param ids [samples][z] distinct within a sample
   * @param inputs a^0, [samples][z][d]
   * @throws InputError when there are more samples than lanes, or an id is not below T
   */
  setInputs(ids: readonly (readonly number[])[], inputs: readonly (readonly (readonly number[])[])[]): void;
  /** The active circuits, [count][z]. */
  activeCircuits(count: number, z: number): number[][];
  /** The truth a^l of the active circuits, sample by sample, [occurrences][d]; there are count·z occurrences. */
  truth(l: number, occurrences: number): number[][];
  /** Readouts of the active circuits at layer l ≥ 1, all rows in order, [occurrences][rows]. */
  activeReadouts(l: number, occurrences: number, z: number): number[][];
  /** A^l of one sample, [D], component by component; layer 0 is the input before bias and gate. */
  activations(l: number, sample: number): Float32Array;
}
