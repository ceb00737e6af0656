import { button, html, uniqueId, type Widget } from "../dom/elements.js";

/** A labelled field for a number of at least 0; the field can be left empty. Values out of bounds are ignored. */
export function numberPicker(
  label: string,
  pick: (value: number | null) => void,
): Widget<[value: number | null, max: number]> {
  const id = uniqueId(`pick-${label}`);
  const input = html("input", { id, type: "number", min: 0, step: 1, placeholder: "none" });
  input.addEventListener("change", () => {
    if (input.value === "") pick(null);
    else if (input.checkValidity()) pick(input.valueAsNumber);
    else input.reportValidity();
  });
  return {
    element: html("span", { class: "picker" }, html("label", { for: id }, label), input),
    show(value, max) {
      input.max = String(max);
      const text = value === null ? "" : String(value);
      if (document.activeElement !== input) input.value = text;
    },
  };
}

/** The largest number of circuits listed. */
const MOST = 60;

/** Shows circuits as buttons; active ones are marked in words as well as by colour. */
export function circuitList(
  circuits: readonly number[],
  isActive: (circuit: number) => boolean,
  pick: (circuit: number) => void,
): (HTMLElement | string)[] {
  const items = circuits.slice(0, MOST).map((circuit) =>
    button(isActive(circuit) ? `${circuit} (active)` : String(circuit), () => pick(circuit), {
      class: isActive(circuit) ? "circuit circuit-active" : "circuit",
      "aria-label": `circuit ${circuit}${isActive(circuit) ? ", active" : ""}`,
    }),
  );
  return circuits.length > MOST ? [...items, ` and ${circuits.length - MOST} more`] : items;
}
