import { html, setText } from "./elements.js";

/** Space between the pointer and its text, in px. */
const AWAY = 14;

/**
 * Shows text beside the pointer, describing the point under it. After a tap, the text stays until the next tap. Screen
 * readers skip the text; a click makes it available to them too.
 *
 * @param textAt returns the text for a point of the picture, in px; an empty string if the point has no text
 * @returns the picture in a frame that also holds the text
 */
export function withHover(picture: HTMLElement, textAt: (x: number, y: number) => string): HTMLElement {
  const words = html("div", { class: "hover", "aria-hidden": "true", hidden: true });
  const frame = html("div", { class: "hover-frame" }, picture, words);
  const show = ({ offsetX, offsetY }: MouseEvent): void => {
    const text = textAt(offsetX, offsetY);
    words.hidden = text === "";
    if (text === "") return;
    setText(words, text);
    const { clientWidth, clientHeight } = frame;
    const isRight = offsetX > clientWidth / 2;
    words.style.left = isRight ? "" : `${offsetX + AWAY}px`;
    words.style.right = isRight ? `${clientWidth - offsetX + AWAY}px` : "";
    words.style.top = offsetY > clientHeight / 2 ? "" : `${offsetY + AWAY}px`;
    words.style.bottom = offsetY > clientHeight / 2 ? `${clientHeight - offsetY + AWAY}px` : "";
  };
  const isTouch = (event: MouseEvent): boolean => event instanceof PointerEvent && event.pointerType === "touch";
  picture.addEventListener("pointermove", (event) => !isTouch(event) && show(event));
  picture.addEventListener("pointerleave", () => (words.hidden = true));
  picture.addEventListener("click", (event) => isTouch(event) && show(event));
  document.addEventListener("pointerdown", () => (words.hidden = true));
  return frame;
}
