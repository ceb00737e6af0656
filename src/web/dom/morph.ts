import { animate, eased, type Motion } from "./motion.js";

/** Duration of the change from one figure to the next, in milliseconds. */
const CHANGE = 300;

/** Attributes that are animated; all others take the new figure's values at once. */
const moved = ["d", "transform", "cx", "cy", "x", "y", "x1", "y1", "x2", "y2", "width", "height"];

const number = /-?\d+(?:\.\d+)?(?:e-?\d+)?/g;

interface Change {
  readonly element: Element;
  readonly name: string;
  readonly to: string;
  /** The text between the numbers. */
  readonly between: readonly string[];
  readonly from: readonly number[];
  readonly by: readonly number[];
}

/** The change of an attribute from one value to another; null if anything but the numbers differs. */
export function numbersBetween(before: string, after: string): Pick<Change, "between" | "from" | "by"> | null {
  const between = after.split(number);
  const texts = before.split(number);
  if (texts.length !== between.length || texts.some((text, k) => text !== between[k])) return null;
  const from = [...before.matchAll(number)].map(Number);
  return { between, from, by: [...after.matchAll(number)].map((text, k) => Number(text) - from[k]) };
}

/** Collects the animated changes between two figures; false if their elements do not match. */
function changesBetween(before: Element, after: Element, changes: Change[]): boolean {
  if (before.tagName !== after.tagName || before.childElementCount !== after.childElementCount) return false;
  for (const name of moved) {
    const [old, to] = [before.getAttribute(name), after.getAttribute(name)];
    if (old === null || to === null || old === to) continue;
    const way = numbersBetween(old, to);
    if (way !== null) changes.push({ element: after, name, to, ...way });
  }
  return [...before.children].every((child, k) => changesBetween(child, after.children[k], changes));
}

const running = new WeakMap<Element, Motion>();

/**
 * Replaces the figure in a slot. If the old figure has the same structure, it changes smoothly into the new one, unless
 * the reader prefers reduced motion; the end state is exactly the figure as drawn.
 */
export function morphInto(slot: Element, figure: Element): void {
  running.get(slot)?.stop();
  const before = slot.firstElementChild;
  slot.replaceChildren(figure);
  const changes: Change[] = [];
  if (before === null || !changesBetween(before, figure, changes) || changes.length === 0) return;
  const motion = animate(CHANGE, (share) => {
    const at = eased(share);
    for (const { element, name, to, between, from, by } of changes) {
      element.setAttribute(
        name,
        share === 1
          ? to
          : between.map((text, k) => (k < by.length ? text + String(from[k] + at * by[k]) : text)).join(""),
      );
    }
  });
  running.set(slot, motion);
}
