import { expect, test } from "vitest";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { trajectories } from "../../src/studies/trajectories/figure.js";
import { ramp } from "../../src/studies/trajectories/ramp-figure.js";
import { trajectoryRows } from "../studies/trajectories/fixed-rows.js";

const options = { document: createDocument(), id: "f", command: "c" };

test("hostile text in title, command and rows stays text", () => {
  const hostile = `</title></metadata><script>alert("1")</script>&amp;'`;
  const svg = svgText(ramp({ ...options, command: hostile, title: hostile }).svg);
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;script&#62;");
  const trajectory = { ...trajectoryRows([1], 1)[0]!, circuit: "<b>" as unknown as number };
  expect(svgText(trajectories([trajectory], options).svg)).not.toContain("<b>");
});

test("an invalid id and an empty figure are refused", () => {
  expect(() => ramp({ ...options, id: '1"' })).toThrow("id = ");
  expect(() => trajectories([], options)).toThrow("at least one trajectory");
});

test("without styles the figure carries no style element, for pages that forbid inline styles", () => {
  expect(svgText(ramp({ ...options, styles: false }).svg)).not.toMatch(/<style| style=/);
});
