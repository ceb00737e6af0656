import { compose, type Figure, type FigureOptions } from "../../drawing/compose.js";
import { element } from "../../drawing/svg.js";

/** Space between two figures, in px. */
const GAP = 16;

/** One figure made of two of the same kind: A on the left, B on the right, and a title that says how they differ. */
export function sideBySide(a: Figure, b: Figure, options: FigureOptions & { readonly title: string }): Figure {
  const [left, right] = [a, b].map(({ svg }) => Number(svg.getAttribute("width")));
  // The background and the drawing of a figure, without its name and metadata, which only a stand-alone figure needs.
  const panel = ({ svg }: Figure, name: string, width: number): SVGSVGElement => {
    const [paper, body] = Array.from(svg.children).slice(-2);
    const label = element(options.document, "text", { x: 12, y: 16, "font-weight": 700 }, [name]);
    const moved = element(options.document, "g", { transform: "translate(0,18)" }, [paper, body]);
    const height = Number(svg.getAttribute("height")) + 18;
    return element(options.document, "svg", { width, height }, [
      element(options.document, "g", { "text-anchor": "start" }, [moved, label]),
    ]) as SVGSVGElement;
  };
  return compose(
    { ...options, width: left + GAP + right },
    { title: options.title, caption: "", rows: [[panel(a, "A", left + GAP), panel(b, "B", right)]] },
  );
}
