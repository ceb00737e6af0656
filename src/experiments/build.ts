import { assignmentConstructions } from "../assignment/constructions.js";
import type { Circuits } from "../circuits/circuits.js";
import { customCircuits } from "../circuits/custom.js";
import { libraryCircuits } from "../circuits/library.js";
import { permutedEmbedding } from "../network/embedding.js";
import { buildNetwork, type Network } from "../network/network.js";
import { blockSize } from "../shape.js";
import { shapeOf, type RunSpec } from "../spec.js";

/** The circuits of one network of a run: the same for every z, new ones for every network. */
export function buildCircuits(spec: RunSpec, network: number): Circuits {
  const { T, L, seed, circuits } = spec;
  if (typeof circuits === "string") return libraryCircuits({ kind: circuits }, { T, L, seed, network });
  return "kind" in circuits ? libraryCircuits(circuits, { T, L, seed, network }) : customCircuits(circuits, L);
}

/** One network of a run, a function of the spec and its index alone. */
export function buildRunNetwork(spec: RunSpec, network: number): Network {
  const shape = shapeOf(spec);
  const { build } = assignmentConstructions[spec.assignment];
  const assignment = build({ T: shape.T, P: blockSize(shape), S: shape.S });
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
