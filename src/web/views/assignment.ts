import type { Assignment } from "../../assignment/assignment.js";
import type { Figure, FigureOptions } from "../../drawing/compose.js";
import { shortNumber } from "../../drawing/numbers.js";
import type { RunSpec } from "../../config/run-spec.js";
import { sharingProbability } from "../../theory/overlap.js";
import { html, setAttribute, setText } from "../dom/elements.js";
import { loadsByNeuron } from "../figures/loads.js";
import { palette } from "../figures/heat-map.js";
import { isDrawable, type NeuronData } from "../computation/lab.js";
import { drawSharingMatrix, MOST_PAIRED, neighboursOf, sharingSvg } from "../figures/sharing-matrix.js";
import { shownLayer } from "../state/lab-state.js";
import { circuitList, numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, place, type ChangeView, type View } from "./view.js";

/** A view that shows which circuits share neurons, and how many circuits each neuron serves. */
export function assignmentView(changeView: ChangeView): View {
  const player = layerPlayer(changeView, () => 1);
  const circuit = numberPicker("circuit", (value) => changeView({ circuit: value }));
  const canvas = html("canvas", { class: "pairs", role: "img" });
  const title = html("h2", { class: "figure-title" });
  const story = html("div", { class: "story" });
  const slot = html("div", { class: "figure" });
  const message = html("p", { class: "empty" });
  const body = html(
    "div",
    {},
    player.element,
    title,
    html("div", { class: "pairs-frame" }, canvas),
    circuit.element,
    story,
    slot,
  );
  const element = html("div", {}, message, body);
  const pairsChanged = changeOf();
  const loadsChanged = changeOf();
  canvas.addEventListener("click", ({ offsetY }) => {
    changeView({ circuit: Math.min(canvas.height - 1, Math.floor((offsetY / canvas.clientHeight) * canvas.height)) });
  });

  return {
    element,
    introduction:
      "This shows which circuits share a neuron: each row and each column is a circuit, and a dot is a pair that shares a neuron. Change S or T " +
      "to make the network more or less crowded, click a row to follow one circuit, and change the layer to see the circuit’s neighbours change.",
    draw({ state, data, width, isDark }) {
      const fits = isDrawable(state.spec);
      setText(message, fits ? "" : "This network has too many circuits and layers to draw pair by pair.");
      body.hidden = !fits;
      if (!fits) return;
      player.show(state);
      circuit.show(state.circuit, state.spec.T - 1);
      const { neurons: computed } = data;
      if (!computed) return;
      const layer = Math.max(1, Math.min(shownLayer(state, 1), computed.spec.L));
      const assignment = assignmentAt(computed, layer);
      const picked = state.circuit !== null && state.circuit < assignment.T ? state.circuit : null;
      if (pairsChanged(computed.result, computed.spec, isDark, layer, picked)) {
        drawSharingMatrix(canvas, assignment, picked, palette(isDark));
        const text = titleOf(computed, layer);
        setText(title, text);
        setAttribute(canvas, "aria-label", `${text}. Choose a circuit below to list its neighbours.`);
        story.replaceChildren(...tell(computed, assignment, picked, changeView));
      }
      const loaded = loadsLayer(computed.spec, layer);
      if (loadsChanged(computed.spec, loaded, width)) {
        const options = { document, id: "loads", command: "", styles: false };
        place(slot, loads(computed, loaded, { ...options, width }));
      }
    },
    figure({ state, data: { neurons: computed }, width }, options) {
      if (computed === null) return null;
      const layer = Math.max(1, Math.min(shownLayer(state, 1), computed.spec.L));
      const above = sharingSvg(document, assignmentAt(computed, layer), state.circuit, Math.min(560, width - 40));
      return loads(computed, loadsLayer(computed.spec, layer), { ...options, width, above });
    },
  };
}

/** Each circuit's neurons in layer l ≥ 1: in a design, those that hold x; in the published network, all of them. */
function assignmentAt({ result }: NeuronData, l: number): Assignment {
  return result.places[l][0].assignment;
}

/** The name of the part of a design that is shown; null if a circuit has the same neurons in every part. */
function partName({ result, spec }: NeuronData): string | null {
  return spec.design === "published" ? null : result.parts[result.places[1][0].part].name;
}

/** Whether every layer has the rows of layer 1, perhaps in another order, so that all layers have the same loads. */
const isSame = ({ design, schedule }: RunSpec): boolean =>
  design === "published" && (schedule === "permuted" || schedule === "fixed");

const loadsLayer = (spec: RunSpec, layer: number): number => (isSame(spec) ? 1 : Math.max(1, Math.min(layer, spec.L)));

function loads(
  computed: NeuronData,
  layer: number,
  options: FigureOptions & { readonly above?: SVGSVGElement },
): Figure {
  const name = partName(computed);
  return loadsByNeuron(assignmentAt(computed, layer), {
    ...options,
    of: name === null ? "neuron n of a block" : `cell n of “${name}”`,
    note: isSame(computed.spec)
      ? "Loads are the same in every layer: rows are permuted, not changed."
      : `These are the loads of layer ${layer}.`,
  });
}

function titleOf(computed: NeuronData, layer: number): string {
  const { T } = assignmentAt(computed, layer);
  const which =
    T > MOST_PAIRED ? `the first ${MOST_PAIRED} of ${T} circuits` : T === 1 ? "one circuit" : `all ${T} circuits`;
  const name = partName(computed);
  const what = name === null ? "a neuron" : `a cell of “${name}”`;
  return `Pairs that share ${what}, ${which}, in layer ${layer}${howText(computed.spec, layer)}`;
}

/** How the schedule made a layer's assignment, in words; empty for designs without a schedule. */
function howText({ design, schedule }: RunSpec, layer: number): string {
  if (design !== "published") return "";
  switch (schedule) {
    case "permuted":
      return layer === 1 ? ", as constructed" : ", after a random permutation";
    case "fixed":
      return ", the same as in every other layer";
    case "parting":
      return ": none of these pairs meets in the next layer";
    case "fresh":
      return ", drawn afresh";
  }
}

function tell(
  computed: NeuronData,
  assignment: Assignment,
  picked: number | null,
  changeView: ChangeView,
): HTMLElement[] {
  if (picked === null) return [html("p", {}, "No circuit is picked.")];
  const { T, S, P, neurons } = assignment;
  const neighbours = neighboursOf(assignment, picked);
  const mine = Array.from(neurons.subarray(picked * S, (picked + 1) * S)).join(", ");
  const expected = sharingProbability({ D: P, d: 1, T, S }) * (T - 1);
  const name = partName(computed);
  const where =
    name === null
      ? `${S === 1 ? "neuron" : "neurons"} ${mine} of each block`
      : `${S === 1 ? "cell" : "cells"} ${mine} of “${name}”`;
  const share =
    `Circuit ${picked} uses ${where}. It shares neurons with ${neighbours.length} of the other ` +
    `${T - 1} circuits; the average is ${shortNumber(Math.max(0, expected))}. `;
  const list = circuitList(
    neighbours,
    () => false,
    (circuit) => changeView({ circuit }),
  );
  return [html("p", {}, share, ...(neighbours.length > 0 ? ["They are: ", ...list] : []))];
}
