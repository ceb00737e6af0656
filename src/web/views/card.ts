import { button, html, setAttribute, setText } from "../dom/elements.js";

/** The title of a card. */
export interface CardTitle {
  readonly title: string;
  /** Whether the reader chose what the card is about; if so, the card stays open. */
  readonly isPinned: boolean;
}

/** The places where a card can lie, as fractions of the picture's size. */
export interface CardPlace {
  /** The card's left edge if `isRight`, otherwise its right edge. */
  readonly x: number;
  readonly isRight: boolean;
  /** The card's bottom edge if it is placed above the object, and its top edge if it is placed below. */
  readonly above: number;
  readonly below: number;
  /** Whether the card is placed below if there is room both above and below. */
  readonly isBelow: boolean;
}

/** The minimum space between a card and the edge of the screen, in px. */
const MARGIN = 4;

/** The distance of a card from one side of the picture, small enough for the whole card to fit. */
const within = (share: number): string => `max(4px, min(${100 * share}%, 100% - var(--card-width) - 4px))`;

/**
 * The top edge of a card, in px from the top of the window. The card is on its preferred side, or on the other side if
 * only the other side has room. If neither side has room, the card is moved into view, unless the object that it
 * describes is out of view too.
 *
 * @param reserved the height to leave room for, so that a card does not change sides while it is filled
 */
export function topOf(
  { above, below, isBelow }: Pick<CardPlace, "above" | "below" | "isBelow">,
  height: number,
  seen: { readonly top: number; readonly bottom: number },
  reserved = height,
): number {
  const fitsBelow = below >= seen.top && below + reserved <= seen.bottom;
  const fitsAbove = above - reserved >= seen.top && above <= seen.bottom;
  const goesBelow = isBelow ? fitsBelow || !fitsAbove : fitsBelow && !fitsAbove;
  const wanted = goesBelow ? below : above - height;
  if (below < seen.top || above > seen.bottom) return wanted;
  return Math.max(seen.top, Math.min(wanted, seen.bottom - (goesBelow ? reserved : height)));
}

/** The part of the window in which a card is visible: above the bars at the bottom and inside the figure's frame. */
function seenBy(card: HTMLElement): { top: number; bottom: number } {
  const bars = [...document.querySelectorAll(".sheet, .embed-bar")].map((bar) => bar.getBoundingClientRect());
  const frame = card.closest('[data-screen="explanation"] .stage')?.getBoundingClientRect();
  const tops = bars.filter(({ height }) => height > 0).map(({ top }) => top);
  return {
    top: Math.max(0, frame?.top ?? 0) + MARGIN,
    bottom: Math.min(innerHeight, frame?.bottom ?? Infinity, ...tops) - MARGIN,
  };
}

/**
 * A card over a picture. It describes the object under the pointer, or an object that the reader chose; the card of a
 * chosen object has a Close button.
 */
export function pinnableCard(close: () => void, ...content: readonly HTMLElement[]) {
  const heading = html("strong", {});
  const closeButton = button("Close", close, { class: "small" });
  const root = html("div", { class: "card", hidden: true }, html("p", {}, heading, " ", closeButton), ...content);
  /**
   * The largest height that the card has had with this title; this much room is reserved for the card, because its
   * content arrives after the title.
   */
  let tallest = 0;
  let title = "";
  let placed: CardPlace | null = null;
  // A card that stays open is repositioned when the page is scrolled; one that is hidden or removed stops listening.
  const scrolling = { passive: true, capture: true };
  const scrolled = (): number => requestAnimationFrame(placeAgain);
  function placeAgain(): void {
    if (root.hidden || !root.isConnected) removeEventListener("scroll", scrolled, scrolling);
    else if (placed !== null) place(placed);
  }
  return {
    element: root,
    /** Shows the card with the given title; null hides it. */
    show(what: CardTitle | null): void {
      root.hidden = what === null;
      if (what === null) return;
      addEventListener("scroll", scrolled, scrolling);
      if (what.title !== title) tallest = 0;
      title = what.title;
      setText(heading, title);
      closeButton.hidden = !what.isPinned;
      // A card that follows the pointer is hidden from screen readers; a pinned one is read out.
      setAttribute(root, "aria-hidden", what.isPinned ? null : "true");
      root.classList.toggle("card-pinned", what.isPinned);
    },
    place,
  };

  /** Places the card, which must already be shown and filled: its place depends on its height. */
  function place(at: CardPlace): void {
    placed = at;
    const { x, isRight, above, below, isBelow } = at;
    const picture = root.parentElement?.getBoundingClientRect();
    if (picture === undefined) return;
    const inWindow = (share: number): number => picture.top + share * picture.height;
    const edges = { above: inWindow(above), below: inWindow(below), isBelow };
    const height = root.offsetHeight;
    tallest = Math.max(tallest, height);
    const top = topOf(edges, height, seenBy(root), tallest);
    root.style.left = isRight ? within(x) : "";
    root.style.right = isRight ? "" : within(1 - x);
    root.style.top = `${top - picture.top}px`;
  }
}
