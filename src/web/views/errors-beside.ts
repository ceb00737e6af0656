import { html, setAttribute } from "../dom/elements.js";
import { changeOf, place, type Scene, type View } from "./view.js";

/** Shows the errors beside the neurons if there is room for both. */
export function errorsBeside() {
  const wide = matchMedia("(min-width: 1280px)");
  const changed = changeOf();
  const element = html("div", { class: "beside figure", hidden: true });
  return {
    element,
    /** @param errors the view of errors; null until it has loaded */
    draw(scene: Scene, errors: View | null): void {
      const { state, data } = scene;
      const { measured } = data;
      element.hidden =
        state.view !== "neurons" || state.embed !== null || state.pinned !== null || !wide.matches || measured === null;
      if (element.hidden || errors === null || measured === null) return;
      setAttribute(element, "data-state", measured.spec === state.spec ? "current" : "stale");
      if (!changed(measured.rows, state.quantity)) return;
      const options = { document, id: "beside", command: "", styles: false };
      const figure = errors.figure({ ...scene, width: 340, frame: "above" }, options);
      if (figure) place(element, figure);
    },
  };
}
