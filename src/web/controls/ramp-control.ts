import { designOf } from "../../designs/designs.js";
import type { RunSpec } from "../../config/run-spec.js";
import { html, onSlide, setAttribute, setText, setValue } from "../dom/elements.js";
import type { Change, FieldControl } from "./field-control.js";
import { isApplicable } from "../spec/applicable-fields.js";
import { linear } from "./slider-scale.js";

const scale = linear(0.005, 0.995, 0.005);

/** The ramp of the published design. */
const standard: readonly [number, number] = [0.25, 0.75];

/**
 * The ends of a spec's ramp, whether given or default: where it begins to open, and where it is fully open. Null if the
 * spec has no ramp.
 */
function rampOf(spec: RunSpec): readonly [number, number] | null {
  if (!isApplicable("ramp", spec)) return null;
  const [low, high] = spec.ramp ?? designOf(spec.design)?.ramp?.(spec.S) ?? standard;
  return [low, high];
}

/**
 * Two sliders under a ramp's text: where it begins to open and where it is fully open. A slider that meets the other
 * one pushes it along.
 */
export function addRampSliders(control: FieldControl, change: Change): FieldControl {
  let shown = standard;
  const sliders = (["begins to open at", "is fully open at"] as const).map((label, end) => {
    const slider = html("input", { type: "range", min: 0, max: scale.last, step: 1, "aria-label": `ramp ${label}` });
    const text = html("output", { class: "number" });
    onSlide(slider, (isPassing) => {
      const value = scale.valueAt(Number(slider.value));
      const gap = 0.005;
      const other = Number(
        (end === 0 ? Math.max(shown[1], value + gap) : Math.min(shown[0], value - gap)).toPrecision(12),
      );
      // Neither end can be pushed past 0 or 1.
      if (other <= 0 || other >= 1) return;
      change("ramp", end === 0 ? [value, other] : [other, value], isPassing);
    });
    return { slider, text, row: html("span", { class: "ramp-end" }, html("span", {}, label), slider, text) };
  });
  control.help.before(...sliders.map(({ row }) => row));
  return {
    ...control,
    show(spec) {
      control.show(spec);
      const ramp = rampOf(spec);
      setAttribute(control.input, "placeholder", ramp === null ? "none" : ramp.join(", "));
      shown = ramp ?? standard;
      sliders.forEach(({ slider, text }, end) => {
        setValue(slider, String(scale.positionOf(shown[end])));
        setText(text, ramp === null ? "–" : String(shown[end]));
        setAttribute(slider, "aria-valuetext", String(shown[end]));
      });
    },
  };
}
