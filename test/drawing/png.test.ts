import { expect, test } from "vitest";
import { createDocument } from "../../src/drawing/node-document.js";
import { loadPngRenderer } from "../../src/drawing/png.js";
import { svgText } from "../../src/drawing/svg.js";
import { ramp } from "../../src/studies/trajectories/ramp-figure.js";

const renderPng = await loadPngRenderer();

test("a PNG begins with the signature and has the requested size", () => {
  const svg = svgText(ramp({ document: createDocument(), id: "f", command: "c" }).svg);
  const [, height, width] = / height="(\d+)".* width="(\d+)"/.exec(svg.slice(0, svg.indexOf(">")))!.map(Number);
  const size = (png: Uint8Array): [number, number] => {
    const view = new DataView(png.buffer, png.byteOffset);
    expect(Array.from(png.subarray(0, 8))).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return [view.getUint32(16), view.getUint32(20)];
  };
  expect(size(renderPng!(svg))).toEqual([1.5 * width!, 1.5 * height!]);
  expect(size(renderPng!(svg, { width: 430 }))[0]).toBe(430);
  expect(Buffer.compare(renderPng!(svg), renderPng!(svg))).toBe(0);
});
