/** @throws Error in a browser that cannot draw on a canvas */
export function canvasContext(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
  const context = canvas.getContext("2d");
  if (context === null) throw new Error("This browser could not draw on a canvas.");
  return context;
}
