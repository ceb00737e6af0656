import type { RunSpec } from "../../config/run-spec.js";
import { readoutNames } from "../spec/readouts.js";
import type { EmbedSlider } from "./sharing.js";
import { standardStorage, type StorageSettings } from "./storage-settings.js";
import { standardTraining, type TrainSettings } from "./train-settings.js";

export const viewNames = [
  "start",
  "explanation",
  "trajectories",
  "errors",
  "neurons",
  "contagion",
  "assignment",
  "storage",
  "train",
  "sweep",
] as const;
export type ViewName = (typeof viewNames)[number];

/** The share of neurons that are on, which the error view can draw in place of a readout's errors. */
export const activeShare = "active";

/** Number of samples per z for which the trajectories view shows a path. */
export const PATHS = 6;

/** The state of the page. Everything that the page shows is a function of this state, and the URL holds all of it. */
export interface LabState extends ViewState {
  readonly spec: RunSpec;
}

/** Whether z is the list 1, 2, …, n for some n > 1. */
export const isUpTo = (z: readonly number[]): boolean => z.length > 1 && z.every((count, k) => count === k + 1);

/** Whether z is [1], the only list that does not determine `upTo`. */
export const isOne = (z: readonly number[]): boolean => z.length === 1 && z[0] === 1;

/** The list that a slider value of z stands for: that number alone, or all numbers up to it. */
export function zsOf(z: number, upTo: boolean): number[] {
  return upTo ? Array.from({ length: z }, (_, k) => k + 1) : [z];
}

/** The choices of what to view, for any spec. */
export interface ViewState {
  readonly view: ViewName;
  /** Step of the explanation, from 1. */
  readonly step: number;
  /** The chosen layer; null means the view's default. */
  readonly layer: number | null;
  /** The sample whose arrows and neurons are shown. */
  readonly sample: number;
  /** The angle to which x of the sample's first circuit was moved, in degrees; null if x was not moved. */
  readonly input: number | null;
  /** Index i·P + n of the neuron that was picked. */
  readonly neuron: number | null;
  readonly circuit: number | null;
  /** The path whose neurons are shown: paths are numbered consecutively over all z, with PATHS per z. */
  readonly path: number | null;
  /** The quantity that the error view draws: a readout's name, or `activeShare`; null means the first readout. */
  readonly quantity: string | null;
  /**
   * Whether the slider for z selects all numbers of circuits up to its value. The list z determines this, except for
   * [1], where it is a separate choice.
   */
  readonly upTo: boolean;
  /** A network pinned beside the spec's network, with the same seed; null if no network is pinned. */
  readonly pinned: RunSpec | null;
  /** The slider of a figure embedded in another page; null if the page is not embedded. */
  readonly embed: EmbedSlider | null;
  /** Fields that the link locks. */
  readonly lock: readonly string[];
  /** What the sweep view draws, in the notation of that view; null means the sweep's default. */
  readonly sweep: string | null;
  /** The settings of the storage view, which needs no network. */
  readonly storage: StorageSettings;
  /** The settings of the training view, which does not need the spec's network. */
  readonly training: TrainSettings;
}

export function labState(given: Partial<ViewState> & { readonly spec: RunSpec }): LabState {
  const plain = { view: "trajectories", step: 1, layer: null, sample: 0, input: null, neuron: null } as const;
  const own = {
    circuit: null,
    path: null,
    quantity: null,
    upTo: isUpTo(given.spec.z),
    pinned: null,
    embed: null,
    lock: [],
    sweep: null,
    storage: standardStorage,
    training: standardTraining,
  };
  return { ...plain, ...own, ...given };
}

/** The quantities that the error view can draw for these circuits. */
export function quantitiesOf(spec: RunSpec): readonly string[] {
  return [...readoutNames(spec), activeShare];
}

/** The layer that is shown: the chosen one, or else `standard` (by default the last layer). */
export function shownLayer({ layer, spec }: Pick<LabState, "layer" | "spec">, standard = spec.L): number {
  return layer === null ? standard : Math.min(layer, spec.L);
}
