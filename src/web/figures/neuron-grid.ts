import { compose, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { element } from "../../drawing/svg.js";
import { colours, sizes } from "../../drawing/theme.js";
import { cellAt, colourOf, gridLayout, hexColour, LARGEST_SHOWN, OFF, palette } from "./heat-map.js";
import type { Block } from "../spec/blocks.js";

/** The largest number of neurons in a layer that is drawn; more would make files that viewers struggle to open. */
const MOST_CELLS = 50_000;

/**
 * One layer's neurons as cells, block by block; neurons of active circuits are outlined.
 *
 * @param activations [D], in the order of the blocks
 * @returns null for layers too large to draw as SVG
 */
export function neuronGrid(
  activations: Float32Array,
  options: FigureOptions & {
    readonly blocks: readonly Block[];
    readonly title: string;
    readonly used: ReadonlySet<number>;
    readonly isDark?: boolean;
  },
): Figure | null {
  const { document, used, width = sizes.width } = options;
  if (activations.length > MOST_CELLS) return null;
  const margin = 12;
  const grid = gridLayout(options.blocks, width - 2 * margin);
  const { cell, blocks } = grid;
  const own = palette(options.isDark ?? false);
  const side = cell > 6 ? cell - 1 : cell;
  const children: SVGElement[] = blocks.map(({ x, y, name }) =>
    element(document, "text", { x: margin + x, y: y - 6, fill: colours.ink, "text-anchor": "start", "font-size": 12 }, [
      name,
    ]),
  );
  activations.forEach((value, neuron) => {
    const { x, y } = cellAt(grid, neuron);
    const isUsed = used.has(neuron);
    if (Math.abs(value) <= OFF && !isUsed) return;
    const outline = isUsed ? { stroke: colours.ink, "stroke-width": Math.min(2, cell / 6) } : {};
    const at = { x: margin + x, y, width: side, height: side, fill: hexColour(colourOf(value, own)) };
    children.push(element(document, "rect", { ...at, ...outline }));
  });
  const size = { width, height: grid.height + 8 };
  const off = blocks.map(({ x, y, columns, rows }) =>
    element(document, "rect", {
      ...{ x: margin + x, y, width: columns * cell, height: rows * cell },
      fill: hexColour(own.off),
    }),
  );
  const svg = element(document, "svg", size, [...off, ...children]) as SVGSVGElement;
  return compose(options, {
    title: options.title,
    rows: [[svg]],
    caption: `Each cell is a neuron. Grey means off, dark blue barely on, yellow ${LARGEST_SHOWN} or more; outlined neurons belong to active circuits.`,
  });
}
