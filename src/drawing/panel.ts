import * as Plot from "@observablehq/plot";

/** Runs Plot for one panel, or one row of panels that share axes. */
export function panel(document: Document, options: Plot.PlotOptions): SVGSVGElement {
  const drawn = Plot.plot({ marginTop: 28, marginBottom: 38, marginLeft: 52, marginRight: 12, ...options, document });
  if (drawn.localName !== "svg")
    throw new Error("a panel must be a single SVG: no title, caption or legend in Plot's options");
  return drawn as unknown as SVGSVGElement;
}
