import { expect, test } from "vitest";
import { createDocument } from "../../../src/drawing/node-document.js";
import { distinct, grouped } from "../../../src/drawing/numbers.js";
import { textWidth } from "../../../src/drawing/text-layout.js";
import { sizes } from "../../../src/drawing/theme.js";
import { andNeurons } from "../../../src/studies/universal-and/one-axis-figure.js";
import { andNeuronsRows } from "./fixed-rows.js";

test("every panel of AND2 labels every size; labels neither overlap nor leave the figure", () => {
  const { svg } = andNeurons(andNeuronsRows, { document: createDocument(), id: "f", command: "c" });
  const offset = (node: Element): number => Number(/^translate\(([^,]+),/.exec(node.getAttribute("transform")!)![1]);
  const labels = [...svg.querySelectorAll('[aria-label="x-axis tick label"] text')].map((label) => {
    const [text, middle] = [label.textContent, offset(label) + offset(label.parentElement!)];
    const half = (textWidth(text) * sizes.text) / 2;
    return { text, left: middle - half, right: middle + half };
  });
  const texts = distinct(andNeuronsRows.map(({ D }) => D)).map(grouped);
  expect(labels.map(({ text }) => text)).toEqual([...texts, ...texts]);
  const edges = labels.flatMap(({ left, right }) => [left, right]);
  expect(edges).toEqual([...edges].sort((a, b) => a - b));
  expect(edges.at(-1)).toBeLessThan(sizes.width);
});
