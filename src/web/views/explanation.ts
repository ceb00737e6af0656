import { button, html, setAttribute, setText, type Widget } from "../dom/elements.js";
import { guide } from "../state/guide.js";

/** The words of the guided path, above the view that the step shows. */
export function guidePanel(
  go: (step: number) => void,
  attempt: (spec: Readonly<Record<string, unknown>>) => void,
): Widget<[step: number, isEdited: boolean]> & { readonly begin: () => void } {
  let shown = 0;
  const place = html("p", { class: "place" });
  const title = html("h2", { tabindex: -1 });
  const words = html("div", {});
  const reset = button("Back to the step’s own network", () => go(shown), { class: "small" });
  const edited = html("p", { class: "hint" }, "The network below is another than the text is about. ", reset);
  /** A new step is read from its beginning. */
  const goTo = (next: number): void => {
    go(next);
    title.focus({ preventScroll: true });
    element.scrollIntoView({ block: "start" });
  };
  const step = (by: number): void => goTo(shown + by);
  const back = button("Back", () => step(-1));
  const next = button("Next", () => step(1), { class: "primary" });
  const element = html(
    "section",
    { class: "guide", "aria-label": "Explanation" },
    place,
    title,
    words,
    edited,
    html("div", { class: "guide-buttons" }, back, next),
  );
  return {
    element,
    begin: () => goTo(1),
    show(number, isEdited) {
      edited.hidden = !isEdited;
      if (number === shown) return;
      shown = number;
      const { title: heading, paragraphs, invitation, tries = [] } = guide[number - 1];
      setText(place, `Step ${number} of ${guide.length}`);
      setText(title, heading);
      words.replaceChildren(
        ...paragraphs.map((text) => html("p", {}, text)),
        html("p", { class: "invitation" }, html("strong", {}, "Try: "), invitation),
        html("div", { class: "player" }, ...tries.map(({ label, spec }) => button(label, () => attempt(spec)))),
      );
      setAttribute(back, "disabled", number === 1);
      next.hidden = number === guide.length;
    },
  };
}
