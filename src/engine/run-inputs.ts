import { given } from "../base/errors.js";
import type { Kernels } from "../kernels/kernels.js";
import type { Gate } from "../network/construction.js";
import type { Network } from "../network/network.js";
import { FactoredEngine } from "./factored.js";
import { checkNetwork } from "./factored-run.js";
import { readAll } from "./readout.js";
import { checkInputs } from "./tile-engine.js";

/** Samples with inputs that you choose. */
export interface OwnInputs {
  /** The active circuits, [samples][z]: distinct within a sample, each in 0…T−1. */
  readonly active: readonly (readonly number[])[];
  /** The input a^0 of each active circuit, [samples][z][d], finite. */
  readonly inputs: readonly (readonly (readonly number[])[])[];
  /** The gate. Default "relu". */
  readonly gate?: Gate;
}

/** What a network computes for your samples, layer by layer. */
export interface OwnOutputs {
  /** A^l of the large network, [samples][L+1][D], component by component; layer 0 is the input before bias and gate. */
  readonly activations: readonly (readonly Float32Array[])[];
  /** â^l of every circuit, [samples][L+1][T][d]; layer 0 has the inputs, and zeros for inactive circuits. [E17] */
  readonly readouts: readonly (readonly (readonly (readonly number[])[])[])[];
  /** a^l of each active circuit when it runs alone, [samples][L+1][z][d], in the order of `active`. */
  readonly truth: readonly (readonly (readonly (readonly number[])[])[])[];
}

/**
 * Runs your own inputs through a network. The result has the activations of every layer and the readouts of every
 * circuit. [E10] [E15] [E17]
 *
 * Everything is kept in memory: samples·(L+1)·(D + T·d) numbers.
 *
 * @param kernels the core to run on; the call takes over its memory. The core must not be in use by an asynchronous
 *   call
 * @throws InputError naming a circuit that is listed twice or does not exist, a list of the wrong length, or a number
 * that is not finite
 */
export function runInputs(network: Network, own: OwnInputs, kernels: Kernels): OwnOutputs {
  const { active, inputs, gate = "relu" } = given("own", own, "an object { active, inputs }");
  const { T, L, d } = checkNetwork(network).shape;
  const z = checkInputs(network.circuits, active, inputs);
  const engine = new FactoredEngine(kernels, network, { gate, z, lanes: 4, keepActivations: true });
  const layers = Array.from({ length: L + 1 }, (_, l) => l);
  const outputs = { activations: [], readouts: [], truth: [] } as {
    [Name in keyof OwnOutputs]: OwnOutputs[Name][number][];
  };
  active.forEach((ids, sample) => {
    engine.setInputs([ids], [inputs[sample]]);
    engine.runTile(1, z);
    const given = Array.from({ length: T }, (_, t) =>
      Array.from(inputs[sample][ids.indexOf(t)] ?? new Float64Array(d)),
    );
    const activations = layers.map((l) => engine.activations(l, 0));
    outputs.activations.push(activations);
    outputs.readouts.push(layers.map((l) => (l === 0 ? given : readAll(network, activations[l], l))));
    outputs.truth.push(layers.map((l) => engine.truth(l, z)));
  });
  return outputs;
}
