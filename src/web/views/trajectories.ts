import type { Trajectory } from "../../studies/trajectories/rows.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { trajectories } from "../../studies/trajectories/figure.js";
import { html, setText } from "../dom/elements.js";
import { hasPaths } from "../spec/readouts.js";
import { shownLayer } from "../state/lab-state.js";
import { layerPlayer } from "./player.js";
import { changeOf, place, type Scene, type ChangeView, type View } from "./view.js";

/** Paths of x through the layers, true and read out, as far as the chosen layer. */
export function trajectoriesView(changeView: ChangeView): View {
  const player = layerPlayer(changeView);
  const slot = html("div", { class: "figure" });
  const message = html("p", { class: "empty" });
  const element = html("div", {}, player.element, message, slot);
  const changed = changeOf();
  return {
    element,
    introduction:
      "Each panel follows one small circuit. Green: what it should compute. Crosses: what the shared network computes. " +
      "Switch on more circuits (z) and the crosses drift away.",
    draw(scene) {
      const { state, data } = scene;
      player.show(state);
      const canDraw = hasPaths(state.spec);
      player.element.hidden = !canDraw;
      setText(message, canDraw ? "" : "These circuits carry no vector x: their errors are under Errors.");
      if (!canDraw) slot.replaceChildren();
      else if (data.paths && changed(data.paths, shownLayer(state), scene.width)) {
        const figure = draw(scene, { document, id: "paths", command: "", styles: false });
        if (figure) place(slot, figure);
      }
    },
    figure: draw,
  };
}

function draw({ state, data, width }: Scene, options: FigureOptions): Figure | null {
  const rows = data.paths?.rows;
  if (!rows || rows.length === 0) return null;
  const L = rows[0].truth.length - 1;
  const layer = Math.min(shownLayer(state), L);
  const isNarrow = width < 520;
  const hasOneZ = rows.every(({ z }) => z === rows[0].z);
  // Several z are rows to compare; one has the space for larger panels, two rows of them on a screen.
  const layout = hasOneZ
    ? { width: Math.min(width, 720), perZ: isNarrow ? 4 : 6, abreast: isNarrow ? 2 : 3 }
    : { width, perZ: isNarrow ? 3 : 5 };
  return trajectories(
    rows.map((row) => upTo(row, layer)),
    {
      ...options,
      ...layout,
      extent: extentOf(rows),
      ...(isNarrow ? { labelSize: 11 } : {}),
      ...(layer === 0 ? { title: "Layer 0: the inputs of the active circuits" } : {}),
    },
  );
}

function upTo(row: Trajectory, layer: number): Trajectory {
  return { ...row, truth: row.truth.slice(0, layer + 1), readout: row.readout.slice(0, layer + 1) };
}

/** Half the side of a panel that shows nearly all readouts of all layers, so that panels keep their scale while playing. */
function extentOf(rows: readonly Trajectory[]): number {
  const reach = rows.flatMap(({ readout }) => readout.map(([x, y]) => Math.max(Math.abs(x), Math.abs(y))));
  reach.sort((a, b) => a - b);
  return Math.min(2.2, Math.max(1.35, 1.1 * reach[Math.floor(0.9 * (reach.length - 1))]));
}
