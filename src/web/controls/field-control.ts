import { circuitsName, givenWeights, parseCircuits, type SpecCircuits } from "../../config/circuits.js";
import { canonicalJson } from "../../config/hash.js";
import type { RunSpec } from "../../config/run-spec.js";
import { fieldFromText, type SpecField } from "../../config/fields.js";
import { html, onEntry, onSlide, setAttribute, setValue, uniqueId, type Widget } from "../dom/elements.js";
import { fieldLabel } from "../spec/field-label.js";
import { sliderScale, type Scale } from "./slider-scale.js";

/** Takes a value from the user; `isPassing` is true while a slider is held. */
export type Change = (name: keyof RunSpec, value: unknown, isPassing: boolean) => void;

export interface FieldControl extends Widget<[spec: RunSpec]> {
  readonly name: string;
  /** The text box, number field or list. */
  readonly input: HTMLInputElement | HTMLSelectElement;
  /** The line under the field. */
  readonly help: HTMLElement;
  /** Marks the field that a message refers to. */
  mark(isWrong: boolean): void;
}

/**
 * A control for any field of a spec: a label with a text box, number field or list, and a slider where one helps.
 *
 * @param listOf the list that a slider's value stands for, if the field is a list
 */
export function fieldControl(
  field: SpecField,
  change: Change,
  listOf: (value: number) => readonly number[] = (value) => [value],
): FieldControl {
  const id = uniqueId(`field-${field.name}`);
  const name = field.name as keyof RunSpec;
  const isChoice = field.kind === "choice" || field.kind === "circuits";
  const input = isChoice ? choiceInput(field, id) : textInput(field, id);
  const help = html("p", { id: `${id}-help`, class: "field-help" });
  const slider = html("input", { type: "range", min: 0, step: 1, class: "slider", "aria-label": fieldLabel(field) });
  setAttribute(input, "aria-describedby", help.id);
  const element = html(
    "div",
    { class: isChoice ? "field field-choice" : "field", "data-field": field.name },
    html("label", { for: id, title: field.help }, fieldLabel(field)),
    input,
    help,
  );
  let scale: Scale | null = null;
  let shown: RunSpec | null = null;

  onEntry(input, () => {
    const text = input.value.trim();
    change(name, text === "" && field.default === null ? null : fieldFromText(field, text), false);
  });
  onSlide(slider, (isPassing) => {
    if (scale === null) return;
    const value = scale.valueAt(Number(slider.value));
    change(name, field.kind === "wholes" ? listOf(value) : value, isPassing);
  });

  return {
    name: field.name,
    element,
    input,
    help,
    show(spec) {
      const value = spec[name];
      if (isChoice) showChoice(input as HTMLSelectElement, value);
      else setValue(input, value === null ? "" : String(value));
      if (spec !== shown) scale = sliderScale(field.name, spec);
      shown = spec;
      if (scale === null) return;
      if (!slider.isConnected) help.before(slider);
      const number = Array.isArray(value) ? Math.max(...(value as number[])) : Number(value);
      setAttribute(slider, "max", scale.last);
      setValue(slider, String(scale.positionOf(number)));
      setAttribute(slider, "aria-valuetext", String(number));
    },
    mark: (isWrong) => setAttribute(input, "aria-invalid", isWrong ? "true" : null),
  };
}

function textInput(field: SpecField, id: string): HTMLInputElement {
  if (field.kind !== "whole" && field.kind !== "number") {
    const plain = { inputmode: "text", autocomplete: "off", spellcheck: "false", maxlength: 400 };
    return html("input", { id, type: "text", ...plain });
  }
  const bounds = { min: field.min, max: field.max, step: field.kind === "whole" ? 1 : "any" };
  const unsaid = field.default === null ? placeholder(field.name) : null;
  return html("input", { id, type: "number", ...bounds, autocomplete: "off", placeholder: unsaid });
}

/** A word for the value that is used if a field is left empty. */
function placeholder(name: string): string {
  if (name === "kappa") return "computed";
  return name === "angles" ? "any" : "standard";
}

function choiceInput(field: SpecField, id: string): HTMLSelectElement {
  const choices = "choices" in field ? field.choices : [];
  return html("select", { id }, ...choices.map((choice) => html("option", { value: choice }, choice)));
}

/**
 * Circuits given by weights, or with settings that differ from their kind's defaults, match none of the choices and get
 * an extra choice.
 */
function showChoice(select: HTMLSelectElement, value: unknown): void {
  select.querySelector("option[data-custom]")?.remove();
  if (typeof value === "string") {
    setValue(select, value);
    return;
  }
  const circuits = value as SpecCircuits;
  const name = circuitsName(circuits);
  const isGiven = givenWeights(circuits) !== null;
  const isListed = !isGiven && Array.from(select.options).some((option) => option.value === name);
  if (isListed && canonicalJson(parseCircuits(name)) === canonicalJson(circuits)) {
    select.value = name;
    return;
  }
  const label = isGiven ? `${name} (from a file)` : `${name}, as described`;
  select.append(html("option", { value: "", "data-custom": true, disabled: true }, label));
  select.value = "";
}
