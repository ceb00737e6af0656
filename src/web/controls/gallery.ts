import { element } from "../../drawing/svg.js";
import { colours, figureClass, zColour } from "../../drawing/theme.js";
import type { ErrorRow } from "../../results/rows.js";
import type { RunSpec } from "../../config/run-spec.js";
import { html, setAttribute, type Widget } from "../dom/elements.js";
import { parseLabSpec } from "../spec/lab-spec.js";
import type { Preset } from "../state/presets.js";

/** Number of samples behind a picture: enough to see whether a network works. */
const SAMPLES = 24;

const WIDTH = 120;
const HEIGHT = 56;

/** Mean squares at the bottom and the top of a picture. */
const RANGE = [1e-4, 10] as const;

/** The presets, each with a picture of its errors by layer; errors are measured when the pictures are first shown. */
export function presetGallery(
  presets: readonly Preset[],
  choose: (preset: Preset) => void,
  measure: (spec: RunSpec) => Promise<readonly ErrorRow[]>,
): Widget<[chosen: string]> {
  const items = presets.map((preset) => {
    const picture = html("span", { class: "thumb", "aria-hidden": "true" });
    const button = html("button", { type: "button" }, picture, preset.title);
    button.addEventListener("click", () => choose(preset));
    return { preset, picture, button };
  });
  let isAsked = false;
  const details = html(
    "details",
    { class: "more" },
    html("summary", {}, "Show pictures of the presets"),
    html(
      "p",
      { class: "field-help" },
      "Mean squared error by layer, on a logarithmic scale; dotted: guessing the mean.",
    ),
    html("div", { class: "gallery" }, ...items.map(({ button }) => button)),
  );
  details.addEventListener("toggle", () => {
    if (isAsked) return;
    isAsked = true;
    void drawAll();
  });
  const drawAll = async (): Promise<void> => {
    for (const { preset, picture } of items) {
      const spec = parseLabSpec({ ...preset.spec, samples: SAMPLES, networks: 1 });
      // A picture that cannot be computed is left out; its preset can still be chosen.
      const rows = await measure(spec).catch(() => []);
      if (rows.length > 0) picture.append(thumbnail(rows, preset.viewState?.quantity ?? null));
    }
  };
  return {
    element: details,
    show(chosen) {
      for (const { preset, button } of items) setAttribute(button, "aria-pressed", String(preset.id === chosen));
    },
  };
}

/** The errors of a readout by layer, one line per z: the readout named by `quantity`, or the first if it names none. */
function thumbnail(rows: readonly ErrorRow[], quantity: string | null): SVGElement {
  const [{ readouts }] = rows;
  const name = quantity !== null && quantity in readouts ? quantity : Object.keys(readouts)[0];
  const last = Math.max(...rows.map(({ layer }) => layer));
  const [low, high] = RANGE.map(Math.log10);
  const yOf = (value: number): number =>
    HEIGHT - 2 - ((Math.log10(Math.min(RANGE[1], Math.max(RANGE[0], value))) - low) / (high - low)) * (HEIGHT - 4);
  const lines = [...new Set(rows.map(({ z }) => z))].map((z) => {
    const points = rows
      .filter((row) => row.z === z && row.layer > 0)
      .map(
        (row) => `${((row.layer / last) * WIDTH).toFixed(1)},${yOf(row.readouts[name].active.meanSquare).toFixed(1)}`,
      );
    return element(document, "polyline", {
      points: points.join(" "),
      ...{ fill: "none", stroke: zColour(z), "stroke-width": 2 },
    });
  });
  const guide = element(document, "path", {
    d: `M0 ${yOf(1)}H${WIDTH}`,
    ...{ stroke: colours.muted, "stroke-dasharray": "1 3" },
  });
  return element(document, "svg", { class: figureClass, viewBox: `0 0 ${WIDTH} ${HEIGHT}` }, [guide, ...lines]);
}
