import { assignmentConstructions } from "../assignment/constructions.js";
import type { Circuits, Readout } from "../circuits/circuits.js";
import { anglesFromTurns, randomTurns, rotations } from "../circuits/rotation.js";
import { designOf } from "../designs/designs.js";
import {
  fixedEmbedding,
  freshEmbedding,
  partingEmbedding,
  permutedEmbedding,
  type Embedding,
} from "../network/embedding.js";
import { hasMatrix } from "../network/construction.js";
import { buildMatrixNetwork } from "../network/matrix-network.js";
import { buildNetwork, type Network } from "../network/network.js";
import { asMultiPart, type MultiPartNetwork } from "../network/multi-part.js";
import { blockSize } from "../base/shape.js";
import { checkNetworkNumber, checkSpec } from "./check-spec.js";
import { circuitsOf, fewStandForAll, givenAngles, givenReadouts } from "./circuits.js";
import { designSize, rotationGates, shapeOf, type RunSpec } from "./run-spec.js";

/** This many circuits are enough to find all readouts: one circuit of each kind in the largest mix. */
const FEW = 8;

/**
 * The circuits of one network of a run. They are the same for every z, but differ between networks.
 *
 * @throws InputError naming the field of the spec, or the network, that is out of bounds
 */
export function buildCircuits(spec: RunSpec, network: number): Circuits {
  const { T, L, seed, circuits } = checkSpec(spec);
  checkNetworkNumber(network);
  return circuitsOf(circuits, { T, L, seed, network }, rotationGates(spec));
}

/** The circuits of one network of a run, for any design. */
export function circuitsOfRun(spec: RunSpec, network: number): Circuits {
  return spec.design === "published" ? buildCircuits(spec, network) : buildMultiPartNetwork(spec, network).circuits;
}

/** The readouts of a run's circuits. */
export function readoutsOf(spec: RunSpec): readonly Readout[] {
  return givenReadouts(spec.circuits) ?? buildCircuits({ ...spec, T: Math.min(spec.T, FEW) }, 0).readouts;
}

/** The embedding of one network: the neurons of its circuits in every layer. [E8] */
function buildEmbedding(spec: RunSpec, network: number): Embedding {
  const { T, S, L } = spec;
  const P = blockSize(shapeOf(spec));
  const { build } = assignmentConstructions[spec.assignment];
  switch (spec.schedule) {
    case "parting":
      return partingEmbedding({ T, P, S }, L);
    case "fresh":
      return freshEmbedding({ T, P, S }, L, spec.seed, network);
    case "fixed":
      return fixedEmbedding(build({ T, P, S }), L);
    case "permuted":
      return permutedEmbedding(build({ T, P, S }), L, spec.seed, network);
  }
}

/**
 * Builds one network of a run, whether a design's or the post's, as a network with explicit sparse weights.
 *
 * @throws InputError naming the field of the spec, or the network, that is out of bounds
 */
export function buildMultiPartNetwork(spec: RunSpec, network: number): MultiPartNetwork {
  checkSpec(spec);
  checkNetworkNumber(network);
  const design = designOf(spec.design);
  if (design === null) return asMultiPart(buildRunNetwork(spec, network));
  const size = designSize(spec);
  if (design.runs === "any circuits") return design.build({ ...size, circuits: buildCircuits(spec, network), network });
  const { T, L, seed } = spec;
  const angles = givenAngles(spec.circuits) ?? anglesFromTurns(randomTurns(T, seed, network, spec.angles));
  return design.build({ ...size, angles, circuits: rotations(angles, L, { angles: spec.angles }), network });
}

/**
 * Builds the networks of a run in advance if its design might fail to fit the circuits, so that the error appears
 * before the run starts.
 *
 * @throws InputError naming the settings
 */
export function checkBuilds(spec: RunSpec): void {
  const design = designOf(spec.design);
  if (design?.isTight?.(designSize(spec)) !== true) return;
  for (let network = 0; network < spec.networks; network++) buildMultiPartNetwork(spec, network);
}

/**
 * A network with the same parts and readouts as a run's networks, for uses in which T and L do not matter. If a few
 * circuits can stand for all circuits of the run, this network has one layer and, unless the sizes of its parts depend
 * on T, only those few circuits.
 */
export function buildLikeMultiPart(spec: RunSpec): MultiPartNetwork {
  const T = designOf(spec.design)?.isSizedByT === true ? spec.T : Math.min(spec.T, Math.max(16, ...spec.z));
  const few = fewStandForAll(spec.circuits) ? { T, L: 1 } : {};
  return buildMultiPartNetwork({ ...spec, ...few, chi: null }, 0);
}

/**
 * Builds one network of a run, which depends only on the spec and the network's index.
 *
 * @throws InputError naming the field of the spec, or the network, that is out of bounds
 */
export function buildRunNetwork(spec: RunSpec, network: number): Network {
  checkSpec(spec);
  const { construction, chiFactor, chi, kappa, seed, z } = spec;
  const parts = {
    shape: shapeOf(spec),
    circuits: buildCircuits(spec, network),
    embedding: buildEmbedding(spec, network),
  };
  return hasMatrix(construction)
    ? buildMatrixNetwork({ ...parts, construction, chiFactor, training: { seed, network, z: Math.max(...z) } })
    : buildNetwork({ ...parts, construction, chiFactor, chi, kappa });
}
