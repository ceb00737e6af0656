import type { GifFrame } from "./gif.js";
import { canvasContext } from "./elements.js";
import { PACE } from "./motion.js";

/** PNG pixels per pixel of the figure. */
const PNG_SCALE = 2;

/** Saves a file on the reader's machine. */
export function saveFile(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveText(name: string, text: string, type: string): void {
  saveFile(name, new Blob([text], { type: `${type};charset=utf-8` }));
}

/** A figure's SVG text as a picture that a canvas can draw. */
async function imageOf(svg: string): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

/** Renders a figure's SVG as PNG. */
export async function pngOf(svg: string): Promise<Blob> {
  const image = await imageOf(svg);
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [PNG_SCALE * image.width, PNG_SCALE * image.height];
  canvasContext(canvas).drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, "image/png"));
  if (!blob) throw new Error("This browser could not make the PNG; you can save the SVG instead.");
  return blob;
}

/** An animated GIF of several figures, given as SVG text; it shows the last one longest. */
export async function gifOfPictures(svgs: readonly string[]): Promise<Blob> {
  const canvas = document.createElement("canvas");
  const images = await Promise.all(svgs.map(imageOf));
  const [width, height] = [images.map((image) => image.width), images.map((image) => image.height)].map((sides) =>
    Math.max(...sides),
  );
  [canvas.width, canvas.height] = [width, height];
  const context = canvasContext(canvas);
  const frames = images.map((image, k): GifFrame => {
    // The background colour also fills the space below a figure that is shorter than the others.
    context.drawImage(image, 0, 0, 1, 1, 0, 0, width, height);
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, width, height);
    return { data, duration: k === images.length - 1 ? 3 * PACE : PACE };
  });
  const { gifOf } = await import("./gif.js");
  return new Blob([gifOf(frames, width, height)], { type: "image/gif" });
}
