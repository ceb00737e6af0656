import { InputError } from "../../base/errors.js";
import type { RunSpec } from "../../config/run-spec.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import { reconcileFields } from "../spec/reconcile-fields.js";
import { guide, type GuideTry } from "./guide.js";
import { isOne, isUpTo, labState, PATHS, quantitiesOf, type LabState } from "./lab-state.js";
import { withSeedOf } from "./pinned.js";
import type { Preset } from "./presets.js";

/** Drops a chosen neuron, circuit, path, layer or quantity that the state's network lacks. */
export function withinNetwork(next: LabState): LabState {
  const { spec } = next;
  const keep = (value: number | null, count: number): number | null => (value !== null && value < count ? value : null);
  return {
    ...next,
    layer: keep(next.layer, spec.L + 1),
    neuron: keep(next.neuron, spec.D),
    circuit: keep(next.circuit, spec.T),
    path: keep(next.path, PATHS * spec.z.length),
    quantity: quantitiesOf(spec).find((known) => known === next.quantity) ?? null,
    upTo: isOne(spec.z) ? next.upTo : isUpTo(spec.z),
    pinned: withSeedOf(next.pinned, spec),
  };
}

/**
 * The spec with a field changed, and notes on other fields that were adjusted to it.
 *
 * @param from the spec to change; while a slider moves, the spec before the movement, so that adjusted fields can
 *   return to their values
 * @throws InputError if the value is not allowed, or would change a field that the link locks
 */
export function withField(
  { spec: current, lock }: Pick<LabState, "spec" | "lock">,
  from: RunSpec,
  name: keyof RunSpec,
  value: unknown,
): { readonly spec: RunSpec; readonly notes: readonly string[] } {
  const { input, notes } = reconcileFields(from, name, value);
  const spec = parseLabSpec(input);
  for (const locked of lock as readonly (keyof RunSpec)[]) {
    if (isSame(spec[locked], current[locked])) continue;
    throw new InputError(`${name} cannot have this value: it would change ${locked}, which this link locks.`);
  }
  return { spec, notes };
}

/** Whether two specs, or two of their fields, have equal values. */
export const isSame = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** Whether the network of the current step of the explanation has been changed. */
export function isEdited({ spec, step }: LabState): boolean {
  return !isSame(spec, parseLabSpec(guide[step - 1].spec));
}

/** A step of the explanation with its original network. */
export function atStep(state: LabState, step: number): LabState {
  const { spec, viewState } = guide[step - 1];
  return labState({ ...viewState, ...shared(state), spec: parseLabSpec(spec), view: "explanation", step });
}

/** One of a step's suggestions, applied to the step's original network. */
export function withTry(state: LabState, step: number, { spec = {}, viewState }: GuideTry): LabState {
  const own = guide[step - 1];
  const tried = { ...own.viewState, ...viewState, spec: parseLabSpec({ ...own.spec, ...spec }) };
  return labState({ ...tried, ...shared(state), view: "explanation", step });
}

/** The state of a preset; a pinned network stays pinned. */
export function withPreset(state: LabState, { spec, viewState }: Pick<Preset, "spec" | "viewState">): LabState {
  return labState({ spec: parseLabSpec(spec), ...viewState, ...shared(state), pinned: state.pinned });
}

/** Another network, in a view that can show it. @throws InputError if the page cannot run the network */
export function withRun(state: LabState, spec: RunSpec): LabState {
  const view = ["explanation", "train", "sweep"].includes(state.view) ? "errors" : state.view;
  return labState({ ...shared(state), pinned: state.pinned, spec: parseLabSpec(spec), view });
}

/** The link's settings for the page itself (slider and locks), which apply to every view. */
function shared({ embed, lock }: LabState): Pick<LabState, "embed" | "lock"> {
  return { embed, lock };
}
