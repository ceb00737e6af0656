import { InputError, shown, within } from "../../base/errors.js";
import { specFields } from "../../config/fields.js";
import { canonicalJson } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import { fieldText, valueFromText } from "../spec/field-text.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import { statedFields } from "../spec/stated-fields.js";
import type { LabState, ViewName } from "./lab-state.js";
import { partingLines } from "./presets.js";

/** Views that can show two networks side by side. */
const pairViews: readonly ViewName[] = ["trajectories", "errors", "neurons", "contagion"];

/** Whether the view on screen can show a pinned network. */
export function canPin({ view }: LabState): boolean {
  return pairViews.includes(view);
}

/**
 * The state of the pinned network, A: the same layer, neuron and circuit as for B, if A has them. Null if nothing is
 * pinned.
 */
export function pinnedState(state: LabState): LabState | null {
  const { pinned: spec, layer, neuron, circuit } = state;
  if (spec === null || !canPin(state)) return null;
  return {
    ...state,
    spec,
    layer: Math.min(layer ?? state.spec.L, spec.L),
    neuron: neuron !== null && neuron < spec.D ? neuron : null,
    circuit: circuit !== null && circuit < spec.T ? circuit : null,
    pinned: null,
  };
}

/** A pinned network, given the seed of the network beside it so that the same circuits get the same samples. */
export function withSeedOf(pinned: RunSpec | null, { seed }: RunSpec): RunSpec | null {
  return pinned === null || pinned.seed === seed ? pinned : { ...pinned, seed };
}

/** A network to show beside another, and its name. */
export interface Partner {
  readonly name: string;
  readonly spec: RunSpec;
}

/**
 * The network offered for comparison by default: the published construction with parting lines and the same number of
 * circuits, but at most 557. It fails when several circuits are active at once; a design made for several active
 * circuits then takes its place, if the view can show designs.
 */
export function partnerOf({ spec, view }: LabState): Partner {
  const { T, L, z, samples, seed } = spec;
  const shared = { T: Math.min(T, 557), L, z, samples, seed };
  return Math.max(...z) === 1 || view === "contagion"
    ? { name: "parting lines", spec: parseLabSpec({ ...partingLines, ...shared }) }
    : { name: "columns", spec: parseLabSpec({ design: "columns", ...shared }) };
}

/** The fields in which a network differs from another, as "name = value"; those that its design sets are left out. */
export function differencesFrom(other: RunSpec, own: RunSpec): string[] {
  return specFields
    .map(({ name }) => [name, own[name as keyof RunSpec], other[name as keyof RunSpec]] as const)
    .filter(([, a, b]) => a !== null && canonicalJson(a) !== canonicalJson(b))
    .map(([name, value]) => `${name} = ${fieldText(value)}`);
}

/** Whether two specs have the same network and samples. */
export const areSame = (a: RunSpec, b: RunSpec): boolean => canonicalJson(a) === canonicalJson(b);

/**
 * A pinned network as written in a link: "L:10;z:1,2"; empty for the published network. No value contains a semicolon.
 */
export function pinText(spec: RunSpec): string {
  return statedFields(spec)
    .filter(([name]) => name !== "seed")
    .map(([name, value]) => `${name}:${fieldText(value)}`)
    .join(";");
}

/** Reads the output of `pinText`. @throws InputError naming the faulty part */
export function pinFromText(text: string, seed: number): RunSpec {
  return within("pin", () => {
    const given: Record<string, unknown> = { seed };
    for (const part of text === "" ? [] : text.split(";")) {
      const [, name, value] = /^(\w+):(.*)$/s.exec(part) ?? [];
      const field = specFields.find((known) => known.name === name);
      if (field === undefined || value === undefined) {
        throw new InputError(`${shown(part)}: must be fields and values, such as T:300;z:1,2.`);
      }
      given[field.name] = valueFromText(field, value);
    }
    return parseLabSpec(given);
  });
}
