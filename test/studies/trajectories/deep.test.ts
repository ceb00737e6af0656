import { expect, test } from "vitest";
import { createDocument } from "../../../src/drawing/node-document.js";
import { svgText } from "../../../src/drawing/svg.js";
import { trajectories } from "../../../src/studies/trajectories/figure.js";

test("a deep path shows its last layers, and the line of a lost readout breaks off", () => {
  const layers = Array.from({ length: 201 }, (_, layer) => layer);
  const truth = layers.map((layer) => [Math.cos(layer), Math.sin(layer)]);
  const readout = truth.map(([x, y], layer) => (layer < 195 ? [x, y] : [1e30 * x, 1e30 * y]));
  const options = { document: createDocument(), id: "f", command: "c" };
  const { svg } = trajectories([{ z: 1, sample: 0, circuit: 0, truth, readout }], options);
  const text = svgText(svg);
  const numbers = [...text.matchAll(/>(\d+)<\/text>/g)].map(([, number]) => Number(number));
  expect(numbers).toEqual(layers.slice(188));
  expect(text).toContain("layers 188 to 200");
  expect(text).not.toMatch(/ d="[^"]*\d{6}/);
});

test("a layer's number is left out where it would overlap another", () => {
  const truth = Array.from({ length: 13 }, (_, layer) => [Math.cos(layer / 120), Math.sin(layer / 120)]);
  const options = { document: createDocument(), id: "f", command: "c" };
  const { svg } = trajectories([{ z: 1, sample: 0, circuit: 0, truth, readout: truth }], options);
  const labels = [...svgText(svg).matchAll(/translate\(([\d.]+),([\d.]+)\)" y="0.32em">(\d+)</g)];
  expect(labels.length).toBeGreaterThan(2);
  expect(labels.length).toBeLessThan(13);
  expect(labels[0]![3]).toBe("0");
  const places = labels.map(([, x, y]) => [Number(x), Number(y)]);
  // The labels form a short arc that is nearly vertical.
  for (const [k, [, y]] of places.slice(1).entries()) expect(Math.abs(y! - places[k]![1]!)).toBeGreaterThan(6);
});
