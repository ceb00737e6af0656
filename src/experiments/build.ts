import { primeSteps } from "../assignment/prime-steps.js";
import type { Circuits } from "../circuits/circuits.js";
import { customCircuits } from "../circuits/custom.js";
import { anglesFromTurns, randomTurns, rotations, rotationsOneIndicator, steps } from "../circuits/rotation.js";
import { permutedEmbedding } from "../network/embedding.js";
import { buildNetwork, type Network } from "../network/network.js";
import { blockSize } from "../shape.js";
import { shapeOf, type RunSpec } from "../spec.js";

/** The circuits of one network of a run: the same for every z, new angles for every network. */
export function buildCircuits(spec: RunSpec, network: number): Circuits {
  const { T, L, seed, circuits } = spec;
  if (typeof circuits !== "string") return customCircuits(circuits, L);
  if (circuits === "step") return steps(T, L);
  const angles = anglesFromTurns(randomTurns(T, seed, network));
  return circuits === "rotation" ? rotations(angles, L) : rotationsOneIndicator(angles, L);
}

/** One network of a run, a function of the spec and its index alone. */
export function buildRunNetwork(spec: RunSpec, network: number): Network {
  const shape = shapeOf(spec);
  const assignment = primeSteps({ T: shape.T, P: blockSize(shape), S: shape.S });
  return buildNetwork({
    shape,
    circuits: buildCircuits(spec, network),
    embedding: permutedEmbedding(assignment, shape.L, spec.seed, network),
    construction: spec.construction,
    chiFactor: spec.chiFactor,
    chi: spec.chi,
    kappa: spec.kappa,
  });
}
