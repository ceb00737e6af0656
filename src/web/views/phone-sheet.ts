import { fieldNamed } from "../../config/fields.js";
import { html, onSlide, setAttribute, setText, setValue, type Widget } from "../dom/elements.js";
import { isApplicable } from "../spec/applicable-fields.js";
import { fieldLabel } from "../spec/field-label.js";
import { drawnView } from "../computation/lab.js";
import { zsOf, type LabState } from "../state/lab-state.js";
import { layerPlayer } from "./player.js";
import type { ChangeView } from "./view.js";
import type { Change } from "../controls/field-control.js";
import { sliderScale, type Scale } from "../controls/slider-scale.js";

/**
 * The controls used most on a phone, at the bottom of the screen: the layer, z and T.
 *
 * @param picture the picture that the controls change; it is scrolled into view above them
 */
export function phoneSheet(changeView: ChangeView, change: Change, picture: HTMLElement): Widget<[state: LabState]> {
  let shown: LabState | null = null;
  const seen =
    <Given extends unknown[]>(act: (...given: Given) => void) =>
    (...given: Given): void => {
      const { top } = picture.getBoundingClientRect();
      if (top < -40 || top > innerHeight / 2) picture.scrollIntoView({ block: "start", behavior: "instant" });
      act(...given);
    };
  const moved = seen(change);
  const player = layerPlayer(seen(changeView), (state) => (drawnView(state) === "assignment" ? 1 : state.spec.L));
  const sliders = (["z", "T"] as const).map((name) => {
    const slider = html("input", { type: "range", min: 0, step: 1, "aria-label": fieldLabel(fieldNamed(name)) });
    const text = html("output", { class: "number" });
    let scale: Scale | null = null;
    onSlide(slider, (isPassing) => {
      const value = scale?.valueAt(Number(slider.value));
      if (value === undefined || shown === null) return;
      moved(name, name === "z" ? zsOf(value, shown.upTo) : value, isPassing);
    });
    const show = ({ spec, lock }: LabState): void => {
      scale = sliderScale(name, spec);
      const value = name === "z" ? Math.max(...spec.z) : spec.T;
      slider.disabled = scale === null || lock.includes(name) || !isApplicable(name, spec);
      setAttribute(slider, "max", scale?.last ?? 0);
      setValue(slider, String(scale?.positionOf(value) ?? 0));
      setAttribute(slider, "aria-valuetext", value);
      setText(text, String(value));
    };
    return { show, element: html("span", { class: "sheet-field" }, name, slider, text) };
  });
  const element = html(
    "div",
    { class: "sheet", role: "group", "aria-label": "controls of the picture" },
    player.element,
    ...sliders.map((slider) => slider.element),
  );
  return {
    element,
    show(state) {
      shown = state;
      const drawn = drawnView(state);
      element.hidden =
        ["start", "explanation", "storage", "train", "sweep"].includes(state.view) || state.embed !== null;
      player.element.hidden = drawn === "errors";
      player.show(state);
      for (const slider of sliders) slider.show(state);
    },
  };
}
