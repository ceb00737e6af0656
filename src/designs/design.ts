import type { Circuits } from "../circuits/circuits.js";
import type { Angles } from "../circuits/rotation.js";
import type { MultiPartNetwork } from "../network/multi-part.js";
import type { CollisionsOf } from "../theory/collisions.js";
import type { PredictedError } from "../theory/errors.js";
import type { Expectations } from "../theory/expectations.js";

/** Settings that some designs have; null for the design's own. */
export interface DesignSettings {
  /** Of the cells' gates. */
  readonly gain: number | null;
  readonly offset: number | null;
  /** Where gates begin to open and are fully open. */
  readonly ramp: readonly number[] | null;
  /** Neurons of a cell, of the indicators' code, and of a word of it. */
  readonly cellNeurons: number | null;
  readonly codeNeurons: number | null;
  readonly codeSize: number | null;
}

/** Sizes of a design; the caller checks them. */
export interface DesignSize {
  /** Neurons per layer in all; designs use as many of them as they can. */
  readonly D: number;
  readonly S: number;
  /** Circuits active at once that it is made for; others may be run. */
  readonly z: number;
  readonly L: number;
  /** Neurons of a circuit. */
  readonly d: number;
}

export interface DesignOptions extends DesignSize, DesignSettings {
  readonly circuits: Circuits;
  /** What the design draws at random depends on these alone. */
  readonly seed: number;
  readonly network: number;
}

/** Those of conditional rotations. */
export interface RotationOptions extends DesignOptions {
  /** θ of every circuit, [T]. */
  readonly angles: Angles;
}

/** What a prediction is of. */
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

/** A prediction of one layer, null where it has no closed form. */
export type DesignError = { readonly [Activity in keyof PredictedError]: number | null };

/** Another way to run many circuits in one large network: all that the program knows about it. */
export type Design = DesignEntry &
  (
    | { readonly runs: "rotations"; readonly build: (options: RotationOptions) => MultiPartNetwork }
    | { readonly runs: "any circuits"; readonly build: (options: DesignOptions) => MultiPartNetwork }
  );

interface DesignEntry {
  /** In a few words, for help. */
  readonly help: string;
  /** What it does not survive, measured by `superpose stress` at D = 1000: sentences for help, cards and the lab. */
  readonly caveats?: string;
  /** Values of S that the design has, the first unless said. */
  readonly S: readonly number[];
  /** How many angles x may have; null for any. */
  readonly angles: number | null;
  /** How many circuits active at once it keeps apart whatever its sizes; left out where there is no such number. */
  readonly mostActive?: number;
  /** Which settings it has. */
  readonly settings: readonly (keyof DesignSettings)[];
  /** The default ramp; where that is a setting. */
  readonly ramp?: (S: number) => readonly [low: number, high: number];
  /** Default neurons of its code and of a word; where they are settings. */
  readonly code?: (size: Pick<DesignSize, "D" | "S" | "z">) => {
    readonly codeNeurons: number;
    readonly codeSize: number;
  };
  /** Neurons that its cells may have; where that is a setting. */
  readonly cellNeurons?: readonly number[];
  /** The largest T; 0 where none fits. */
  readonly largest: (size: DesignSize & DesignSettings) => number;
  /** What takes the room, in words, for when T circuits do not fit; where it is not the number of neurons alone. */
  readonly room?: (size: DesignSize & DesignSettings) => string;
  /** Why fewer circuits fit into deeper networks, as the end of a sentence; left out where depth makes no difference. */
  readonly depthLimit?: string;
  /** The cells of x, where collisions in them limit T; null where circuits have x in several cells. */
  readonly cells?: (size: DesignSize & DesignSettings) => Pick<CollisionsOf, "P" | "cellNeurons"> | null;
  /** Whether T circuits, no more than the largest, may turn out not to fit when a network is built; left out, never. */
  readonly isTight?: (size: DesignSize & DesignSettings & { readonly T: number }) => boolean;
  /** Milliseconds, roughly, that choosing neurons takes for one layer; left out, none to speak of. */
  readonly layerCost?: (size: { readonly T: number; readonly S: number; readonly z: number }) => number;
  /** Whether its parts have other sizes for another T; left out, no. */
  readonly isSizedByT?: boolean;
  /** Mean square errors of random samples without noise, where a theory is known. */
  readonly theory?: {
    /** By readout name, index is the layer. */
    readonly predict: (of: PredictionOf) => Readonly<Record<string, readonly DesignError[]>>;
    /** What it is of, and where it has nothing to say and why: sentences for tables and cards. */
    readonly about: string;
  };
}
