import type { Trajectory } from "../../studies/trajectories/rows.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { distinct } from "../../drawing/numbers.js";
import { trajectories } from "../../studies/trajectories/figure.js";
import { zColour } from "../../drawing/theme.js";
import type { RunSpec } from "../../config/run-spec.js";
import { button, html, setAttribute, setText } from "../dom/elements.js";
import type { CardPlace } from "./card.js";
import { dials, offText } from "../figures/dials.js";
import { isDrawable, isSamePath } from "../computation/lab.js";
import { hasPaths } from "../spec/readouts.js";
import { shownLayer } from "../state/lab-state.js";
import { inputSlider, wholeDegrees } from "./input-slider.js";
import { livesOn } from "./neurons.js";
import { panelPointer, type Panel } from "./panel-pointer.js";
import { pathCard, type PathCardContent } from "./path-card.js";
import { numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, place, type Scene, type ChangeView, type View } from "./view.js";

/**
 * Paths of x through the layers up to the chosen one, both true and read out. One circuit's path is shown as arrows,
 * and the first arrow can be dragged; the paths of other circuits are drawn in panels side by side.
 *
 * @param drag called with the angle of a dragged input; requests the arrows for it
 */
export function trajectoriesView(changeView: ChangeView, drag: (degrees: number) => void): View {
  const player = layerPlayer(changeView);
  const arrows = dials();
  const hint = html("p", { class: "hint" });
  const sample = numberPicker("sample", (value) => changeView({ sample: value ?? 0, input: null }));
  const back = button("Back to the random input", () => changeView({ input: null }), { class: "small" });
  const slot = html("div", { class: "figure" });
  const message = html("p", { class: "empty" });
  const card = pathCard(() => changeView({ path: null }));
  /** The panel under the pointer. */
  let under: number | null = null;
  /** The panel under the pointer; null if another path has been chosen since the pointer moved to it. */
  let pointed: number | null = null;
  const panels = (): readonly number[] => (scene?.data.paths ? panelsOf(scene.data.paths.rows, scene) : []);
  const picked = (): number | null => {
    const k = panels().indexOf(scene?.state.path ?? -1);
    return k === -1 ? null : k;
  };
  const pointer = panelPointer(slot, {
    point(k) {
      if (k === under) return;
      under = pointed = k;
      showCard();
    },
    pick: (k) => changeView({ path: panels()[k] }),
    picked,
  });
  pointer.element.append(card.element);
  const showCard = (): void => {
    const k = scene && isDrawable(scene.state.spec) ? (pointed ?? picked()) : null;
    card.show(scene && k !== null ? cardOf(scene, panels()[k]) : null);
    // The card is filled first; it and the ring are placed last, so that the layout is computed only once.
    const panel = k === null ? null : pointer.panel(k);
    if (panel === null) card.show(null);
    else if (scene) card.place(placeAt(panel, scene));
    pointer.ring(panel);
  };
  // Clicking a panel does not give it the focus, so the key press may go to any element on the page.
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape" && element.isConnected && (scene?.state.path ?? null) !== null) changeView({ path: null });
  });
  const body = html(
    "div",
    {},
    player.element,
    arrows.element,
    hint,
    html("div", { class: "player" }, sample.element, back),
    pointer.element,
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
      "Each panel follows one small circuit. Green: what the circuit should compute. Crosses: what the shared network computes. " +
      "Switch on more circuits (z) and the crosses drift away.",
    draw(next) {
      if (next.state.path !== scene?.state.path) pointed = null;
      scene = next;
      const { state, data } = next;
      const canDraw = hasPaths(state.spec);
      body.hidden = !canDraw;
      setText(message, canDraw ? "" : "These circuits carry no vector x; the Errors view shows their errors.");
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
        slot.classList.toggle("tall", next.state.spec.z.length > 1);
        setAttribute(pointer.element, "aria-label", pathsLabel(panels().length));
      }
      showCard();
    },
    play: player.play,
    figure: draw,
  };
}

const pathsLabel = (count: number): string =>
  `The paths of ${count} circuits. The arrow keys choose a circuit and show its neurons; Escape hides them.`;

function cardOf({ state, data: { paths, followed }, isDark, follow }: Scene, index: number): PathCardContent | null {
  const path = paths?.rows[index];
  if (!paths || path === undefined) return null;
  const { spec } = paths;
  const { z, sample, circuit } = path;
  const question = { spec, z, sample, input: sample === state.sample ? state.input : null };
  if (spec === state.spec) follow(question);
  const layer = Math.min(shownLayer(state), path.truth.length - 1);
  const isKnown = followed !== null && isSamePath(followed, question);
  return {
    ...{ title: `Circuit ${circuit} in sample ${sample}, z = ${z}`, isPinned: index === state.path },
    ...{ path, layer, isDark },
    known: isKnown ? { lives: livesOn(followed, layer, circuit), sample: followed.result } : null,
  };
}

/** The possible places of a panel's card. */
function placeAt({ left, right, top, bottom, isUpper }: Panel, { frame }: Pick<Scene, "frame">): CardPlace {
  const isRight = left + right < 1;
  // If the figure is above the explanation or embedded in another page, the card has to cover part of the panel.
  const isOver = frame === "above" || frame === "embedded";
  return {
    ...{ x: isRight ? left : right, isRight },
    ...{ above: isOver ? bottom : top, below: isOver ? top : bottom, isBelow: isUpper && frame !== "beside" },
  };
}

function hintText(others: number, isTurnable: boolean): string {
  const what = isTurnable
    ? "Drag the first arrow. At each layer, the green arrow is the true x, and the other one is the readout. "
    : "";
  const company = others === 1 ? "One other circuit is on." : `${others} other circuits are on.`;
  return others === 0 ? what : what + company;
}

/** Half the side of a panel. It is the same for every network, so that only the readouts move. */
const EXTENT = 1.8;

/** A single z has the same colour for every value; if there are several, each has a different colour. */
function readoutColour({ z }: RunSpec): (z: number) => string {
  return z.length === 1 ? () => zColour(1) : zColour;
}

/**
 * With several values of z, each has one row of panels, for comparison. With a single z, the panels are larger and fill
 * two rows in the lab and one row elsewhere.
 */
function layoutOf(rows: readonly Trajectory[], { width, frame }: Pick<Scene, "width" | "frame">) {
  const isNarrow = width < 520;
  const hasOneZ = rows.every(({ z }) => z === rows[0].z);
  const abreast = isNarrow ? 2 : 3;
  return hasOneZ
    ? { width: Math.min(width, 720), perZ: frame === "page" ? 2 * abreast : abreast, abreast }
    : { width, perZ: isNarrow ? 3 : 5 };
}

/** The rows that have a panel, in the order of the panels. */
function panelsOf(rows: readonly Trajectory[], scene: Scene): number[] {
  const { perZ } = layoutOf(rows, scene);
  const of = (z: number): number[] => rows.flatMap((row, k) => (row.z === z ? [k] : [])).slice(0, perZ);
  return distinct(rows.map(({ z }) => z)).flatMap(of);
}

function draw({ state, data, width, frame }: Scene, options: FigureOptions): Figure | null {
  if (!data.paths || data.paths.rows.length === 0) return null;
  const { rows } = data.paths;
  const L = rows[0].truth.length - 1;
  const layer = Math.min(shownLayer(state), L);
  return trajectories(
    rows.map((row) => upTo(row, layer)),
    {
      ...options,
      ...layoutOf(rows, { width, frame }),
      extent: EXTENT,
      colourOf: readoutColour(data.paths.spec),
      ...(width < 520 || frame === "embedded" ? { labelSize: 11 } : {}),
      ...(layer === 0 ? { title: "Layer 0: the inputs of the active circuits" } : {}),
    },
  );
}

function upTo(row: Trajectory, layer: number): Trajectory {
  return { ...row, truth: row.truth.slice(0, layer + 1), readout: row.readout.slice(0, layer + 1) };
}
