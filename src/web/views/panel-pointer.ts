import { html } from "../dom/elements.js";

/** A panel's edges, as fractions of the picture's size. */
interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Panel extends Edges {
  /** Whether the panel lies in the upper half of the area that the panels cover; true if they form one row. */
  readonly isUpper: boolean;
}

const steps = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"];

/**
 * Finds the panel of a figure that the reader points at, clicks or chooses with arrow keys, and draws a ring around it.
 *
 * @param point is called with the panel under the pointer, or null
 * @param pick is called with the panel that was chosen
 * @param picked returns the chosen panel, or null
 */
export function panelPointer(
  slot: HTMLElement,
  {
    point,
    pick,
    picked,
  }: {
    readonly point: (k: number | null) => void;
    readonly pick: (k: number) => void;
    readonly picked: () => number | null;
  },
) {
  const ring = html("div", { class: "panel-ring", hidden: true });
  const element = html("div", { class: "hover-frame", role: "group", tabindex: 0 }, slot, ring);
  // The frames are measured only when needed, because the figure may be scaled to the space available.
  const frames = (): DOMRect[] =>
    [...slot.querySelectorAll("g[transform] > rect")].map((frame) => frame.getBoundingClientRect());
  const panels = (): Edges[] => {
    const { left, top, width, height } = element.getBoundingClientRect();
    return frames().map((own) => {
      return {
        ...{ left: (own.left - left) / width, right: (own.right - left) / width },
        ...{ top: (own.top - top) / height, bottom: (own.bottom - top) / height },
      };
    });
  };
  const under = ({ clientX, clientY }: MouseEvent): number | null => {
    const found = frames().findIndex(
      ({ left, right, top, bottom }) => clientX >= left && clientX <= right && clientY >= top && clientY <= bottom,
    );
    return found === -1 ? null : found;
  };
  slot.addEventListener("pointermove", (event) => event.pointerType !== "touch" && point(under(event)));
  slot.addEventListener("pointerleave", () => point(null));
  slot.addEventListener("click", (event) => {
    const k = under(event);
    if (k !== null) pick(k);
  });
  element.addEventListener("keydown", (event) => {
    if (event.target !== element || !steps.includes(event.key)) return;
    const all = panels();
    const abreast = all.filter(({ top }) => Math.abs(top - all[0].top) < 0.01).length;
    const from = picked();
    const next = from === null ? 0 : from + [-1, 1, -abreast, abreast][steps.indexOf(event.key)];
    if (next < 0 || next >= all.length) return;
    event.preventDefault();
    pick(next);
  });
  return {
    element,
    /** The edges of a panel; null if the figure has no such panel. */
    panel(k: number): Panel | null {
      const all = panels();
      const panel = all[k] ?? null;
      if (panel === null) return null;
      const middle = (all[0].top + all[all.length - 1].bottom) / 2;
      return { ...panel, isUpper: (panel.top + panel.bottom) / 2 < middle + 0.01 };
    },
    /** Draws a ring around a panel. */
    ring(panel: Panel | null): void {
      ring.hidden = panel === null;
      if (panel === null) return;
      const { left, right, top, bottom } = panel;
      ring.style.left = `${100 * left}%`;
      ring.style.top = `${100 * top}%`;
      ring.style.width = `${100 * (right - left)}%`;
      ring.style.height = `${100 * (bottom - top)}%`;
    },
  };
}
