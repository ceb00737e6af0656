import * as Plot from "@observablehq/plot";

/** Options of a scale's axis whose label stands beside its middle. */
export const centredLabel = { labelAnchor: "center", labelArrow: "none" } as const;

/**
 * Runs Plot for one panel, or one row of panels that share axes.
 *
 * @param options.isFramed whether a faint frame is drawn under the marks, default true
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
