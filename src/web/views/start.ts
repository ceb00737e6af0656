import { grouped } from "../../drawing/numbers.js";
import { button, html, setAttribute, setText } from "../dom/elements.js";
import { animate, type Motion } from "../dom/motion.js";
import { drawSheets, sheetColours, sheetsOf, type Sheets } from "../figures/sheets.js";
import { isDrawable } from "../computation/lab.js";
import { changeOf, type View } from "./view.js";

/** Milliseconds that the pulse takes from one layer to the next. */
const PACE = 420;

/** The choices for the number of circuits to switch on. */
const COUNTS = [1, 2, 3];

/**
 * The first screen: the layers as sheets with a pulse running through them, the number of circuits switched on, and the
 * number of neurons that are on as a result.
 */
export function startView(choose: (z: number) => void, explain: () => void, openLab: () => void): View {
  const canvas = html("canvas", { class: "sheets", role: "img" });
  const told = html("p", { class: "unseen figure-title" });
  const counted = html("p", { class: "start-count number", "aria-hidden": "true" });
  const claim = html("p", { class: "start-claim" });
  const counts = COUNTS.map((z) => button(String(z), () => choose(z), { class: "start-z" }));
  const label = html("span", { id: "start-z" }, "Circuits switched on");
  const message = html("p", { class: "empty" });
  const element = html(
    "div",
    { class: "start" },
    claim,
    message,
    canvas,
    told,
    counted,
    html("div", { class: "start-counts", role: "group", "aria-labelledby": label.id }, label, ...counts),
    html(
      "div",
      { class: "start-ways" },
      button("Explain this", explain, { class: "primary" }),
      button("Open the lab", openLab),
    ),
  );
  const sampleChanged = changeOf();
  const lookChanged = changeOf();
  let sheets: Sheets | null = null;
  let motion: Motion | null = null;
  let pulse = 0;

  return {
    element,
    introduction: "",
    draw({ state, data, width, isDark }) {
      const { T, D, L, z } = state.spec;
      setText(
        claim,
        `${grouped(T)} small circuits share a network of ${L} layers of ${grouped(D)} neurons. Switch on a few circuits, and watch.`,
      );
      counts.forEach((one, k) => setAttribute(one, "aria-pressed", String(z.length === 1 && z[0] === COUNTS[k])));
      const fits = isDrawable(state.spec);
      setText(message, fits ? "" : "This network is too large to draw neuron by neuron, but the lab can measure it.");
      canvas.hidden = counted.hidden = !fits;
      const { neurons: computed } = data;
      if (!fits || !computed) return;
      const isNew = sampleChanged(computed);
      if (isNew) sheets = sheetsOf(computed.result);
      if (!sheets || !(lookChanged(width, isDark) || isNew)) return;
      const shown = sheets;
      const last = shown.sheets.length - 1;
      const height = Math.max(300, Math.min(520, 0.9 * width, 62 * (last + 1)));
      const show = (at: number): void => {
        pulse = at;
        drawSheets(canvas, shown, { width, height, pulse, colours: sheetColours(isDark) });
        const { on, due } = shown.sheets[Math.round(at)];
        const where = at === last ? "" : `Layer ${Math.round(at)}: `;
        counted.replaceChildren(
          ...[where, html("strong", { class: "stray" }, grouped(on)), ` of ${grouped(D)} neurons are on; `],
          ...[html("strong", { class: "due" }, grouped(due)), " should be."],
        );
      };
      const { on, due } = shown.sheets[last];
      setText(told, `At layer ${last}, ${countText(on, D, due)}`);
      setAttribute(canvas, "aria-label", `${last + 1} layers as sheets of neurons. ${told.textContent}`);
      if (!isNew && pulse === last) return show(last);
      motion?.stop();
      motion = animate(PACE * last, (share) => show(share * last));
    },
    figure: () => null,
  };
}

function countText(on: number, D: number, due: number): string {
  return `${grouped(on)} of ${grouped(D)} neurons are on; ${grouped(due)} should be.`;
}
