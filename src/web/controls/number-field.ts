import { html, onEntry, onSlide, setAttribute, setText, setValue, uniqueId } from "../dom/elements.js";
import type { Scale } from "./slider-scale.js";

/** A number with a slider and a note under it. */
export interface NumberField {
  readonly element: HTMLElement;
  readonly input: HTMLInputElement;
  show(value: number, note: string): void;
}

/**
 * A control for a number that is not a field of a spec.
 *
 * @param name name of the control in the page
 * @param take called with the number that was typed or chosen with the slider, or with an empty string; `isPassing` is
 *   true while the slider is held
 */
export function numberField(
  name: string,
  label: string,
  [min, max, step]: readonly [min: number, max: number, step: number],
  scale: Scale,
  take: (value: unknown, isPassing: boolean) => void,
): NumberField {
  const id = uniqueId(name);
  const input = html("input", { id, type: "number", min, max, step, autocomplete: "off" });
  const slider = html("input", {
    ...{ type: "range", min: 0, max: scale.last, step: 1, class: "slider", "aria-label": label },
  });
  const help = html("p", { class: "field-help", id: `${id}-help` });
  setAttribute(input, "aria-describedby", help.id);
  onEntry(input, () => take(input.value === "" ? input.value : Number(input.value), false));
  onSlide(slider, (isPassing) => take(scale.valueAt(Number(slider.value)), isPassing));
  return {
    element: html(
      "div",
      { class: "field", "data-field": name },
      html("label", { for: id }, label),
      input,
      slider,
      help,
    ),
    input,
    show(value, note) {
      setValue(input, String(value));
      setValue(slider, String(scale.positionOf(value)));
      setAttribute(slider, "aria-valuetext", String(value));
      setText(help, note);
    },
  };
}
