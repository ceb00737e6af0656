import { InputError, shown, wholeNumber } from "../../base/errors.js";
import { nearest } from "../../base/validation.js";
import { numberFrom, specFields } from "../../config/fields.js";
import { shapeOf, type RunSpec } from "../../config/run-spec.js";
import { fieldText, valueFromText } from "../spec/field-text.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import { amplitudeKinds } from "../../studies/storage/measure.js";
import { statedFields } from "../spec/stated-fields.js";
import { guide } from "./guide.js";
import { isOne, isUpTo, PATHS, quantitiesOf, viewNames, type LabState } from "./lab-state.js";
import { pinFromText, pinText } from "./pinned.js";
import { embedFromText, lockFromText } from "./sharing.js";
import {
  boundedTrainNumber,
  checkedTraining,
  exponents,
  standardTraining,
  trainKeys,
  trainParameters,
  type TrainNumber,
} from "./train-settings.js";
import { mixings } from "../../training/labels.js";
import { checkedStorage, standardStorage, storageBounds, storageKeys, storageParameters } from "./storage-settings.js";

const MAX_URL = 20_000;
const plainKeys = [
  "view",
  "step",
  "layer",
  "sample",
  "input",
  "neuron",
  "circuit",
  "path",
  "quantity",
  "upTo",
  "sweep",
] as const;
const viewKeys = [...plainKeys, "pin", "embed", "lock", ...storageKeys, ...trainKeys] as const;

/**
 * The state that a URL's fragment asks for. An empty fragment asks for the first screen; any other asks for the lab.
 *
 * @throws InputError naming the key, its value and its bound
 */
export function stateFromUrl(fragment: string): LabState {
  const text = fragment.replace(/^#/, "");
  if (text.length > MAX_URL)
    throw new InputError(`The link is too long: ${text.length} characters (the limit is ${MAX_URL}).`);
  const specInput: [string, unknown][] = [];
  const given = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(text)) {
    if (given.has(key)) throw new InputError(`The link has ${shown(key)} twice.`);
    given.set(key, value);
    const field = specFields.find(({ name }) => name === key);
    if (field) specInput.push([key, valueFromText(field, value)]);
    else if (!(viewKeys as readonly string[]).includes(key)) throw unknownKey(key);
  }
  return withView(parseLabSpec(Object.fromEntries(specInput)), given);
}

/** The state given by the valid parts of a link, and the problem with the other parts, if any. */
export function validPartsOf(fragment: string): { readonly state: LabState; readonly problem: InputError | null } {
  try {
    return { state: stateFromUrl(fragment), problem: null };
  } catch (problem) {
    if (!(problem instanceof InputError)) throw problem;
    const text = fragment.replace(/^#/, "");
    const known = new Map([...new URLSearchParams(text.slice(0, MAX_URL))].filter(([key]) => isKnown(key)).reverse());
    const without = [...known].map((left) => [...known].filter((pair) => pair !== left));
    const state = without.map(stateOf).find((found) => found !== null) ?? stateOf(greatest([...known].reverse()));
    return { state: state ?? standardLab(), problem };
  }
}

const isKnown = (key: string): boolean =>
  specFields.some(({ name }) => name === key) || (viewKeys as readonly string[]).includes(key);

/** The state for a link without valid settings: the lab rather than the first screen. */
const standardLab = (): LabState => stateFromUrl("view=trajectories");

function stateOf(parts: readonly (readonly [string, string])[]): LabState | null {
  if (parts.length === 0) return standardLab();
  try {
    return stateFromUrl(new URLSearchParams(parts.map(([key, value]) => [key, value])).toString());
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

/** The entries that are valid together: each is kept if it is valid with those kept before it. */
function greatest(parts: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  const kept: (readonly [string, string])[] = [];
  for (const part of parts) if (stateOf([...kept, part]) !== null) kept.push(part);
  return kept;
}

function unknownKey(key: string): InputError {
  const near = nearest(key, [...specFields.map(({ name }) => name), ...viewKeys]);
  return new InputError(`The link has an unknown key ${shown(key)}${near === null ? "." : `; did you mean ${near}?`}`);
}

function withView(spec: RunSpec, given: ReadonlyMap<string, string>): LabState {
  const whole = (name: string, min: number, max: number): number | null => {
    const text = given.get(name);
    return text === undefined ? null : wholeNumber(name, /^\d+$/.test(text) ? Number(text) : text, min, max);
  };
  const storageNumber = (name: "n" | "m" | "l"): number => {
    const [min, max] = storageBounds[name];
    return whole(name, min, max) ?? standardStorage[name];
  };
  const trainNumber = (name: TrainNumber): number => {
    const text = given.get(name);
    return text === undefined ? standardTraining[name] : boundedTrainNumber(name, numberFrom(text));
  };
  const choice = <Choice extends string, Standard>(name: string, choices: readonly Choice[], standard: Standard) => {
    const text = given.get(name);
    if (text === undefined) return standard;
    const found = choices.find((known) => known === text);
    if (found !== undefined) return found;
    throw new InputError(`${name} = ${shown(text)}: must be one of ${choices.join(", ")}.`);
  };
  const read = <Value>(name: string, from: (text: string) => Value): Value | null => {
    const text = given.get(name);
    return text === undefined ? null : from(text);
  };
  return {
    spec,
    view: choice("view", viewNames, given.size === 0 ? ("start" as const) : ("trajectories" as const)),
    step: whole("step", 1, guide.length) ?? 1,
    layer: whole("layer", 0, spec.L),
    sample: whole("sample", 0, 2 ** 32 - 1) ?? 0,
    input: whole("input", 0, 359),
    neuron: whole("neuron", 0, shapeOf(spec).D - 1),
    circuit: whole("circuit", 0, spec.T - 1),
    path: whole("path", 0, PATHS * spec.z.length - 1),
    quantity: choice("quantity", quantitiesOf(spec), null),
    upTo: (choice("upTo", ["true", "false"], null) === "true" && isOne(spec.z)) || isUpTo(spec.z),
    pinned: read("pin", (text) => pinFromText(text, spec.seed)),
    embed: read("embed", embedFromText),
    lock: read("lock", lockFromText) ?? [],
    sweep: read("sweep", (text) => text.slice(0, 200)),
    storage: checkedStorage({
      n: storageNumber("n"),
      m: storageNumber("m"),
      l: storageNumber("l"),
      amplitudes: choice("amplitudes", amplitudeKinds, standardStorage.amplitudes),
    }),
    training: checkedTraining({
      F: trainNumber("F"),
      N: trainNumber("N"),
      p: trainNumber("p"),
      q: Number(choice("q", exponents, standardTraining.q)),
      mixing: choice("mixing", mixings, standardTraining.mixing),
      sigma: trainNumber("sigma"),
      steps: trainNumber("steps"),
    }),
  };
}

/** The fragment, without #, from which `stateFromUrl` restores the state; circuits too large for a link are omitted. */
export function urlOf(state: LabState): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of statedFields(state.spec)) parameters.set(name, fieldText(value));
  if (state.view !== "trajectories") parameters.set("view", state.view);
  if (state.view === "explanation") parameters.set("step", String(state.step));
  if (state.layer !== null) parameters.set("layer", String(state.layer));
  if (state.sample !== 0) parameters.set("sample", String(state.sample));
  if (state.input !== null) parameters.set("input", String(state.input));
  if (state.neuron !== null) parameters.set("neuron", String(state.neuron));
  if (state.circuit !== null) parameters.set("circuit", String(state.circuit));
  if (state.path !== null) parameters.set("path", String(state.path));
  if (state.quantity !== null) parameters.set("quantity", state.quantity);
  if (state.upTo && isOne(state.spec.z)) parameters.set("upTo", "true");
  if (state.pinned !== null) parameters.set("pin", pinText(state.pinned));
  if (state.embed !== null) parameters.set("embed", state.embed);
  if (state.lock.length > 0) parameters.set("lock", state.lock.join(","));
  if (state.sweep !== null) parameters.set("sweep", state.sweep);
  for (const [name, value] of storageParameters(state.storage)) parameters.set(name, value);
  for (const [name, value] of trainParameters(state.training)) parameters.set(name, value);
  const only = [...parameters];
  if (only.length === 0) return "view=trajectories";
  if (only.length === 1 && state.view === "start") return "";
  // Fragments may contain commas, colons and semicolons, which are easier to read unescaped.
  return parameters.toString().replaceAll("%2C", ",").replaceAll("%3A", ":").replaceAll("%3B", ";");
}

/** Whether the state fits into a link; circuits loaded from a file may be too large. */
export function fitsUrl(state: LabState): boolean {
  return urlOf(state).length <= MAX_URL;
}
