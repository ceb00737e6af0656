import { animate, eased, isStill, type Motion } from "./motion.js";

/** Duration of the change from one figure to the next, in milliseconds. */
const CHANGE = 300;

/** Attributes that are animated; all others take the new figure's values immediately. */
const moved = new Set(["d", "transform", "cx", "cy", "x", "y", "x1", "y1", "x2", "y2", "width", "height"]);

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

/** The change of an attribute from one value to another; null if the values differ in more than their numbers. */
export function numbersBetween(before: string, after: string): Pick<Change, "between" | "from" | "by"> | null {
  const between = after.split(number);
  const texts = before.split(number);
  if (texts.length !== between.length || texts.some((text, k) => text !== between[k])) return null;
  const from = [...before.matchAll(number)].map(Number);
  return { between, from, by: [...after.matchAll(number)].map((text, k) => Number(text) - from[k]) };
}

/**
 * Changes one figure into another in place, so that the browser lays out and paints only the parts that differ.
 * Elements whose structure differs are replaced.
 *
 * @param changes collects the animated attributes; null if there is no animation
 * @returns whether all elements could stay in place
 */
function patch(before: ChildNode, after: ChildNode, changes: Change[] | null): boolean {
  if (before.isEqualNode(after)) return true;
  if (before instanceof Text && after instanceof Text) {
    before.data = after.data;
    return true;
  }
  if (!(before instanceof Element && after instanceof Element) || !isAlike(before, after)) {
    before.replaceWith(after);
    return false;
  }
  for (const name of after.getAttributeNames()) {
    const [old, to] = [before.getAttribute(name), after.getAttribute(name)];
    if (old === to || old === null || to === null) continue;
    before.setAttribute(name, to);
    const way = changes !== null && moved.has(name) ? numbersBetween(old, to) : null;
    if (way !== null) changes?.push({ element: before, name, to, ...way });
  }
  // The lists are copied because they are live: when a node replaces another, it disappears from its old list.
  const [own, others] = [[...before.childNodes], [...after.childNodes]];
  return own.map((child, k) => patch(child, others[k], changes)).every((isSame) => isSame);
}

function isAlike(before: Element, after: Element): boolean {
  const [own, others] = [before.getAttributeNames(), after.getAttributeNames()];
  return (
    before.tagName === after.tagName &&
    before.childNodes.length === after.childNodes.length &&
    own.length === others.length &&
    own.every((name, k) => name === others[k])
  );
}

const running = new WeakMap<Element, Motion>();

/**
 * Shows a figure in a slot. If the old figure has the same structure, it changes smoothly into the new one, unless the
 * reader prefers reduced motion; the end state is exactly the figure as drawn.
 *
 * @param isSmooth whether the change may be animated; false for figures that follow each other quickly
 */
export function morphInto(slot: Element, figure: Element, isSmooth = true): void {
  running.get(slot)?.stop();
  const before = slot.firstElementChild;
  if (before === null) return slot.replaceChildren(figure);
  const changes: Change[] | null = isSmooth && !isStill() ? [] : null;
  const isWhole = patch(before, figure, changes);
  if (!isWhole || changes === null || changes.length === 0) return;
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
