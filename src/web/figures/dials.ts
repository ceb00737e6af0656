import type { Trajectory } from "../../studies/trajectories/rows.js";
import { shortNumber } from "../../drawing/numbers.js";
import { element } from "../../drawing/svg.js";
import { colours, figureClass } from "../../drawing/theme.js";
import { html, setAttribute, setText } from "../dom/elements.js";
import { animate, eased, type Motion } from "../dom/motion.js";

/** Maximum number of dials; in deeper networks, only evenly spaced layers have a dial. */
const MOST = 12;
/** Radius of the unit circle, and half the side of a dial, in the dial's own units. */
const UNIT = 50;
const HALF = 68;
/** How long the arrows take to move to new positions, in milliseconds. */
const TURN = 350;

/** The true x of one layer and its readout: tx, ty, rx, ry. */
type Arrows = readonly [number, number, number, number];

/** One dial: its drawing and the words under it. */
interface Dial {
  readonly element: HTMLElement;
  readonly svg: SVGElement;
  readonly truth: SVGElement;
  readonly readout: SVGElement;
  readonly knob: SVGElement | null;
  readonly name: HTMLElement;
  readonly words: HTMLElement;
}

/** The layers that have a dial: the input, the last layer, and as many layers in between as there is room for. */
export function dialLayers(L: number): number[] {
  if (L < MOST) return Array.from({ length: L + 1 }, (_, l) => l);
  return Array.from({ length: MOST }, (_, k) => Math.round((k * L) / (MOST - 1)));
}

/** The distance between a readout and the truth. */
export function distance({ truth, readout }: Trajectory, layer: number): number {
  return Math.hypot(readout[layer][0] - truth[layer][0], readout[layer][1] - truth[layer][1]);
}

/** What the dials show, and how. */
export interface DialsLook {
  readonly path: Trajectory;
  readonly colour: string;
  /** Layers after this one are drawn pale. */
  readonly layer: number;
  /** Whether the input is being dragged; if so, the arrows follow it without delay. */
  readonly isHeld: boolean;
}

/** A circuit's x at the input and at every layer as arrows: the truth in green, the readout in the colour of z. */
export function dials() {
  const root = html("div", { class: "dials", role: "group" });
  const input = makeDial(true);
  let all: readonly Dial[] = [input];
  let layers: readonly number[] = [];
  let shown: readonly Arrows[] = [];
  let circuit = -1;
  let motion: Motion | null = null;

  const draw = (arrows: readonly Arrows[]): void => {
    shown = arrows;
    arrows.forEach(([tx, ty, rx, ry], k) => {
      const { truth, readout, knob } = all[k];
      truth.setAttribute("d", arrow(tx, ty));
      readout.setAttribute("d", k === 0 ? "" : arrow(rx, ry));
      knob?.setAttribute("transform", `translate(${tx * UNIT} ${-ty * UNIT})`);
    });
  };
  const build = (L: number): void => {
    layers = dialLayers(L);
    all = layers.map((_, k) => (k === 0 ? input : makeDial(false)));
    shown = [];
    root.replaceChildren(...all.map((dial) => dial.element));
  };
  return {
    element: root,
    /** The dial of the input; it can be dragged. */
    input: input.svg,
    show({ path, colour, layer, isHeld }: DialsLook): void {
      const L = path.truth.length - 1;
      if (layers.at(-1) !== L) build(L);
      const arrows = layers.map((l): Arrows => [
        ...([path.truth[l][0], path.truth[l][1]] as const),
        ...([path.readout[l][0], path.readout[l][1]] as const),
      ]);
      setAttribute(root, "aria-label", `x of circuit ${path.circuit}, layer by layer`);
      all.forEach(({ element: own, readout, name, words }, k) => {
        own.classList.toggle("dial-ahead", layers[k] > layer);
        readout.setAttribute("stroke", colour);
        setText(name, k === 0 ? "input x" : `layer ${layers[k]}`);
        setText(words, k === 0 ? `circuit ${path.circuit}` : `off by ${offText(path, layers[k])}`);
      });
      motion?.stop();
      const from = shown;
      if (isHeld || from.length !== arrows.length || circuit !== path.circuit) draw(arrows);
      else if (arrows.some((own, k) => own.some((value, i) => value !== from[k][i]))) {
        motion = animate(TURN, (share) => {
          // The last frame draws the arrows as given, because rounding could change the sum below slightly.
          if (share === 1) return draw(arrows);
          const at = eased(share);
          draw(
            arrows.map((own, k) => own.map((value, i) => from[k][i] + at * (value - from[k][i])) as unknown as Arrows),
          );
        });
      }
      circuit = path.circuit;
    },
  };
}

function makeDial(isInput: boolean): Dial {
  const line = (attributes: Record<string, string | number>): SVGElement =>
    element(document, "path", { fill: "none", "stroke-linecap": "round", "stroke-linejoin": "round", ...attributes });
  const truth = line({ stroke: colours.truth, "stroke-width": isInput ? 5 : 6 });
  const readout = line({ stroke: colours.muted, "stroke-width": 3.5 });
  // The handle for dragging.
  const knob = isInput ? element(document, "circle", { r: 9, fill: colours.truth }) : null;
  const svg = element(document, "svg", { class: figureClass, viewBox: `${-HALF} ${-HALF} ${2 * HALF} ${2 * HALF}` }, [
    element(document, "circle", { r: UNIT, fill: "none", stroke: colours.muted, "stroke-width": 1.2 }),
    line({ d: `M${-UNIT} 0H${UNIT}M0 ${-UNIT}V${UNIT}`, stroke: colours.muted, "stroke-width": 0.4 }),
    truth,
    readout,
    ...(knob === null ? [] : [knob]),
  ]);
  if (!isInput) svg.setAttribute("aria-hidden", "true");
  const words = html("span", { class: "dial-words number" });
  const name = html("span", { class: "dial-name" });
  return {
    element: html("div", { class: isInput ? "dial dial-input" : "dial" }, svg, name, words),
    ...{ svg, truth, readout, knob, name, words },
  };
}

/** An arrow from the centre to x; if x is outside the dial, the arrow ends at the edge and has no head. */
function arrow(x: number, y: number): string {
  const length = Math.hypot(x, y);
  if (!(length > 0.02)) return "M0 0h0.01";
  const reach = Math.min(length, (HALF - 4) / UNIT);
  const at = (along: number, across: number): string => {
    const [ux, uy] = [x / length, y / length];
    return `${(along * ux - across * uy).toFixed(1)} ${(-(along * uy + across * ux)).toFixed(1)}`;
  };
  const end = reach * UNIT;
  const head = Math.min(10, end / 2);
  const tip = length > reach ? "" : `M${at(end - head, head * 0.6)}L${at(end, 0)}L${at(end - head, -head * 0.6)}`;
  return `M0 0L${at(end, 0)}${tip}`;
}

/** A readout's distance from the truth, as text that is short even if the distance is large. */
export function offText(path: Trajectory, layer: number): string {
  const off = distance(path, layer);
  return off < 100 ? off.toFixed(2) : shortNumber(off, 2);
}
