import type { RunSpec } from "../../config/run-spec.js";
import { readoutNames } from "../spec/readouts.js";
import type { EmbedSlider } from "./sharing.js";
import { standardStorage, type StorageSettings } from "./storage-settings.js";

export const viewNames = [
  "start",
  "explanation",
  "trajectories",
  "errors",
  "neurons",
  "contagion",
  "assignment",
  "storage",
  "sweep",
] as const;
export type ViewName = (typeof viewNames)[number];

/** Drawn by the error view instead of a readout's errors: the share of neurons that are on. */
export const activeShare = "active";

/** Everything that the page shows is a function of this; the URL holds all of it. */
export interface LabState extends ViewState {
  readonly spec: RunSpec;
}

/** Whether z is all numbers from 1 to more than 1. */
export const isUpTo = (z: readonly number[]): boolean => z.length > 1 && z.every((count, k) => count === k + 1);

/** Whether z is 1 alone, which is also the shortest list up to a number. */
export const isOne = (z: readonly number[]): boolean => z.length === 1 && z[0] === 1;

/** What is looked at, of any spec. */
export interface ViewState {
  readonly view: ViewName;
  /** Step of the explanation, from 1. */
  readonly step: number;
  /** The layer that is looked at; null stands for the view's own choice. */
  readonly layer: number | null;
  /** The sample whose arrows and neurons are shown. */
  readonly sample: number;
  /** Where x of its first circuit was put on the circle, in degrees; null stands for where it was drawn. */
  readonly input: number | null;
  /** Index i·P + n of the neuron that was picked. */
  readonly neuron: number | null;
  readonly circuit: number | null;
  /** What the error view draws: a readout's name, or `activeShare`; null stands for the first readout. */
  readonly quantity: string | null;
  /** Whether a slider of z gives all numbers up to its own: z says so itself unless it is 1 alone. */
  readonly upTo: boolean;
  /** A network that is held beside that of the spec, with its seed; null for none. */
  readonly pinned: RunSpec | null;
  /** The slider of a figure that stands alone, in another page; null in the whole page. */
  readonly embed: EmbedSlider | null;
  /** Fields that the link holds fast. */
  readonly lock: readonly string[];
  /** What the sweep view draws, in its own words; null stands for the sweep's own choice. */
  readonly sweep: string | null;
  /** What the storage view shows, which needs no network. */
  readonly storage: StorageSettings;
}

export function labState(given: Partial<ViewState> & { readonly spec: RunSpec }): LabState {
  const plain = { view: "trajectories", step: 1, layer: null, sample: 0, input: null, neuron: null } as const;
  const own = {
    circuit: null,
    quantity: null,
    upTo: isUpTo(given.spec.z),
    pinned: null,
    embed: null,
    lock: [],
    sweep: null,
    storage: standardStorage,
  };
  return { ...plain, ...own, ...given };
}

/** What the error view can draw of these circuits. */
export function quantitiesOf(spec: RunSpec): readonly string[] {
  return [...readoutNames(spec), activeShare];
}

/** The layer that is shown; unless one is chosen it is `standard`, the last. */
export function shownLayer({ layer, spec }: Pick<LabState, "layer" | "spec">, standard = spec.L): number {
  return layer === null ? standard : Math.min(layer, spec.L);
}
