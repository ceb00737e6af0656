import { InputError, shown, wholeNumber } from "../base/errors.js";
import { parseSpec } from "../config/parse-spec.js";
import { canonicalJson } from "../config/hash.js";
import { shapeOf, type RunSpec } from "../config/run-spec.js";
import { fieldFromText, specFields, type SpecField } from "../config/fields.js";
import { nearest } from "../base/validation.js";
import { guide } from "./guide.js";
import { readoutNames } from "./labels.js";
import { standardStorage, storageFromUrl, storageKeys, storageParameters, type StorageLook } from "./storage-look.js";

export const viewNames = [
  "explanation",
  "trajectories",
  "errors",
  "neurons",
  "assignment",
  "storage",
  "sweep",
] as const;
export type ViewName = (typeof viewNames)[number];

/** Drawn by the error view instead of a readout's errors: the share of neurons that are on. */
export const activeShare = "active";

/** Everything that the page shows is a function of this; the URL holds all of it. */
export interface LabState {
  readonly spec: RunSpec;
  readonly view: ViewName;
  /** Step of the explanation, from 1. */
  readonly step: number;
  /** The layer that is looked at; null stands for the view's own choice. */
  readonly layer: number | null;
  /** The sample whose neurons are shown. */
  readonly sample: number;
  /** Index i·P + n of the neuron that was picked. */
  readonly neuron: number | null;
  readonly circuit: number | null;
  /** What the error view draws: a readout's name, or `activeShare`; null stands for the first readout. */
  readonly quantity: string | null;
  /** What the storage view shows, which needs no network. */
  readonly storage: StorageLook;
}

/** What a spec in this page may use: a browser gives a tab less than a process. */
export const TAB_MEMORY = 2 ** 30;

const MAX_URL = 20_000;
const viewKeys = ["view", "step", "layer", "sample", "neuron", "circuit", "quantity", ...storageKeys] as const;

export function labState(given: Partial<LabState> & { readonly spec: RunSpec }): LabState {
  const plain = { view: "trajectories", step: 1, layer: null, sample: 0, neuron: null, circuit: null } as const;
  return { ...plain, quantity: null, storage: standardStorage, ...given };
}

const MOST_LAYERS = 200;
const MOST_Z = 8;

/**
 * A spec, checked, of a size that a tab can run and draw.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function parseLabSpec(value: unknown): RunSpec {
  const spec = parseSpec(value, TAB_MEMORY);
  const { L, z } = spec;
  const elsewhere = "the command line runs more";
  if (L > MOST_LAYERS) throw new InputError(`L = ${L}: this page draws at most ${MOST_LAYERS} layers; ${elsewhere}.`);
  if (z.length > MOST_Z)
    throw new InputError(`z has ${z.length} values: this page draws at most ${MOST_Z}; ${elsewhere}.`);
  return spec;
}

/** What the error view can draw of these circuits. */
export function quantitiesOf(spec: RunSpec): readonly string[] {
  return [...readoutNames(spec), activeShare];
}

/** The layer that is shown; unless one is chosen it is `standard`, the last. */
export function shownLayer({ layer, spec }: LabState, standard = spec.L): number {
  return layer === null ? standard : Math.min(layer, spec.L);
}

/**
 * The state that a URL's fragment asks for; empty is the start.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function stateFromUrl(fragment: string): LabState {
  const text = fragment.replace(/^#/, "");
  if (text.length > MAX_URL)
    throw new InputError(`The link is too long: ${text.length} characters; at most ${MAX_URL}.`);
  const specInput: [string, unknown][] = [];
  const given = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    if (given.has(key)) throw new InputError(`The link says ${shown(key)} twice.`);
    given.set(key, value);
    const field = specFields.find(({ name }) => name === key);
    if (field) specInput.push([key, valueFromUrl(field, value)]);
    else if (!(viewKeys as readonly string[]).includes(key)) throw unknownKey(key);
  }
  return withView(parseLabSpec(Object.fromEntries(specInput)), given);
}

function unknownKey(key: string): InputError {
  const near = nearest(key, [...specFields.map(({ name }) => name), ...viewKeys]);
  return new InputError(`The link has an unknown key ${shown(key)}${near === null ? "." : `; did you mean ${near}?`}`);
}

function valueFromUrl(field: SpecField, text: string): unknown {
  if (field.kind !== "circuits" || !text.startsWith("{")) return fieldFromText(field, text);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new InputError("The circuits in the link are malformed JSON.");
  }
}

function withView(spec: RunSpec, given: ReadonlyMap<string, string>): LabState {
  const whole = (name: string, min: number, max: number): number | null => {
    const text = given.get(name);
    return text === undefined ? null : wholeNumber(name, /^\d+$/.test(text) ? Number(text) : text, min, max);
  };
  const choice = <Choice extends string, Standard>(name: string, choices: readonly Choice[], standard: Standard) => {
    const text = given.get(name);
    if (text === undefined) return standard;
    const found = choices.find((known) => known === text);
    if (found !== undefined) return found;
    throw new InputError(`${name} = ${shown(text)}: must be one of ${choices.join(", ")}.`);
  };
  return {
    spec,
    view: choice("view", viewNames, "trajectories" as const),
    step: whole("step", 1, guide.length) ?? 1,
    layer: whole("layer", 0, spec.L),
    sample: whole("sample", 0, 2 ** 32 - 1) ?? 0,
    neuron: whole("neuron", 0, shapeOf(spec).D - 1),
    circuit: whole("circuit", 0, spec.T - 1),
    quantity: choice("quantity", quantitiesOf(spec), null),
    storage: storageFromUrl(given),
  };
}

/** Fields of a spec that differ from what `parseSpec` puts in their place, in the order of specFields. */
export function statedFields(spec: RunSpec): [name: string, value: unknown][] {
  const standard = standardSpec(spec.circuits);
  return specFields
    .map(({ name }): [string, unknown] => [name, spec[name as keyof RunSpec]])
    .filter(([name, value]) => canonicalJson(value) !== canonicalJson(standard[name as keyof RunSpec]));
}

/** What a link means that says nothing but the circuits. */
function standardSpec(circuits: RunSpec["circuits"]): Partial<RunSpec> {
  const standard = Object.fromEntries(specFields.map((field) => [field.name, field.default])) as Partial<RunSpec>;
  if (typeof circuits !== "string") return standard;
  const { d } = shapeOf({ circuits, design: "standard", D: 1, T: 1, S: 1, L: 1 });
  return { ...standard, D: 1000 - (1000 % d) };
}

/** The fragment, without #, that `stateFromUrl` reads back to the same state; circuits too large for a link are left out. */
export function urlOf(state: LabState): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of statedFields(state.spec)) parameters.set(name, fieldText(value));
  if (state.view !== "trajectories") parameters.set("view", state.view);
  if (state.view === "explanation") parameters.set("step", String(state.step));
  if (state.layer !== null) parameters.set("layer", String(state.layer));
  if (state.sample !== 0) parameters.set("sample", String(state.sample));
  if (state.neuron !== null) parameters.set("neuron", String(state.neuron));
  if (state.circuit !== null) parameters.set("circuit", String(state.circuit));
  if (state.quantity !== null) parameters.set("quantity", state.quantity);
  for (const [name, value] of storageParameters(state.storage)) parameters.set(name, value);
  // Commas and colons are allowed in fragments and easier to read as they are.
  return parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":");
}

/** Whether a link can hold the state: circuits loaded from a file may be too large. */
export function fitsUrl(state: LabState): boolean {
  return urlOf(state).length <= MAX_URL;
}

function fieldText(value: unknown): string {
  if (Array.isArray(value)) return value.join(",");
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}
