import type { DesignName } from "../../designs/designs.js";
import { button, html, setAttribute, setText } from "../dom/elements.js";
import { neuronGrid } from "../figures/neuron-grid.js";
import { neuronSum } from "../figures/neuron-sum.js";
import {
  cellAt,
  drawGrid,
  drawStrip,
  gridLayout,
  neighbourOf,
  neuronAt,
  palette,
  type Grid,
} from "../figures/heat-map.js";
import { blocksOf, type Block } from "../spec/blocks.js";
import { countOn, locate, neuronsOf, neuronsOfAll, ownersOf, usedNeurons } from "../figures/sample-neurons.js";
import { isDrawable, type NeuronData } from "../computation/lab.js";
import { shownLayer, type LabState } from "../state/lab-state.js";
import { activationLegend } from "./legend.js";
import { neuronCard, type CardContent } from "./neuron-card.js";
import { circuitList, numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, type Scene, type ChangeView, type View } from "./view.js";

/**
 * The view of all neurons of one sample: each layer is drawn as a strip, and the chosen layer as cells, each of which
 * shows its circuits when pointed at or clicked.
 */
export function neuronsView(changeView: ChangeView): View {
  const player = layerPlayer(changeView);
  const sample = numberPicker("sample", (value) => changeView({ sample: value ?? 0 }));
  const neuron = numberPicker("neuron", (value) => changeView({ neuron: value }));
  const circuit = numberPicker("circuit", (value) => changeView({ circuit: value }));
  const strips = html("div", { class: "strips" });
  const canvas = html("canvas", { class: "cells", role: "img", tabindex: 0 });
  const legend = activationLegend();
  const title = html("h2", { class: "figure-title", hidden: true });
  const story = html("div", { class: "story" });
  const message = html("p", { class: "empty" });
  let scene: Scene | null = null;
  const neuronUnder = (offsetX: number, offsetY: number): number | null => {
    if (!scene?.data.neurons) return null;
    const scale = scene.width / canvas.clientWidth;
    const grid = layoutIn(scene, scene.data.neurons);
    return neuronAt(grid, offsetX * scale, offsetY * scale);
  };
  const card = neuronCard(() => changeView({ neuron: null }));
  const frame = html("div", { class: "hover-frame", hidden: true }, canvas, card.element);
  /** The neuron under the pointer. */
  let under: number | null = null;
  /** The neuron under the pointer; null if another neuron has been chosen since the pointer reached this one. */
  let pointed: number | null = null;
  const showCard = (): void => {
    const computed = scene?.data.neurons;
    const neuron = pointed ?? scene?.state.neuron ?? null;
    card.show(scene && computed && neuron !== null ? cardOf(scene, computed, neuron) : null);
  };
  const point = (neuron: number | null): void => {
    if (neuron === under) return;
    under = pointed = neuron;
    showCard();
  };
  canvas.addEventListener("pointermove", ({ offsetX, offsetY, pointerType }) => {
    if (pointerType !== "touch") point(neuronUnder(offsetX, offsetY));
  });
  canvas.addEventListener("pointerleave", () => point(null));
  const body = html("div", {}, player.element, title, legend.element, frame, story, strips);
  const pickers = html("div", { class: "player" }, sample.element, neuron.element, circuit.element);
  const element = html("div", {}, message, pickers, body);
  const changed = changeOf();
  // A click does not focus a cell, so the key press may go to any element on the page.
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape" || !element.isConnected) return;
    pointed = null;
    showCard();
    if ((scene?.state.neuron ?? null) !== null) changeView({ neuron: null });
  });

  canvas.addEventListener("keydown", (event) => {
    if (!scene?.data.neurons) return;
    const { neuron } = scene.state;
    const grid = layoutIn(scene, scene.data.neurons);
    const next = neuron === null && event.key.startsWith("Arrow") ? 0 : neighbourOf(grid, neuron ?? 0, event.key);
    if (next === null) return;
    event.preventDefault();
    changeView({ neuron: next }, true);
  });
  canvas.addEventListener("click", ({ offsetX, offsetY }) => {
    if (scene?.data.neurons) changeView({ neuron: neuronUnder(offsetX, offsetY) });
  });

  return {
    element,
    introduction:
      "This shows every neuron of the large network in one sample: outlined cells belong to active circuits, and all others " +
      "should be off. Change the layer to watch other neurons wake, and click a neuron to see which circuits it belongs to.",
    draw(next) {
      if (next.state.neuron !== scene?.state.neuron) pointed = null;
      scene = next;
      const { state, data, width, isDark, frame: place } = next;
      const fits = isDrawable(state.spec);
      setText(
        message,
        fits
          ? ""
          : "This network has too many neurons and layers to draw one by one, but its errors are still measured.",
      );
      body.hidden = pickers.hidden = !fits;
      if (!fits) return;
      player.show(state);
      sample.show(state.sample, 2 ** 32 - 1);
      neuron.show(state.neuron, state.spec.D - 1);
      circuit.show(state.circuit, state.spec.T - 1);
      const { neurons: computed } = data;
      if (!computed) return;
      const layer = Math.min(shownLayer(state), computed.spec.L);
      showCard();
      const isNew = changed(computed, isDark, width, place, layer, state.neuron, state.circuit);
      if (!isNew) return;
      title.hidden = frame.hidden = false;
      const colours = palette(isDark);
      legend.show(colours);
      drawLayer(canvas, computed, state, layer, next);
      setText(title, titleOf(computed, layer));
      setAttribute(
        canvas,
        "aria-label",
        `${titleOf(computed, layer)}. The arrow keys choose a neuron; the counts by layer are below.`,
      );
      story.replaceChildren(...tell(computed, state, layer, changeView));
      showStrips(strips, computed, layer, colours, changeView);
    },
    play: player.play,
    figure: ({ state, data: { neurons: computed }, width, isDark }, options) => {
      if (!computed) return null;
      const layer = Math.min(shownLayer(state), computed.spec.L);
      return neuronGrid(computed.result.activations[layer], {
        ...options,
        width,
        isDark,
        blocks: blocksIn(computed),
        title: titleOf(computed, layer),
        used: usedNeurons(computed.result, layer),
      });
    },
  };
}

/** At most this many neurons are named with their contributions to a sum. */
const MOST_NAMED = 6;

function cardOf(scene: Scene, computed: NeuronData, neuron: number): CardContent | null {
  const { state, data, look } = scene;
  const { result, spec } = computed;
  const layer = Math.min(shownLayer(state), spec.L);
  const activations = result.activations[layer];
  if (neuron >= activations.length) return null;
  if (layer > 0 && spec === state.spec) look(layer, neuron);
  const { incoming } = data;
  const isKnown = incoming?.spec === spec && incoming.layer === layer && incoming.neuron === neuron;
  const owners = ownersOf(result, layer, neuron).map((t) => (result.circuits.includes(t) ? `${t} (active)` : `${t}`));
  const grid = layoutIn(scene, computed);
  const { x, y } = cellAt(grid, neuron);
  return {
    title: neuronText(computed, layer, neuron),
    owners: `${ownersText(owners)}${owners.slice(0, 12).join(", ")}${owners.length > 12 ? " …" : ""}`,
    activation: activations[neuron],
    sum: isKnown ? neuronSum(incoming, result.activations[layer - 1], MOST_NAMED) : null,
    at: { x: (x + grid.cell / 2) / grid.width, y: (y + grid.cell / 2) / grid.height },
    isPinned: neuron === state.neuron,
  };
}

function blocksIn({ result, spec }: NeuronData): Block[] {
  return blocksOf(spec, result.parts);
}

/** Arranges blocks in pairs, side by side, if the figure is above the explanation or is wide enough. */
function layoutIn({ width, frame }: Scene, computed: NeuronData): Grid {
  return gridLayout(blocksIn(computed), width, frame === "above" ? 0 : 500);
}

function drawLayer(
  canvas: HTMLCanvasElement,
  computed: NeuronData,
  state: LabState,
  layer: number,
  scene: Scene,
): void {
  const { result, spec } = computed;
  const hasCircuit = state.circuit !== null && state.circuit < spec.T;
  const view = {
    activations: result.activations[layer],
    used: usedNeurons(result, layer),
    ofCircuit: hasCircuit ? neuronsOfAll(result, layer, [state.circuit]) : new Set<number>(),
    picked: state.neuron,
  };
  drawGrid(canvas, layoutIn(scene, computed), view, palette(scene.isDark));
}

function titleOf({ result }: NeuronData, layer: number): string {
  const D = result.activations[layer].length;
  const { on, stray } = countOn(result, layer);
  if (layer === 0) return `The input: ${on} of ${D} neurons, those of the active circuits`;
  const strays =
    stray === 0
      ? "all of them belong to active circuits"
      : `${stray} of them ${stray === 1 ? "belongs" : "belong"} to no active circuit`;
  return `Layer ${layer}: ${on} of ${D} neurons are on; ${strays}`;
}

/** Describes the picked neuron and circuit, and lists the active circuits. */
function tell(computed: NeuronData, state: LabState, layer: number, changeView: ChangeView): HTMLElement[] {
  const { result, spec } = computed;
  const isActive = (circuit: number): boolean => result.circuits.includes(circuit);
  const pick = (circuit: number): void => changeView({ circuit });
  const parts = [html("p", {}, "Active in this sample: ", ...circuitList(result.circuits, isActive, pick), ".")];
  const { noise, design } = spec;
  if (noise > 0)
    parts.push(html("p", {}, `Every neuron has noise of σ = ${noise}, and some are slightly on only because of it.`));
  const note = designNotes[design];
  if (note !== undefined) parts.push(html("p", {}, note));
  if (state.neuron !== null && state.neuron < result.activations[layer].length) {
    const owners = ownersOf(result, layer, state.neuron);
    const head = `${neuronText(computed, layer, state.neuron)} `;
    parts.push(html("p", {}, head, ownersText(owners), ...circuitList(owners, isActive, pick)));
  }
  if (state.circuit !== null && state.circuit < spec.T) {
    const role = isActive(state.circuit) ? "is active" : "should be off";
    const lives = livesOn(computed, layer, state.circuit);
    parts.push(html("p", {}, `Circuit ${state.circuit} ${role}; at this layer, it uses ${lives}, framed in blue.`));
  }
  return parts;
}

function neuronText({ result, spec }: NeuronData, layer: number, neuron: number): string {
  const { part, i, n } = locate(result.parts, neuron);
  const name = blocksOf(spec, [result.parts[part]])[i].name;
  const value = result.activations[layer][neuron];
  return `Neuron ${neuron} is number ${n} of block “${name}”, with activation ${value.toFixed(3)}.`;
}

function ownersText({ length }: readonly unknown[]): string {
  return length === 0 ? "No circuit is read from it." : `It belongs to ${length} circuit${length === 1 ? "" : "s"}: `;
}

const CLOSED =
  "In this design, a code neuron that is on keeps cells closed; the few code neurons that are off let the cells of active circuits open.";

/** Explains, for a design, which other neurons are on and why they do no harm. */
const designNotes: Readonly<Partial<Record<DesignName, string>>> = {
  windows:
    "A cell that opens by mistake holds no x: all of its neurons are on equally, and equal activations cancel in readouts of x.",
  switched:
    "Each layer inverts the bits of this design’s codes; inverting them twice removes small errors. Where " +
    "nearly all bits of a code are on, the code is inverted: the bits that are off are those of active circuits.",
  columns: CLOSED,
  general: CLOSED,
};

/** A circuit's neurons: "neurons 3, 9 of each block", or part by part. */
export function livesOn({ result, spec }: Pick<NeuronData, "result" | "spec">, layer: number, circuit: number): string {
  const own = neuronsOf(result, layer, circuit);
  const numbered = (neurons: readonly number[]): string =>
    `${neurons.length === 1 ? "neuron" : "neurons"} ${neurons.join(", ")}`;
  if (spec.design === "published") return `${numbered(own[0].neurons)} of each block`;
  return own
    .map(({ part, neurons }) => {
      const { name, d } = result.parts[part];
      const which = numbered(neurons);
      return d === 1 ? `${which} of “${name}”` : `${which} of each block of “${name}”`;
    })
    .join("; ");
}

/** The largest number of strips drawn; for deeper networks, only every n-th layer and the last have one. */
const MOST_STRIPS = 26;

function showStrips(
  strips: HTMLElement,
  computed: NeuronData,
  layer: number,
  colours: ReturnType<typeof palette>,
  changeView: ChangeView,
): void {
  const { result, spec } = computed;
  const blocks = blocksIn(computed);
  const every = Math.ceil((spec.L + 1) / MOST_STRIPS);
  const layers = result.activations.map((_, l) => l).filter((l) => l % every === 0 || l === spec.L);
  // Rows are reused, so that a focused button keeps its focus.
  for (const row of [...strips.children].slice(layers.length)) row.remove();
  layers.forEach((l, index) => {
    let row = strips.children[index];
    if (!row) {
      const choose = button("", () => changeView({ layer: Number(choose.dataset["layer"]) }), { class: "small" });
      row = html(
        "div",
        { class: "strip" },
        choose,
        html("canvas", { "aria-hidden": "true" }),
        html("span", { class: "number" }),
      );
      strips.append(row);
    }
    const [choose, canvas, count] = row.children as unknown as [HTMLButtonElement, HTMLCanvasElement, HTMLElement];
    choose.dataset["layer"] = String(l);
    setText(choose, `layer ${l}`);
    setAttribute(choose, "aria-pressed", l === layer ? "true" : "false");
    canvas.style.height = `${Math.max(16, Math.min(36, 6 * blocks.length))}px`;
    drawStrip(canvas, result.activations[l], blocks, colours);
    const { on, stray } = countOn(result, l);
    setText(count, `${on} on, ${stray} outside active circuits`);
  });
}
