/** Largest distance between the pointer and a dot that it selects, in px. */
const REACH = 14;

/** A dot of the figure, in the coordinates of its SVG. */
export interface Dot {
  readonly x: number;
  readonly y: number;
  readonly run: number;
  readonly title: string;
}

/** The figure's dots whose titles name a run. */
export function dotsIn(slot: HTMLElement): Dot[] {
  const svg = slot.querySelector("svg");
  if (!svg) return [];
  const outer = svg.getScreenCTM()?.inverse();
  return [...svg.querySelectorAll<SVGGraphicsElement>("circle:has(> title), path:has(> title)")].flatMap((mark) => {
    const title = mark.querySelector("title")?.textContent ?? "";
    const run = /^run (\d+)\b/.exec(title)?.[1];
    const matrix = mark.getScreenCTM();
    if (run === undefined || !matrix || !outer) return [];
    const own =
      mark instanceof SVGCircleElement ? { x: mark.cx.baseVal.value, y: mark.cy.baseVal.value } : { x: 0, y: 0 };
    const { x, y } = new DOMPoint(own.x, own.y).matrixTransform(matrix).matrixTransform(outer);
    return [{ x, y, run: Number(run), title }];
  });
}

/** The dot nearest to a pointer; null if none is within reach. */
export function nearestDot(dots: readonly Dot[], slot: HTMLElement, { clientX, clientY }: MouseEvent): Dot | null {
  const matrix = slot.querySelector("svg")?.getScreenCTM();
  if (!matrix) return null;
  const at = new DOMPoint(clientX, clientY).matrixTransform(matrix.inverse());
  let best: Dot | null = null;
  let least = REACH ** 2;
  for (const dot of dots) {
    const distance = (dot.x - at.x) ** 2 + (dot.y - at.y) ** 2;
    if (distance <= least) [best, least] = [dot, distance];
  }
  return best;
}
