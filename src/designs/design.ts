import type { Circuits } from "../circuits/circuits.js";
import type { Angles } from "../circuits/rotation.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import type { CollisionsOf } from "../theory/collisions.js";
import type { PredictedError } from "../theory/errors.js";
import type { Expectations } from "../theory/expectations.js";

/** Settings that some designs have; null selects the design's default. */
export interface DesignSettings {
  /** Gain and offset of the cells' gates. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** Where gates begin to open, and where they are fully open. */
  readonly ramp: readonly number[] | null;
  /** Numbers of neurons: in a cell, in the indicator code and in a word of this code. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
}

/** Sizes of a network; the caller checks them. */
export interface DesignSize {
  /** Total neurons per layer; designs use as many of them as they can. */
  readonly D: number;
  readonly S: number;
  /** Number of active circuits that the network is designed for; it can also be run with a different number. */
  readonly z: number;
  readonly L: number;
  /** Number of neurons per circuit. */
  readonly d: number;
}

export interface DesignOptions extends DesignSize, DesignSettings {
  readonly circuits: Circuits;
  /** The random choices of the design depend only on this seed and the network's number. */
  readonly seed: number;
  readonly network: number;
}

/** Options for conditional rotations. */
export interface RotationOptions extends DesignOptions {
  /** θ of every circuit, [T]. */
  readonly angles: Angles;
}

/** The input of a prediction: sizes, circuits, and the expectations of every readout. */
export interface PredictionOf {
  readonly D: number;
  readonly T: number;
  readonly L: number;
  /** Number of circuits active at once. */
  readonly z: number;
  readonly circuits: Circuits;
  /** The expectations of every readout, for each layer from layer 1 onwards. */
  readonly expectations: readonly (readonly Pick<Expectations, "output">[])[];
}

/** A prediction for one layer; null if there is no closed form. */
export type DesignError = { readonly [Activity in keyof PredictedError]: number | null };

/**
 * An alternative to the published way of running many circuits in one network, with everything that the program needs
 * to know about it.
 */
export type Design = DesignEntry &
  (
    | { readonly runs: "rotations"; readonly build: (options: RotationOptions) => MultiPartNetwork }
    | { readonly runs: "any circuits"; readonly build: (options: DesignOptions) => MultiPartNetwork }
  );

interface DesignEntry {
  /** A short description for the help. */
  readonly help: string;
  /** Weaknesses found by `superpose stress` at D = 1000, as sentences for the help, cards and the lab. */
  readonly caveats?: string;
  /** Values of S that the design supports; the first is the default. */
  readonly S: readonly number[];
  /** Number of angles that x can take; null if any angle is allowed. */
  readonly angles: number | null;
  /** Number of active circuits that the design keeps apart at any size; omitted if no such number exists. */
  readonly mostActive?: number;
  /** The settings that the design supports. */
  readonly settings: readonly (keyof DesignSettings)[];
  /** The default ramp; omitted if the ramp cannot be set. */
  readonly ramp?: (S: number) => readonly [low: number, high: number];
  /** The default numbers of neurons in the code and in a word, if they can be set. */
  readonly code?: (size: Pick<DesignSize, "D" | "S" | "z">) => {
    readonly codeNeurons: number;
    readonly codeSize: number;
  };
  /** Allowed numbers of neurons per cell, if this can be set. */
  readonly cellNeurons?: readonly number[];
  /** The largest T; 0 if no circuit fits. */
  readonly largest: (size: DesignSize & DesignSettings) => number;
  /**
   * The limiting resource, as named in the message saying that T circuits do not fit; omitted if the limit is
   * simply the number of neurons.
   */
  readonly room?: (size: DesignSize & DesignSettings) => string;
  /** The end of a sentence on why deeper networks hold fewer circuits; omitted if depth makes no difference. */
  readonly depthLimit?: string;
  /** The cells that hold x, if collisions in them limit T; null if each circuit has its x in several cells. */
  readonly cells?: (size: DesignSize & DesignSettings) => Pick<CollisionsOf, "P" | "cellNeurons"> | null;
  /** Whether building a network can fail for an allowed T; omitted if it never fails. */
  readonly isTight?: (size: DesignSize & DesignSettings & { readonly T: number }) => boolean;
  /** Approximate milliseconds to choose the neurons of one layer; omitted if negligible. */
  readonly layerCost?: (size: { readonly T: number; readonly S: number; readonly z: number }) => number;
  /** Whether the sizes of the parts depend on T; omitted if they do not. */
  readonly isSizedByT?: boolean;
  /** Predicted mean squared errors on random samples without noise, if there is a theory. */
  readonly theory?: {
    /** Predictions by readout and layer. */
    readonly predict: (of: PredictionOf) => Readonly<Record<string, readonly DesignError[]>>;
    /** What the theory covers, and where and why it predicts nothing, as sentences for tables and cards. */
    readonly about: string;
  };
}
