import { fileURLToPath } from "node:url";
import { darkened } from "./theme.js";

/** Fonts for figures, because a machine may lack them. fonts/README.md says how they were made. */
const fontFiles = [
  new URL("./fonts/DejaVuSans.ttf", import.meta.url),
  new URL("./fonts/DejaVuSans-Bold.ttf", import.meta.url),
].map((url) => fileURLToPath(url));

export interface PngOptions {
  /** Pixels of the image per px of the figure, default 1.5. */
  readonly scale?: number;
  /** Width of the image in pixels, instead of a scale. */
  readonly width?: number;
  /** Whether to use dark colours. */
  readonly dark?: boolean;
}

/** Renders a figure's SVG text as PNG, on white paper. */
export type RenderPng = (svg: string, options?: PngOptions) => Uint8Array;

/** Loads the PNG renderer; null if the optional package @resvg/resvg-js is not installed. */
export async function loadPngRenderer(): Promise<RenderPng | null> {
  const resvg = await import("@resvg/resvg-js").catch((error: unknown) => {
    if ((error as { readonly code?: string }).code === "ERR_MODULE_NOT_FOUND") return null;
    throw error;
  });
  if (resvg === null) return null;
  return (svg, options = {}) => {
    const fitTo =
      options.width === undefined
        ? ({ mode: "zoom", value: options.scale ?? 1.5 } as const)
        : ({ mode: "width", value: options.width } as const);
    const font = {
      ...{ fontFiles, loadSystemFonts: false },
      ...{ defaultFontFamily: "DejaVu Sans", sansSerifFamily: "DejaVu Sans" },
    };
    const drawing = new resvg.Resvg(options.dark === true ? darkened(svg) : svg, {
      fitTo,
      background: "#ffffff",
      font,
    });
    return drawing.render().asPng();
  };
}
