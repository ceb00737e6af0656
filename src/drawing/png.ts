import { createRequire } from "node:module";
import { Resvg } from "@resvg/resvg-js";
import { darkened } from "./theme.js";

const require = createRequire(import.meta.url);

/** The fonts figures are set in: from a package, since a bare machine has none. */
const fontFiles = ["DejaVuSans.ttf", "DejaVuSans-Bold.ttf"].map((name) =>
  require.resolve(`dejavu-fonts-ttf/ttf/${name}`),
);

/**
 * A figure's SVG text as PNG, on white paper.
 *
 * @param options.scale pixels per px of the figure, default 1.5
 * @param options.width pixels across instead of a scale
 * @param options.dark in dark colours, for looking at
 */
export function renderPng(
  svg: string,
  options: { readonly scale?: number; readonly width?: number; readonly dark?: boolean } = {},
): Uint8Array {
  const fitTo =
    options.width === undefined
      ? ({ mode: "zoom", value: options.scale ?? 1.5 } as const)
      : ({ mode: "width", value: options.width } as const);
  const resvg = new Resvg(options.dark === true ? darkened(svg) : svg, {
    fitTo,
    background: "#ffffff",
    font: { fontFiles, loadSystemFonts: false, defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
  });
  return resvg.render().asPng();
}
