import { html, setAttribute, type Widget } from "../dom/elements.js";
import type { Scale } from "./slider-scale.js";

/** The distance, in px, over which a drag passes through all values. */
const SPAN = 260;

const far = 10;
const keys: Readonly<Record<string, number>> = {
  ...{ ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 },
  ...{ PageUp: far, PageDown: -far, Home: -Infinity, End: Infinity },
};

/** A number in a sentence that works as a slider: drag it sideways or move it with keys. */
export function scrubber(
  label: string,
  change: (value: number, isPassing: boolean) => void,
): Widget<[value: number, scale: Scale]> {
  const element = html("span", { class: "scrub number", role: "slider", tabindex: 0, "aria-label": label });
  let shown: { readonly at: number; readonly scale: Scale } | null = null;
  let held: { readonly x: number; readonly at: number; to: number } | null = null;
  const within = (at: number): number => Math.max(0, Math.min(shown?.scale.last ?? 0, Math.round(at)));
  const move = (at: number, isPassing: boolean): void => {
    if (shown !== null) change(shown.scale.valueAt(at), isPassing);
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || shown === null) return;
    element.setPointerCapture(event.pointerId);
    held = { x: event.clientX, at: shown.at, to: shown.at };
  });
  element.addEventListener("pointermove", ({ clientX }) => {
    if (held === null || shown === null) return;
    const to = within(held.at + ((clientX - held.x) * shown.scale.last) / SPAN);
    if (to === held.to) return;
    held.to = to;
    move(to, true);
  });
  element.addEventListener("lostpointercapture", () => {
    if (held !== null && held.to !== held.at) move(held.to, false);
    held = null;
  });
  element.addEventListener("keydown", (event) => {
    const by = keys[event.key];
    if (by === undefined || shown === null) return;
    event.preventDefault();
    move(within(shown.at + by), false);
  });
  return {
    element,
    show(value, scale) {
      shown = { at: scale.positionOf(value), scale };
      // Text is rewritten only if it has changed, so that selections and screen readers keep their place.
      if (element.textContent !== String(value)) element.textContent = String(value);
      const numbers = { min: scale.valueAt(0), max: scale.valueAt(scale.last), now: value };
      for (const [name, number] of Object.entries(numbers)) setAttribute(element, `aria-value${name}`, number);
    },
  };
}
