import * as Plot from "@observablehq/plot";
import type { HostDocument, HostSvg } from "../base/host.js";
import { InputError, shown } from "../base/errors.js";
import { element, renumberIds } from "./svg.js";
import { textWidth, wrapText } from "./text-layout.js";
import { colours, figureClass, figureStyles, fontFamily, sizes } from "./theme.js";

/** Options that every figure function takes in addition to its rows. */
export interface FigureOptions {
  /** The document in which elements are created: `window.document`, or `createDocument()` in Node. */
  readonly document: HostDocument;
  /** An id that is unique on the page (letters, digits and hyphens). All ids inside the figure start with this id. */
  readonly id: string;
  /** The command that makes the figure; recorded in its metadata. */
  readonly command: string;
  /** A title to use instead of the one made from the rows. */
  readonly title?: string;
  /** A sentence to add at the end of the caption. */
  readonly remark?: string;
  /** Width in px; the height depends on it. Default 860. */
  readonly width?: number;
  /** Whether to include the style element; false for pages that include `figureStyles()` in their style sheet. */
  readonly styles?: boolean;
}

/** A finished figure. `svgText(figure.svg)` is the content of an SVG file. */
export interface Figure {
  readonly id: string;
  /** A title that states the figure's finding. */
  readonly title: string;
  readonly caption: string;
  readonly svg: HostSvg;
}

/** One entry in a legend. */
export interface Key {
  readonly label: string;
  readonly colour: string;
  readonly mark: "line" | "dashed" | "dotted" | "dot" | "cross" | "ring" | "circle" | "square" | "triangle" | "band";
}

/** Options that put an axis label next to the middle of the axis, without an arrow. */
export const centredLabel = { labelAnchor: "center", labelArrow: "none" } as const;

/**
 * Runs Plot for one panel, or for a row of panels that share axes.
 *
 * @param options.isFramed whether to draw a faint frame under the marks, default true
 * @internal Not in the package's declarations, which would otherwise need Plot's types.
 */
export function panel(document: Document, options: Plot.PlotOptions & { readonly isFramed?: boolean }): SVGSVGElement {
  const { isFramed = true, marks = [], ...others } = options;
  const drawn = Plot.plot({
    ...{ marginTop: 28, marginBottom: 38, marginLeft: 52, marginRight: 12, ...others, document },
    marks: isFramed ? [Plot.frame({ strokeOpacity: 0.25 }), ...marks] : marks,
  });
  if (drawn.localName !== "svg")
    throw new Error("a panel must be a single SVG: no title, caption or legend in Plot's options");
  return drawn as unknown as SVGSVGElement;
}

/**
 * Composes one SVG from a title, a legend, rows of panels and a caption, and adds a description and metadata for
 * screen readers and programs.
 */
export function compose(
  options: FigureOptions,
  parts: {
    readonly title: string;
    /** One or more sentences; empty ones are skipped. */
    readonly caption: string | readonly string[];
    readonly keys?: readonly Key[];
    readonly rows: readonly (readonly HostSvg[])[];
  },
): Figure {
  const { document, id, command } = options;
  const caption = [parts.caption, options.remark ?? ""]
    .flat()
    .filter((text) => text !== "")
    .join(" ");
  if (!/^[A-Za-z][\w-]*$/.test(id))
    throw new InputError(`id = ${shown(id)}: must be a letter, then letters, digits, - or _.`);
  const width = options.width ?? sizes.width;
  const title = options.title ?? parts.title;
  const margin = 12;
  const children: SVGElement[] = [];
  let y = margin;

  const write = (text: string, size: number, colour: string, weight = 400): void => {
    const perEm = weight > 400 ? size * 1.1 : size;
    for (const line of wrapText(text, width - 2 * margin, perEm)) {
      y += size * 1.35;
      children.push(
        element(document, "text", { x: margin, y: round(y), fill: colour, "font-size": size, "font-weight": weight }, [
          line,
        ]),
      );
    }
  };

  write(title, sizes.title, colours.ink, 700);
  y += 8;
  if (parts.keys !== undefined && parts.keys.length > 0) {
    const legend = drawKeys(document, parts.keys, margin, y, width - margin);
    children.push(legend.node);
    y += legend.height + 4;
  }
  for (const row of parts.rows) {
    let x = 0;
    let height = 0;
    for (const svg of row) {
      children.push(placed(document, svg, x, y));
      x += Number(svg.getAttribute("width"));
      height = Math.max(height, Number(svg.getAttribute("height")));
    }
    y += height;
  }
  write(caption, sizes.caption, colours.muted);
  const height = Math.ceil(y + margin);

  const svg = element(
    document,
    "svg",
    {
      class: figureClass,
      id,
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      role: "img",
      "aria-labelledby": `${id}-title ${id}-desc`,
      color: colours.ink,
      "font-family": fontFamily,
      "font-size": sizes.text,
    },
    [
      element(document, "title", { id: `${id}-title` }, [title]),
      element(document, "desc", { id: `${id}-desc` }, [caption]),
      element(document, "metadata", {}, [JSON.stringify({ id, title, caption, command })]),
      ...(options.styles === false ? [] : [element(document, "style", {}, [figureStyles()])]),
      element(document, "rect", { width, height, fill: colours.paper }),
    ],
  ) as SVGSVGElement;
  const body = element(document, "g", {}, children);
  renumberIds(body, `${id}-part`);
  svg.appendChild(body);
  return { id, title, caption, svg };
}

/** Moves the content of Plot's drawing, except its style sheet, into a group at (x, y). */
function placed(document: Document, svg: SVGSVGElement, x: number, y: number): SVGElement {
  const group = element(document, "g", {
    transform: `translate(${round(x)},${round(y)})`,
    fill: "currentColor",
    "text-anchor": "middle",
    "font-size": sizes.text,
  });
  for (const child of Array.from(svg.childNodes)) {
    if (child.nodeType === 1 && (child as Element).localName !== "style") group.appendChild(child);
  }
  return group;
}

function drawKeys(
  document: Document,
  keys: readonly Key[],
  left: number,
  top: number,
  right: number,
): { readonly node: SVGElement; readonly height: number } {
  const lineHeight = 18;
  const swatch = 22;
  const group = element(document, "g", { "font-size": sizes.subtitle });
  let x = left;
  let y = top + lineHeight / 2;
  for (const key of keys) {
    const width = swatch + 6 + textWidth(key.label) * sizes.subtitle + 18;
    if (x > left && x + width > right) {
      x = left;
      y += lineHeight;
    }
    group.appendChild(drawSwatch(document, key, x, y, swatch));
    group.appendChild(
      element(document, "text", { x: round(x + swatch + 6), y: round(y), dy: "0.33em", fill: colours.ink }, [
        key.label,
      ]),
    );
    x += width;
  }
  return { node: group, height: y + lineHeight / 2 - top };
}

function drawSwatch(document: Document, key: Key, x: number, y: number, width: number): SVGElement {
  const middle = x + width / 2;
  const stroke = { stroke: key.colour, fill: "none", "stroke-width": sizes.line };
  switch (key.mark) {
    case "line":
      return element(document, "path", { ...stroke, d: `M${x},${y}h${width}` });
    case "dashed":
      return element(document, "path", { ...stroke, "stroke-dasharray": "5 3", d: `M${x},${y}h${width}` });
    case "dotted":
      return element(document, "path", { ...stroke, "stroke-dasharray": "1.5 3", d: `M${x},${y}h${width}` });
    case "band":
      return element(document, "rect", { x, y: y - 5, width, height: 10, fill: key.colour, "fill-opacity": 0.25 });
    case "dot":
      return element(document, "circle", { cx: middle, cy: y, r: sizes.dot + 0.5, fill: key.colour });
    case "circle":
      return element(document, "circle", { ...stroke, cx: middle, cy: y, r: sizes.dot + 0.5, "stroke-width": 1.5 });
    case "ring":
      return element(document, "circle", { ...stroke, cx: middle, cy: y, r: 5.5, "stroke-width": 1.3 });
    case "square":
      return element(document, "rect", {
        ...stroke,
        x: middle - 3.5,
        y: y - 3.5,
        width: 7,
        height: 7,
        "stroke-width": 1.5,
      });
    case "cross":
      return element(document, "path", { ...stroke, d: `M${middle - 4},${y - 4}l8,8m0,-8l-8,8` });
    case "triangle":
      return element(document, "path", {
        ...stroke,
        "stroke-width": 1.4,
        d: `M${middle - 4.5},${y + 3.5}h9l-4.5,-7.5z`,
      });
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
