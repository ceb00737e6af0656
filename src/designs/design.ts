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
  /** Where gates begin to open and are fully open. */
  readonly ramp: readonly number[] | null;
  /** Neurons of a cell, of the indicator code, and of a word of the code. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
}

/** Sizes of a design; the caller checks them. */
export interface DesignSize {
  /** Total neurons per layer; designs use as many of them as they can. */
  readonly D: number;
  readonly S: number;
  /** Number of active circuits that the design is made for; other numbers may be run. */
  readonly z: number;
  readonly L: number;
  /** Neurons of a circuit. */
  readonly d: number;
}

export interface DesignOptions extends DesignSize, DesignSettings {
  readonly circuits: Circuits;
  /** The design's random draws depend on these alone. */
  readonly seed: number;
  readonly network: number;
}

/** Options for conditional rotations. */
export interface RotationOptions extends DesignOptions {
  /** θ of every circuit, [T]. */
  readonly angles: Angles;
}

/** Input of a prediction: sizes, circuits and their expectations. */
export interface PredictionOf {
  readonly D: number;
  readonly T: number;
  readonly L: number;
  /** Circuits active at once. */
  readonly z: number;
  readonly circuits: Circuits;
  /** Of every readout; index k holds layer k+1. */
  readonly expectations: readonly (readonly Pick<Expectations, "output">[])[];
}

/** A prediction for one layer; null where there is no closed form. */
export type DesignError = { readonly [Activity in keyof PredictedError]: number | null };

/** Another way to run many circuits in one large network, with everything the program knows about it. */
export type Design = DesignEntry &
  (
    | { readonly runs: "rotations"; readonly build: (options: RotationOptions) => MultiPartNetwork }
    | { readonly runs: "any circuits"; readonly build: (options: DesignOptions) => MultiPartNetwork }
  );

interface DesignEntry {
  /** A short description for help. */
  readonly help: string;
  /** Where it fails, measured by `superpose stress` at D = 1000: sentences for help, cards and the lab. */
  readonly caveats?: string;
  /** Values of S that the design supports; the first is the default. */
  readonly S: readonly number[];
  /** How many angles x may have; null for any. */
  readonly angles: number | null;
  /** How many active circuits it keeps apart at any size; omitted if there is no such number. */
  readonly mostActive?: number;
  /** The settings that it supports. */
  readonly settings: readonly (keyof DesignSettings)[];
  /** The default ramp, if the ramp is a setting. */
  readonly ramp?: (S: number) => readonly [low: number, high: number];
  /** Default neurons of its code and of a word, if they are settings. */
  readonly code?: (size: Pick<DesignSize, "D" | "S" | "z">) => {
    readonly codeNeurons: number;
    readonly codeSize: number;
  };
  /** Allowed numbers of neurons per cell, if that is a setting. */
  readonly cellNeurons?: readonly number[];
  /** The largest T; 0 if no circuit fits. */
  readonly largest: (size: DesignSize & DesignSettings) => number;
  /**
   * The limiting resource, in words, for the message that T circuits do not fit; omitted if it is just the number of
   * neurons.
   */
  readonly room?: (size: DesignSize & DesignSettings) => string;
  /**
   * The end of a sentence that says why fewer circuits fit into deeper networks; omitted if depth makes no difference.
   */
  readonly depthLimit?: string;
  /** The cells of x, if collisions in them limit T; null if circuits keep x in several cells. */
  readonly cells?: (size: DesignSize & DesignSettings) => Pick<CollisionsOf, "P" | "cellNeurons"> | null;
  /** Whether building a network can fail for T within the largest; omitted means never. */
  readonly isTight?: (size: DesignSize & DesignSettings & { readonly T: number }) => boolean;
  /** Approximate milliseconds to choose the neurons of one layer; omitted if negligible. */
  readonly layerCost?: (size: { readonly T: number; readonly S: number; readonly z: number }) => number;
  /** Whether the sizes of its parts depend on T; omitted means no. */
  readonly isSizedByT?: boolean;
  /** Mean square errors of random samples without noise, if a theory is known. */
  readonly theory?: {
    /** By readout name; the index is the layer. */
    readonly predict: (of: PredictionOf) => Readonly<Record<string, readonly DesignError[]>>;
    /** The scope of the theory, and where and why it gives no prediction: sentences for tables and cards. */
    readonly about: string;
  };
}
