import { button, html, setAttribute, uniqueId } from "./elements.js";

/** Minimum distance between a tooltip and the left and right edges of the screen, in px. */
const MARGIN = 8;

/** A word with a dotted underline; it shows its meaning when hovered, focused or tapped. Escape hides the meaning. */
export function dotted(text: string, meaning: string): HTMLElement {
  const id = uniqueId("meaning");
  const tip = html("span", { id, class: "tip", role: "tooltip", hidden: true }, meaning);
  const show = (isShown: boolean): void => {
    tip.hidden = !isShown;
    setAttribute(word, "aria-describedby", isShown ? id : null);
    if (!isShown) return;
    const { left, top, bottom } = word.getBoundingClientRect();
    tip.style.left = `${Math.max(MARGIN, Math.min(left, innerWidth - tip.offsetWidth - MARGIN))}px`;
    tip.style.top = `${bottom + tip.offsetHeight > innerHeight ? top - tip.offsetHeight : bottom}px`;
  };
  const word = button(text, () => show(true), { class: "term" });
  const element = html("span", {}, word, tip);
  element.addEventListener("pointerenter", ({ pointerType }) => pointerType === "mouse" && show(true));
  element.addEventListener("pointerleave", () => document.activeElement !== word && show(false));
  word.addEventListener("focus", () => show(true));
  word.addEventListener("blur", () => show(false));
  word.addEventListener("keydown", ({ key }) => key === "Escape" && show(false));
  return element;
}
