import type { Trajectory } from "../../studies/trajectories/rows.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { trajectories } from "../../studies/trajectories/figure.js";
import { zColour } from "../../drawing/theme.js";
import type { RunSpec } from "../../config/run-spec.js";
import { button, html, setAttribute, setText } from "../dom/elements.js";
import { dials, offText } from "../figures/dials.js";
import { hasPaths } from "../spec/readouts.js";
import { shownLayer } from "../state/lab-state.js";
import { inputSlider, wholeDegrees } from "./input-slider.js";
import { numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, place, type Scene, type ChangeView, type View } from "./view.js";

/**
 * Paths of x through the layers, true and read out, up to the chosen layer. One circuit's path is shown as arrows, the
 * first of which can be dragged; those of other circuits are drawn side by side.
 *
 * @param drag requests the arrows of another input
 */
export function trajectoriesView(changeView: ChangeView, drag: (degrees: number) => void): View {
  const player = layerPlayer(changeView);
  const arrows = dials();
  const hint = html("p", { class: "hint" });
  const sample = numberPicker("sample", (value) => changeView({ sample: value ?? 0, input: null }));
  const back = button("Back to the drawn input", () => changeView({ input: null }), { class: "small" });
  const slot = html("div", { class: "figure" });
  const message = html("p", { class: "empty" });
  const body = html(
    "div",
    {},
    player.element,
    arrows.element,
    hint,
    html("div", { class: "player" }, sample.element, back),
    slot,
  );
  const element = html("div", {}, message, body);
  const changed = changeOf();
  let scene: Scene | null = null;
  /** The angle at which the input is held, in degrees. */
  let held: number | null = null;

  const degrees = (): number => {
    const start = scene?.data.dragged?.paths[0].truth[0];
    return held ?? scene?.state.input ?? (start ? wholeDegrees((Math.atan2(start[1], start[0]) * 180) / Math.PI) : 0);
  };
  const move = (value: number, isPassing: boolean): void => {
    if (!scene?.data.dragged?.isTurnable) return;
    held = isPassing ? value : null;
    if (isPassing) drag(value);
    else changeView({ input: value });
  };
  inputSlider(arrows.input, degrees, move);

  return {
    element,
    introduction:
      "Each panel follows one small circuit. Green: what it should compute. Crosses: what the shared network computes. " +
      "Switch on more circuits (z) and the crosses drift away.",
    draw(next) {
      scene = next;
      const { state, data } = next;
      const canDraw = hasPaths(state.spec);
      body.hidden = !canDraw;
      setText(message, canDraw ? "" : "These circuits carry no vector x; the view Errors shows their errors.");
      if (!canDraw) return slot.replaceChildren();
      player.show(state);
      sample.show(state.sample, 2 ** 32 - 1);
      back.hidden = state.input === null;
      const { dragged, paths } = data;
      if (dragged) {
        const [path, ...others] = dragged.paths;
        const layer = Math.min(shownLayer(state), dragged.spec.L);
        arrows.show({ path, layer, colour: readoutColour(dragged.spec)(path.z), isHeld: held !== null });
        setText(hint, hintText(others.length, dragged.isTurnable));
        const off = offText(path, dragged.spec.L);
        const value = `${degrees()}°; at layer ${dragged.spec.L} the readout is off by ${off}`;
        for (const [name, text] of Object.entries({
          "aria-label": `input x of circuit ${path.circuit}`,
          "aria-valuenow": degrees(),
          "aria-valuetext": value,
          "aria-disabled": dragged.isTurnable ? null : "true",
        }))
          setAttribute(arrows.input, name, text);
      }
      if (paths && changed(paths, shownLayer(state), next.width, next.frame)) {
        const figure = draw(next, { document, id: `paths${next.idSuffix}`, command: "", styles: false });
        if (figure) place(slot, figure);
      }
    },
    play: player.play,
    figure: draw,
  };
}

function hintText(others: number, isTurnable: boolean): string {
  const what = isTurnable ? "Drag the first arrow: green is the true x, the other what is read out. " : "";
  const company = others === 1 ? "One other circuit is on." : `${others} other circuits are on.`;
  return others === 0 ? what : what + company;
}

/** Half the side of a panel. It is the same for every network, so that only the readouts move. */
const EXTENT = 1.8;

/** A single z keeps one colour for its readouts when it changes; several z are told apart by colour. */
function readoutColour({ z }: RunSpec): (z: number) => string {
  return z.length === 1 ? () => zColour(1) : zColour;
}

function draw({ state, data, width, frame }: Scene, options: FigureOptions): Figure | null {
  if (!data.paths || data.paths.rows.length === 0) return null;
  const { rows } = data.paths;
  const L = rows[0].truth.length - 1;
  const layer = Math.min(shownLayer(state), L);
  const isNarrow = width < 520;
  const hasOneZ = rows.every(({ z }) => z === rows[0].z);
  const abreast = isNarrow ? 2 : 3;
  // Several z form rows to compare. A single z leaves room for larger panels: two rows of them, or one beside the
  // explanation.
  const layout = hasOneZ
    ? { width: Math.min(width, 720), perZ: frame === "page" ? 2 * abreast : abreast, abreast }
    : { width, perZ: isNarrow ? 3 : 5 };
  return trajectories(
    rows.map((row) => upTo(row, layer)),
    {
      ...options,
      ...layout,
      extent: EXTENT,
      colourOf: readoutColour(data.paths.spec),
      ...(isNarrow || frame === "embedded" ? { labelSize: 11 } : {}),
      ...(layer === 0 ? { title: "Layer 0: the inputs of the active circuits" } : {}),
    },
  );
}

function upTo(row: Trajectory, layer: number): Trajectory {
  return { ...row, truth: row.truth.slice(0, layer + 1), readout: row.readout.slice(0, layer + 1) };
}
