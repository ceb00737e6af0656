import { button, html, setAttribute, setText } from "../dom/elements.js";

/** The position and title of a card. */
export interface CardPlace {
  readonly title: string;
  /** One of its corners, as fractions of the picture's size. */
  readonly x: number;
  readonly y: number;
  /** Whether the card lies to the right of this corner, and below it. */
  readonly isRight: boolean;
  readonly isBelow: boolean;
  /** Whether the reader chose what the card is about, so that it stays. */
  readonly isPinned: boolean;
}

const percent = (share: number): string => `${100 * share}%`;

/** The distance of a card from one side of the picture, small enough for the whole card to fit. */
const within = (share: number): string => `max(4px, min(${percent(share)}, 100% - var(--card-width) - 4px))`;

/**
 * A card over a picture. It describes the thing under the pointer, or one that the reader chose; the card then has a
 * button to close it.
 */
export function pinnableCard(close: () => void, ...content: readonly HTMLElement[]) {
  const heading = html("strong", {});
  const closeButton = button("Close", close, { class: "small" });
  const root = html("div", { class: "card", hidden: true }, html("p", {}, heading, " ", closeButton), ...content);
  return {
    element: root,
    /** Shows the card at the given position; null hides it. */
    place(at: CardPlace | null): void {
      root.hidden = at === null;
      if (at === null) return;
      const { title, x, y, isRight, isBelow, isPinned } = at;
      setText(heading, title);
      closeButton.hidden = !isPinned;
      // A card that follows the pointer is hidden from screen readers; a pinned one is read out.
      setAttribute(root, "aria-hidden", isPinned ? null : "true");
      root.classList.toggle("card-pinned", isPinned);
      root.style.left = isRight ? within(x) : "";
      root.style.right = isRight ? "" : within(1 - x);
      root.style.top = isBelow ? percent(y) : "";
      root.style.bottom = isBelow ? "" : percent(1 - y);
    },
  };
}
