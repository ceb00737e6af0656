import { canvasContext, html, type Widget } from "../dom/elements.js";
import { colourOf, cssColour, LARGEST_SHOWN, type Palette } from "../figures/heat-map.js";

/** The legend of activations: off, the scale, and outlines. */
export function activationLegend(): Widget<[colours: Palette]> {
  const off = html("canvas", { class: "swatch", width: 1, height: 1, "aria-hidden": "true" });
  const scale = html("canvas", { class: "swatch swatch-scale", width: 64, height: 1, "aria-hidden": "true" });
  const element = html(
    "p",
    { class: "legend" },
    html("span", {}, off, " off"),
    html("span", {}, "just on ", scale, ` ${LARGEST_SHOWN} or more`),
    html("span", {}, html("span", { class: "swatch swatch-outlined" }), " of an active circuit"),
  );
  const fill = (canvas: HTMLCanvasElement, at: number, value: number, colours: Palette): void => {
    const context = canvasContext(canvas);
    context.fillStyle = cssColour(colourOf(value, colours));
    context.fillRect(at, 0, 1, 1);
  };
  return {
    element,
    show(colours) {
      fill(off, 0, 0, colours);
      for (let at = 0; at < scale.width; at++) fill(scale, at, 0.001 + (LARGEST_SHOWN * at) / 63, colours);
    },
  };
}
