import type { Assignment } from "../assignment/assignment.js";
import type { Circuits } from "../circuits/circuits.js";
import { customCircuits } from "../circuits/custom/custom.js";
import { anglesFromRadians, rotations, rotationsOneIndicator, steps } from "../circuits/rotation.js";
import type { Kernels } from "../kernels/kernels.js";
import { parseCase, type CaseCircuits, type CaseExpected, type CaseInput } from "../network/case.js";
import { buildNetwork, type Network } from "../network/network.js";
import { readAll } from "./readout.js";
import type { TileWidth } from "./factored-run.js";
import { FactoredEngine } from "./factored.js";

function caseCircuits(given: CaseCircuits, T: number, L: number): Circuits {
  switch (given.kind) {
    case "rotation":
      return rotations(anglesFromRadians(given.theta), L);
    case "rotation3":
      return rotationsOneIndicator(anglesFromRadians(given.theta), L);
    case "step":
      return steps(T, L);
    case "custom":
      return customCircuits(given, L);
  }
}

/** The network that a case describes. */
export function caseNetwork(input: CaseInput): Network {
  const { D, d, T, S, L } = input;
  const embedding = input.assignments.map((rows): Assignment => ({
    T,
    S,
    P: D / d,
    neurons: Uint32Array.from(rows.flat()),
  }));
  return buildNetwork({
    shape: { D, d, T, S, L },
    circuits: caseCircuits(input.circuits, T, L),
    embedding,
    construction: input.construction,
    chiFactor: input.chiFactor,
    chi: input.chi,
    kappa: input.kappa,
  });
}

/**
 * Runs a case's samples through the large network. The result has the activations of every layer, the truth, χ and the
 * readout of all circuits.
 *
 * @param input a checked case from `parseCase`
 * @param kernels the core to run on; the engine takes over its memory
 * @throws InputError for the same reasons as `parseCase`, or if an argument is out of bounds (the error names it)
 */
export function runCase(input: CaseInput, kernels: Kernels, lanes: TileWidth = 4): CaseExpected {
  parseCase(input);
  const network = caseNetwork(input);
  const { T, L, d } = network.shape;
  const z = Math.max(...input.samples.map(({ active }) => active.length));
  const runner = new FactoredEngine(kernels, network, { gate: input.gate, z, lanes, keepActivations: true });
  const layers = Array.from({ length: L + 1 }, (_, l) => l);
  const truth: number[][][][] = layers.map(() => []);
  const activations: number[][][] = layers.map(() => []);
  const readout: number[][][][] = layers.map(() => []);
  for (const { active, inputs } of input.samples) {
    runner.setInputs([active], [inputs]);
    runner.runTile(1, active.length);
    for (const l of layers) {
      const A = runner.activations(l, 0);
      truth[l].push(runner.truth(l, active.length));
      activations[l].push(Array.from(A));
      if (l > 0) readout[l].push(readAll(network, A, l));
      else {
        const all = Array.from({ length: T }, () => new Array<number>(d).fill(0));
        active.forEach((t, slot) => (all[t] = [...inputs[slot]]));
        readout[0].push(all);
      }
    }
  }
  return { chi: network.chi, truth, activations, readout };
}
