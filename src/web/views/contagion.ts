import type { Contagion, Thread } from "../../runs/contagion.js";
import { grouped, listed } from "../../drawing/numbers.js";
import { html, setAttribute, setText } from "../dom/elements.js";
import { withHover } from "../dom/hover.js";
import { animate, PACE, type Motion } from "../dom/motion.js";
import {
  circuitAt,
  circuitBeside,
  circuitGrid,
  contagionFigure,
  drawContagion,
  shownThreads,
  wakingColour,
} from "../figures/contagion.js";
import { isDrawable, type NeuronData } from "../computation/lab.js";
import { shownLayer } from "../state/lab-state.js";
import { circuitList, numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, type ChangeView, type Scene, type View } from "./view.js";

/** The view of circuits that wake one another; a circuit has the same place in all layers. */
export function contagionView(changeView: ChangeView): View {
  const player = layerPlayer(changeView);
  const sample = numberPicker("sample", (value) => changeView({ sample: value ?? 0, input: null }));
  const circuit = numberPicker("circuit", (value) => changeView({ circuit: value }));
  const title = html("h2", { class: "figure-title" });
  const legend = html("p", { class: "legend" });
  const canvas = html("canvas", { class: "cells", role: "img", tabindex: 0 });
  const waking = html("p", { class: "waking", "aria-live": "polite" });
  const story = html("div", { class: "story" });
  const message = html("p", { class: "empty" });
  const pickers = html("div", { class: "player" }, sample.element, circuit.element);
  let scene: Scene | null = null;
  const cellAt = (offsetX: number, offsetY: number): number | null => {
    const T = scene?.data.neurons?.result.contagion?.wokenAt.length;
    if (!scene || T === undefined) return null;
    const scale = scene.width / canvas.clientWidth;
    return circuitAt(circuitGrid(T, scene.width), T, offsetX * scale, offsetY * scale);
  };
  const frame = withHover(canvas, (x, y) => {
    const [circuit, contagion] = [cellAt(x, y), scene?.data.neurons?.result.contagion];
    return circuit === null || !contagion ? "" : wakingText(contagion, circuit);
  });
  const body = html("div", {}, player.element, title, legend, frame, waking, story);
  const element = html("div", {}, message, pickers, body);
  const sampleChanged = changeOf();
  const lookChanged = changeOf();
  let threads: readonly Thread[] = [];
  let motion: Motion | null = null;
  let time = 0;

  canvas.addEventListener("keydown", (event) => {
    const contagion = scene?.data.neurons?.result.contagion;
    if (!scene || !contagion) return;
    const { circuit } = scene.state;
    const { wokenAt } = contagion;
    if (event.key === "Escape" && circuit !== null) return changeView({ circuit: null });
    const T = wokenAt.length;
    const next =
      circuit === null || circuit >= T
        ? event.key.startsWith("Arrow")
          ? wokenAt.indexOf(0)
          : null
        : circuitBeside(circuitGrid(T, scene.width), T, circuit, event.key);
    if (next === null) return;
    event.preventDefault();
    changeView({ circuit: next }, true);
  });
  canvas.addEventListener("click", ({ offsetX, offsetY }) => changeView({ circuit: cellAt(offsetX, offsetY) }));

  return {
    element,
    introduction:
      "Each cell is a circuit, at the same place in every layer. Outlined circuits were switched on; the others should sleep. Play through the " +
      "layers to see which circuits wake which. Click a circuit, or move to it with the arrow keys, to see which circuits woke it, and through which neurons.",
    draw(next) {
      scene = next;
      const { state, data, width, isDark } = next;
      const { neurons: computed } = data;
      const contagion = computed?.result.contagion ?? null;
      const isKnown = computed?.spec === state.spec && computed.isTraced;
      setText(message, !isDrawable(state.spec) || (isKnown && contagion === null) ? nothing : "");
      body.hidden = pickers.hidden = !isDrawable(state.spec) || contagion === null;
      if (!computed || contagion === null) return;
      player.show(state);
      sample.show(state.sample, 2 ** 32 - 1);
      circuit.show(state.circuit, state.spec.T - 1);
      const L = computed.spec.L;
      const layer = Math.min(shownLayer(state), L);
      const isNew = sampleChanged(computed);
      if (isNew) threads = shownThreads(contagion.threads);
      const picked = state.circuit !== null && state.circuit < contagion.wokenAt.length ? state.circuit : null;
      if (!lookChanged(computed, layer, picked, width, isDark)) return;
      const text = titleOf(contagion, layer);
      setText(title, text);
      setAttribute(
        canvas,
        "aria-label",
        `${text}. Arrow keys move between circuits; the text says which circuits woke the chosen one.`,
      );
      legend.replaceChildren(...legendOf(contagion, layer, isDark));
      setText(waking, picked === null ? "Click a circuit to see which others woke it." : wakingText(contagion, picked));
      story.replaceChildren(...tell(computed, contagion, picked, (t) => changeView({ circuit: t })));
      const grid = circuitGrid(contagion.wokenAt.length, width);
      const own = picked === null ? [] : contagion.threads.filter(({ from, to }) => from === picked || to === picked);
      const drawn = [...threads, ...own];
      const show = (at: number): void => {
        time = at;
        drawContagion(canvas, grid, contagion, drawn, { time, picked, isDark });
      };
      motion?.stop();
      const from = time;
      // A change by one layer is animated; the animation takes as long as "Play" shows each layer.
      if (layer === from || isNew || Math.abs(layer - from) > 1) return show(layer);
      motion = animate(PACE, (share) => show(from + share * (layer - from)));
    },
    play: player.play,
    figure: ({ state, data: { neurons: computed }, width, isDark }, options) => {
      const contagion = computed?.result.contagion ?? null;
      if (!computed || contagion === null) return null;
      const layer = Math.min(shownLayer(state), computed.spec.L);
      const title = titleOf(contagion, layer);
      return contagionFigure(contagion, shownThreads(contagion.threads), { ...options, width, title, layer, isDark });
    },
  };
}

const nothing =
  "This view shows only networks of the published design that fit on a screen and whose circuits have an On-indicator.";

const awakeAt = ({ wokenAt }: Contagion, layer: number): number =>
  wokenAt.reduce((count, woken) => count + (woken > 0 && woken <= layer ? 1 : 0), 0);

function titleOf(contagion: Contagion, layer: number): string {
  const on = contagion.wokenAt.reduce((count, woken) => count + (woken === 0 ? 1 : 0), 0);
  const awake = awakeAt(contagion, layer);
  const were = `${grouped(on)} circuit${on === 1 ? " was" : "s were"} switched on`;
  return `Layer ${layer}: ${were}; ${awake === 0 ? "no other has" : `${grouped(awake)} other${awake === 1 ? " has" : "s have"}`} woken`;
}

/** Says, for each layer up to this one, how many circuits woke there. */
function legendOf(contagion: Contagion, layer: number, isDark: boolean): HTMLElement[] {
  const counts = new Map<number, number>();
  for (const woken of contagion.wokenAt) counts.set(woken, (counts.get(woken) ?? 0) + 1);
  return [...counts]
    .filter(([woken]) => woken >= 0 && woken <= layer)
    .sort(([a], [b]) => a - b)
    .map(([woken, count]) => {
      const swatch = html("span", { class: "swatch", "aria-hidden": "true" });
      swatch.style.background = wakingColour(woken, isDark);
      const what = woken === 0 ? `${count} switched on` : `${count} woke at layer ${woken}`;
      return html("span", {}, swatch, ` ${what}`);
    });
}

/** Says which circuits woke a circuit, through which neurons, and how many others it helped to wake. */
export function wakingText({ wokenAt, threads, readings, threshold }: Contagion, circuit: number): string {
  const layer = wokenAt[circuit];
  const woke = new Set(threads.filter(({ from }) => from === circuit).map(({ to }) => to)).size;
  const on =
    woke === 0 ? "It woke no other circuit." : `It helped to wake ${grouped(woke)} other${woke === 1 ? "" : "s"}.`;
  if (layer === 0) return `Circuit ${circuit} was switched on. ${on}`;
  if (layer === -1) {
    const most = Math.max(...readings.map((own) => own[circuit]));
    return `Circuit ${circuit} sleeps through all layers: its indicator reads ${most.toFixed(2)} at most, and its gate opens above ${threshold}.`;
  }
  const reading = readings[layer][circuit].toFixed(2);
  const causes = causesOf(threads, circuit);
  if (causes.length === 0) {
    return `Small errors on the neurons of circuit ${circuit} woke the circuit at layer ${layer}, where its indicator read ${reading}; no circuit that was awake shares a neuron with it. ${on}`;
  }
  const text = causes.slice(0, MOST_CAUSES).map(([from, own]) => `${from} (${neuronsText(own)})`);
  const others = causes.length - text.length;
  const who = others > 0 ? `${text.join(", ")} and ${others} other${others === 1 ? "" : "s"}` : listed(text);
  const [[from, own]] = causes;
  return causes.length === 1
    ? `${from} woke ${circuit} at layer ${layer} through ${neuronsText(own)}; the indicator of ${circuit} read ${reading}. ${on}`
    : `${who} woke ${circuit} at layer ${layer}; the indicator of ${circuit} read ${reading}. ${on}`;
}

/** The largest number of circuits that the text names as causes when a circuit wakes. */
const MOST_CAUSES = 6;

/** The circuits that woke a given circuit, strongest first, each with its threads. */
function causesOf(threads: readonly Thread[], circuit: number): (readonly [from: number, own: readonly Thread[]])[] {
  const by = new Map<number, Thread[]>();
  for (const thread of threads) {
    if (thread.to === circuit) by.set(thread.from, [...(by.get(thread.from) ?? []), thread]);
  }
  const sum = (own: readonly Thread[]): number => own.reduce((total, { share }) => total + share, 0);
  return [...by].sort(([, a], [, b]) => sum(b) - sum(a));
}

function neuronsText(own: readonly Thread[]): string {
  return `neuron${own.length === 1 ? "" : "s"} ${listed(own.map(({ neuron }) => String(neuron)))}`;
}

function tell(
  { result }: NeuronData,
  contagion: Contagion,
  picked: number | null,
  pick: (circuit: number) => void,
): HTMLElement[] {
  const isActive = (circuit: number): boolean => result.circuits.includes(circuit);
  const on = html("p", {}, "Switched on: ", ...circuitList(result.circuits, isActive, pick), ".");
  if (picked === null) return [on];
  const causes = causesOf(contagion.threads, picked).map(([from]) => from);
  const woken = [...new Set(contagion.threads.filter(({ from }) => from === picked).map(({ to }) => to))];
  const list = (label: string, circuits: readonly number[]): HTMLElement[] =>
    circuits.length === 0 ? [] : [html("p", {}, label, ...circuitList(circuits, isActive, pick))];
  return [...list("Woken by: ", causes), ...list("Helped to wake: ", woken), on];
}
