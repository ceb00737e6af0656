import { canvasContext } from "../dom/elements.js";
import { circuitsByNeuron, type Assignment } from "../../assignment/assignment.js";
import { element } from "../../drawing/svg.js";
import { colours as figureColours, zColour } from "../../drawing/theme.js";
import type { Palette, Rgb } from "./heat-map.js";

/** The maximum T for which pairs are drawn, at one pixel per circuit. */
export const MOST_PAIRED = 1200;

const inkDark: Rgb = [0xc9, 0xd1, 0xd9];
const inkLight: Rgb = [0x2b, 0x3a, 0x4a];
const accentDark: Rgb = [0x62, 0xb0, 0xee];
const accentLight: Rgb = [0x00, 0x72, 0xb2];

/**
 * A picture of which circuits share neurons: a dot in row t, column u means that circuits t and u share one. The
 * picture has one pixel per pair, and the page stretches it.
 */
export function drawSharingMatrix(
  canvas: HTMLCanvasElement,
  assignment: Assignment,
  picked: number | null,
  colours: Palette,
): void {
  const size = Math.min(assignment.T, MOST_PAIRED);
  const { starts, circuits } = circuitsByNeuron(assignment);
  const isDark = colours.start > 0;
  canvas.width = canvas.height = size;
  const context = canvasContext(canvas);
  const image = context.createImageData(size, size);
  const pixels = new Uint32Array(image.data.buffer);
  pixels.fill(pixel(colours.off));
  if (picked !== null && picked < size) {
    const tint = pixel(mixed(isDark ? accentDark : accentLight, colours.off, 0.25));
    // A line one pixel wide is hard to see among many, so the lines beside it are tinted too.
    const reach = size > 300 ? 2 : 0;
    const [from, to] = [Math.max(0, picked - reach), Math.min(size, picked + reach + 1)];
    pixels.fill(tint, from * size, to * size);
    for (let row = 0; row < size; row++) pixels.fill(tint, row * size + from, row * size + to);
  }
  const ink = pixel(isDark ? inkDark : inkLight);
  const accent = pixel(isDark ? accentDark : accentLight);
  for (let n = 0; n < assignment.P; n++) {
    for (let a = starts[n]; a < starts[n + 1]; a++) {
      const t = circuits[a];
      if (t >= size) break;
      for (let b = starts[n]; b < starts[n + 1] && circuits[b] < size; b++) {
        const u = circuits[b];
        if (t !== u) pixels[t * size + u] = t === picked || u === picked ? accent : ink;
      }
    }
  }
  context.putImageData(image, 0, 0);
}

/** Circuits that share a neuron with circuit t, ascending. */
export function neighboursOf(assignment: Assignment, t: number): number[] {
  const { S, neurons } = assignment;
  const mine = new Set(neurons.subarray(t * S, (t + 1) * S));
  const found = new Set<number>();
  neurons.forEach((neuron, index) => {
    const u = Math.floor(index / S);
    if (u !== t && mine.has(neuron)) found.add(u);
  });
  return [...found];
}

/** Little-endian RGBA, the order of image data on every machine that runs a browser. */
function pixel([r, g, b]: Rgb): number {
  return ((255 << 24) | (b << 16) | (g << 8) | r) >>> 0;
}

function mixed(a: Rgb, b: Rgb, share: number): Rgb {
  return [0, 1, 2].map((k) => Math.round(share * a[k] + (1 - share) * b[k])) as unknown as Rgb;
}

/**
 * The picture of shared neurons as SVG: a square in row t, column u if the two circuits share a neuron; adjacent
 * squares in a row are merged.
 *
 * @param side side of the picture, in px
 */
export function sharingSvg(
  document: Document,
  assignment: Assignment,
  picked: number | null,
  side: number,
): SVGSVGElement {
  const size = Math.min(assignment.T, MOST_PAIRED);
  const rows = { ink: [] as string[], accent: [] as string[] };
  for (let t = 0; t < size; t++) {
    const marked = neighboursOf(assignment, t).filter((u) => u < size);
    for (let k = 0; k < marked.length; k++) {
      const from = k;
      const isPicked = t === picked || marked[from] === picked;
      while (t !== picked && !isPicked && marked[k + 1] === marked[k] + 1 && marked[k + 1] !== picked) k++;
      rows[isPicked ? "accent" : "ink"].push(`M${marked[from]} ${t}h${k - from + 1}v1h-${k - from + 1}z`);
    }
  }
  const background = { width: size, height: size, fill: figureColours.paper, stroke: figureColours.muted };
  const parts = [
    element(document, "rect", background),
    element(document, "path", { d: rows.ink.join(""), fill: figureColours.ink }),
    element(document, "path", { d: rows.accent.join(""), fill: zColour(4) }),
  ];
  return element(
    document,
    "svg",
    { width: side, height: side, viewBox: `0 0 ${size} ${size}` },
    parts,
  ) as SVGSVGElement;
}
