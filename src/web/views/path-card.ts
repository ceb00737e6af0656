import type { Trajectory } from "../../studies/trajectories/rows.js";
import type { SampleActivations } from "../../runs/sample.js";
import { canvasContext, html, setText } from "../dom/elements.js";
import { dialLayers, offText } from "../figures/dials.js";
import { colourOf, cssColour, LARGEST_SHOWN, palette } from "../figures/heat-map.js";
import { neuronsOf } from "../figures/sample-neurons.js";
import { pinnableCard, type CardTitle } from "./card.js";

/** The contents of the card for a path. */
export interface PathCardContent extends CardTitle {
  readonly path: Trajectory;
  readonly layer: number;
  /**
   * The neurons of the path's circuit at this layer, as text, and the activations of all neurons in its sample; null
   * until both are known.
   */
  readonly known: { readonly lives: string; readonly sample: SampleActivations } | null;
  readonly isDark: boolean;
}

/** A card shown at a path: the neurons of its circuit, layer by layer, with their activations. */
export function pathCard(close: () => void) {
  const words = html("p", {});
  const rows = html("div", { class: "bars number" });
  const key = html("p", { class: "hint" });
  const card = pinnableCard(close, words, rows, key);
  return {
    element: card.element,
    place: card.place,
    /** Shows the card, which the caller then places; null hides it. */
    show(content: PathCardContent | null): void {
      card.show(content);
      if (content === null) return;
      const { path, layer, known, isDark } = content;
      setText(words, known === null ? "" : `At layer ${layer}, the circuit uses ${known.lives}.`);
      setText(key, known === null ? "" : `Each square is a neuron: grey means off, yellow ${LARGEST_SHOWN} or more.`);
      if (known === null) return rows.replaceChildren();
      const layers = dialLayers(path.truth.length - 1);
      rows.replaceChildren(
        ...layers.flatMap((l) => {
          const name = html(l === layer ? "strong" : "span", {}, `layer ${l}`);
          return [
            name,
            cellsOf(known.sample, l, path.circuit, isDark),
            html("span", {}, l === 0 ? "the input" : `off by ${offText(path, l)}`),
          ];
        }),
      );
    },
  };
}

/** A circuit's neurons in a row, one px each, with one px free between blocks; the page stretches the image. */
function cellsOf(sample: SampleActivations, l: number, circuit: number, isDark: boolean): HTMLCanvasElement {
  const blocks = neuronsOf(sample, l, circuit).flatMap(({ part, neurons }) => {
    const { d, P, offset } = sample.parts[part];
    return Array.from({ length: d }, (_, i) => neurons.map((n) => sample.activations[l][offset + i * P + n]));
  });
  const width = blocks.reduce((sum, { length }) => sum + length + 1, -1);
  const canvas = html("canvas", { class: "path-cells", width, height: 1, "aria-hidden": "true" });
  const context = canvasContext(canvas);
  const colours = palette(isDark);
  let x = 0;
  for (const block of blocks) {
    for (const value of block) {
      context.fillStyle = cssColour(colourOf(value, colours));
      context.fillRect(x++, 0, 1, 1);
    }
    x++;
  }
  return canvas;
}
