import { setAttribute } from "../dom/elements.js";

/** Degrees per key press, without and with Shift. */
const steps: Readonly<Record<string, number>> = {
  ...{ ArrowRight: 3, ArrowUp: 3, ArrowLeft: -3, ArrowDown: -3 },
  ...{ PageUp: 30, PageDown: -30 },
};

/** An angle in degrees, rounded to a whole number 0…359. */
export function wholeDegrees(degrees: number): number {
  return ((Math.round(degrees) % 360) + 360) % 360;
}

/** The direction of a point from the centre of a box, anticlockwise from the right, in whole degrees. */
export function degreesAt(box: Pick<DOMRect, "left" | "top" | "width" | "height">, x: number, y: number): number {
  const [across, down] = [x - box.left - box.width / 2, y - box.top - box.height / 2];
  return wholeDegrees((Math.atan2(-down, across) * 180) / Math.PI);
}

/**
 * Turns a dial into a slider for angles, operated by pointer, touch or keyboard.
 *
 * @param move called with whole degrees, 0…359; `isPassing` is true while the dial is held
 */
export function inputSlider(
  dial: SVGElement,
  valueOf: () => number,
  move: (degrees: number, isPassing: boolean) => void,
) {
  let isHeld = false;
  const follow = (event: PointerEvent, isPassing: boolean): void =>
    move(degreesAt(dial.getBoundingClientRect(), event.clientX, event.clientY), isPassing);
  for (const [name, value] of Object.entries({ role: "slider", tabindex: 0, "aria-valuemin": 0, "aria-valuemax": 359 }))
    setAttribute(dial, name, value);
  dial.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    dial.setPointerCapture(event.pointerId);
    dial.focus({ preventScroll: true });
    event.preventDefault();
    isHeld = true;
    follow(event, true);
  });
  dial.addEventListener("pointermove", (event) => isHeld && follow(event, true));
  const release = (event: PointerEvent): void => {
    if (!isHeld) return;
    isHeld = false;
    move(valueOf(), false);
    event.preventDefault();
  };
  dial.addEventListener("pointerup", release);
  dial.addEventListener("pointercancel", release);
  dial.addEventListener("keydown", (event) => {
    const { key, shiftKey } = event;
    const by = steps[key] as number | undefined;
    const next =
      key === "Home" ? 0 : key === "End" ? 359 : by === undefined ? null : valueOf() + by * (shiftKey ? 5 : 1);
    if (next === null) return;
    event.preventDefault();
    move(wholeDegrees(next), true);
  });
  dial.addEventListener("keyup", ({ key }) => {
    if (key in steps || key === "Home" || key === "End") move(valueOf(), false);
  });
}
