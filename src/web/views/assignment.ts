import type { Assignment } from "../../assignment/assignment.js";
import { shortNumber } from "../../report/numbers.js";
import { blockSize } from "../../shape.js";
import { shapeOf } from "../../spec.js";
import { sharingProbability } from "../../theory/overlap.js";
import { html, setAttribute, setText } from "../dom.js";
import { loadsByNeuron } from "../figures/loads.js";
import { palette } from "../heat-map.js";
import { isDrawable, type LabData } from "../lab.js";
import { drawSharing, MOST_PAIRED, neighboursOf } from "../sharing.js";
import { shownLayer } from "../state.js";
import { circuitList, numberPicker } from "./pickers.js";
import { layerPlayer } from "./player.js";
import { changeOf, place, type SetLook, type View } from "./view.js";

type Inside = NonNullable<LabData["inside"]>;

/** Who shares neurons with whom, and how many circuits each neuron serves. */
export function assignmentView(setLook: SetLook): View {
  const player = layerPlayer(setLook, () => 1);
  const circuit = numberPicker("circuit", (value) => setLook({ circuit: value }));
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
    setLook({ circuit: Math.min(canvas.height - 1, Math.floor((offsetY / canvas.clientHeight) * canvas.height)) });
  });

  return {
    element,
    introduction:
      "You see which circuits share a neuron: each row and each column is a circuit, a dot is a pair that meets. Move S or T " +
      "to change how crowded it is, click a row to follow one circuit, and the layer to see its neighbours change.",
    draw({ state, data, width, isDark }) {
      const fits = isDrawable(state.spec);
      setText(message, fits ? "" : "This network has too many circuits and layers to draw pair by pair.");
      body.hidden = !fits;
      if (!fits) return;
      player.show(state);
      circuit.show(state.circuit, state.spec.T - 1);
      const { inside } = data;
      if (!inside) return;
      const layer = Math.max(1, Math.min(shownLayer(state, 1), inside.spec.L));
      const assignment = assignmentAt(inside, layer);
      const picked = state.circuit !== null && state.circuit < assignment.T ? state.circuit : null;
      if (pairsChanged(inside.of.neurons, inside.spec, isDark, layer, picked)) {
        drawSharing(canvas, assignment, picked, palette(isDark));
        setText(title, titleOf(assignment, layer));
        setAttribute(canvas, "aria-label", `${titleOf(assignment, layer)}. Choose a circuit below for its list.`);
        story.replaceChildren(...tell(inside, assignment, picked, setLook));
      }
      if (loadsChanged(inside.spec, width)) {
        const options = { document, id: "loads", command: "", styles: false, width };
        place(slot, loadsByNeuron(assignmentAt(inside, 1), options));
      }
    },
    figure: ({ data: { inside }, width }, options) =>
      inside && loadsByNeuron(assignmentAt(inside, 1), { ...options, width }),
  };
}

/** The assignment of layer l ≥ 1. */
function assignmentAt({ of, spec }: Inside, l: number): Assignment {
  return { T: spec.T, S: spec.S, P: blockSize(shapeOf(spec)), neurons: of.neurons[l - 1]! };
}

function titleOf({ T }: Assignment, layer: number): string {
  const which = T > MOST_PAIRED ? `the first ${MOST_PAIRED} of ${T} circuits` : `all ${T} circuits`;
  const how = layer === 1 ? "in layer 1, as constructed" : `in layer ${layer}, after a random permutation`;
  return `Pairs that share a neuron, ${which}, ${how}`;
}

function tell({ spec }: Inside, assignment: Assignment, picked: number | null, setLook: SetLook): HTMLElement[] {
  if (picked === null) return [html("p", {}, "No circuit is picked.")];
  const { T, S, neurons } = assignment;
  const neighbours = neighboursOf(assignment, picked);
  const mine = Array.from(neurons.subarray(picked * S, (picked + 1) * S)).join(", ");
  const expected = sharingProbability(shapeOf(spec)) * (T - 1);
  const share =
    `Circuit ${picked} lives on neurons ${mine} of each block. It shares one with ${neighbours.length} of the other ` +
    `${T - 1} circuits; ${shortNumber(Math.max(0, expected))} would be the average. `;
  const list = circuitList(
    neighbours,
    () => false,
    (circuit) => setLook({ circuit }),
  );
  return [html("p", {}, share, ...(neighbours.length > 0 ? ["They are: ", ...list] : []))];
}
