import type { AssignmentKind } from "../assignment/constructions.js";
import type { RotationGates } from "../circuits/rotation.js";
import type { DesignName } from "../designs/designs.js";
import { hasMatrix, type Construction, type Gate, type NoiseAt } from "../network/construction.js";
import type { Schedule } from "../network/embedding.js";
import type { Shape } from "../base/shape.js";
import type { Sampling } from "../circuits/inputs.js";
import { circuitsSize, differentLayers, type SpecCircuits } from "./circuits.js";

/** A complete, checked specification of a run, which determines the results. */
export interface RunSpec {
  /** The name of one of the post's kinds, a description of another kind, or weights. */
  readonly circuits: SpecCircuits;
  readonly D: number;
  readonly T: number;
  readonly S: number;
  readonly L: number;
  /** Numbers of circuits active at once; each value gives a set of rows. */
  readonly z: readonly number[];
  /** Number of samples per network and z. */
  readonly samples: number;
  readonly sampling: Sampling;
  readonly networks: number;
  readonly seed: number;
  /** "published" is the post's network. Other designs have different neurons, gates and schedules. */
  readonly design: DesignName;
  readonly construction: Construction;
  readonly assignment: AssignmentKind;
  readonly schedule: Schedule;
  /** The ramp `[low, high]` of rotations and steps; null means 0.25 and 0.75. [E4] */
  readonly ramp: readonly number[] | null;
  /** Gain and offset of the gate of x in rotations; null means 2 and 1. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** Number of distinct angles of rotations and of their inputs; null means any angle. */
  readonly angles: number | null;
  /** Sizes of a design's cells and code; null means the design's defaults. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
  readonly gate: Gate;
  /**
   * Standard deviation of the normal noise on every neuron in every layer, and whether it is added before or after the
   * ReLU.
   */
  readonly noise: number;
  readonly noiseAt: NoiseAt;
  /** A factor on χ in the capped and load-aware constructions. [E12] */
  readonly chiFactor: number;
  /** χ per layer, used as given, [L]; the first is 0. If null, χ is computed. */
  readonly chi: readonly number[] | null;
  /** κ of the balanced and split constructions; if null, κ is computed. [E13] */
  readonly kappa: number | null;
}

/** The sizes of a run's network. Designs with parts of different sizes have no blocks, so d = 1. */
export function shapeOf(spec: Pick<RunSpec, "circuits" | "design" | "D" | "T" | "S" | "L">): Shape {
  const { circuits, design, D, T, S, L } = spec;
  return { D, d: design === "published" ? circuitsSize(circuits).d : 1, T, S, L };
}

/** The sizes of a design's network for z circuits active at once; z defaults to the largest z of the run. */
export function designSize(spec: RunSpec, z = Math.max(...spec.z)) {
  return { ...spec, z, d: circuitsSize(spec.circuits).d };
}

/**
 * Estimated bytes that a run needs: the embedding and its transpose per layer, the circuits' matrices in both
 * precisions, tiles of 16 samples, and sums per circuit.
 */
export function memoryNeeded(spec: RunSpec): number {
  const { D, d, T, S, L } = shapeOf(spec);
  const matrices = differentLayers(spec.circuits, L);
  return 4 * L * T * S * 2 + T * d * d * (8 + 4) * matrices + D * 16 * 4 * 3 + T * 64;
}

/**
 * Limit on neurons per layer of networks with explicit sparse weights, because such weights are extracted from a dense
 * matrix.
 */
export const LARGEST_SPARSE = 4096;

/** Whether a run's networks need explicit sparse weights: they have several parts, noise or an explicit matrix. */
export function runsBySparseWeights({
  design,
  noise,
  construction,
}: Pick<RunSpec, "design" | "noise" | "construction">): boolean {
  return design !== "published" || noise > 0 || hasMatrix(construction);
}

/** The gate settings that a run gives for its rotations. */
export function rotationGates({ ramp, gain, offset, angles }: RunSpec): RotationGates {
  return {
    ...(ramp === null ? {} : { ramp: { low: ramp[0], high: ramp[1] } }),
    ...(gain === null ? {} : { gain }),
    ...(offset === null ? {} : { offset }),
    angles,
  };
}
