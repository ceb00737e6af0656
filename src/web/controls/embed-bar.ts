import { fieldNamed } from "../../config/fields.js";
import { html, type Widget } from "../dom/elements.js";
import { isApplicable } from "../spec/applicable-fields.js";
import { zsOf, type LabState } from "../state/lab-state.js";
import { fieldControl, type Change, type FieldControl } from "./field-control.js";

/**
 * The bar under an embedded figure: its slider and a link to the whole page. The slider for the layer is part of the
 * view itself.
 *
 * @param link returns the address of the state in the whole page
 */
export function embedBar(change: Change, link: (state: LabState) => string): Widget<[state: LabState]> {
  const slot = html("div", {});
  const whole = html("a", { target: "_blank", rel: "noopener" }, "Open in the lab");
  const element = html("div", { class: "embed-bar" }, slot, whole);
  let upTo = false;
  let control: FieldControl | null = null;
  return {
    element,
    show(state) {
      const { embed, spec } = state;
      element.hidden = embed === null;
      if (embed === null) return;
      whole.href = link({ ...state, embed: null });
      if (embed === "layer") return;
      upTo = state.upTo;
      if (control?.name !== embed) {
        control = fieldControl(fieldNamed(embed), change, (z) => zsOf(z, upTo));
        slot.replaceChildren(control.element);
      }
      control.show(spec);
      for (const input of control.element.querySelectorAll("input")) input.disabled = !isApplicable(embed, spec);
    },
  };
}
