import { button, html, setAttribute, setText, type Widget } from "../dom/elements.js";
import { guide } from "../state/guide.js";

/** The words of the guided path, above the view that the step shows. */
export function guidePanel(go: (step: number) => void): Widget<[step: number]> {
  let shown = 0;
  const place = html("p", { class: "place" });
  const title = html("h2", { tabindex: -1 });
  const words = html("div", {});
  const step = (by: number): void => {
    go(shown + by);
    // The new step is read from its beginning.
    title.focus({ preventScroll: false });
  };
  const back = button("Back", () => step(-1));
  const next = button("Next", () => step(1), { class: "primary" });
  const element = html(
    "section",
    { class: "guide", "aria-label": "Explanation" },
    place,
    title,
    words,
    html("div", { class: "guide-buttons" }, back, next),
  );
  return {
    element,
    show(number) {
      if (number === shown) return;
      shown = number;
      const { title: heading, paragraphs, invitation } = guide[number - 1];
      setText(place, `Step ${number} of ${guide.length}`);
      setText(title, heading);
      words.replaceChildren(
        ...paragraphs.map((text) => html("p", {}, text)),
        html("p", { class: "invitation" }, html("strong", {}, "Try: "), invitation),
      );
      setAttribute(back, "disabled", number === 1);
      next.hidden = number === guide.length;
    },
  };
}
