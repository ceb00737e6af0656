import { histogramAt, noiseRows } from "../../studies/storage/statistics.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { storedReadouts } from "../../studies/storage/distribution-figure.js";
import type { SettingsActions } from "../controls/settings-form.js";
import { storageControls } from "../controls/storage-controls.js";
import { html } from "../dom/elements.js";
import { changeOf, place, type Scene, type View } from "./view.js";

/** The view of features that are only stored: their readouts, and when a threshold misreads them. */
export function storageView(actions: SettingsActions): View {
  const form = storageControls(actions);
  const slot = html("div", { class: "figure" });
  const element = html("div", {}, slot);
  const changed = changeOf();
  return {
    element,
    controls: form.element,
    introduction:
      "This shows the cost of storage alone: m features have random directions in n dimensions, and l of them are active. Each feature is " +
      "read as the dot product of its direction with the sum of the active ones. Changing m has little effect. Move l past the dashed line, and readouts go wrong.",
    draw(scene) {
      const { data, state, width } = scene;
      form.show(state.storage, state.spec.seed);
      const { l, amplitudes } = state.storage;
      if (data.stored && changed(data.stored, l, amplitudes, width)) {
        const figure = draw(scene, { document, id: "storage", command: "", styles: false });
        if (figure) place(slot, figure);
      }
    },
    figure: draw,
  };
}

/** While a new l is being measured, the previous one stays on screen. */
function draw({ state, data, width }: Scene, options: FigureOptions): Figure | null {
  const { stored } = data;
  if (!stored) return null;
  const { amplitudes } = state.storage;
  const l = stored.task.ls.includes(state.storage.l) ? state.storage.l : stored.question.l;
  const rows = noiseRows(stored.task, stored.draws);
  return storedReadouts(rows, {
    ...options,
    width,
    l,
    amplitudes,
    histogram: histogramAt(stored.draws, l, amplitudes),
  });
}
