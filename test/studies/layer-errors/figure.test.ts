import { expect, test } from "vitest";
import { createDocument } from "../../../src/drawing/node-document.js";
import { svgText } from "../../../src/drawing/svg.js";
import { errorsByLayer } from "../../../src/studies/layer-errors/figure.js";
import { layerErrorRows } from "./fixed-rows.js";

const options = { document: createDocument(), id: "f", command: "c", readout: "x" };

test("titles state what the rows show", () => {
  const title = (rows: ReturnType<typeof layerErrorRows>, readout: string): string =>
    errorsByLayer(rows, { ...options, readout }).title.replaceAll("\u00a0", " ");
  const rows = layerErrorRows();
  expect(title(rows, "x")).toBe("Errors pass the guess-the-mean line at layer 5 (z = 1) and layer 4 (z = 2, 3)");
  expect(title(rows, "alpha")).toBe(
    "The worst On-indicator errors exceed the ramp’s limit of 0.25 at layer 2 (z = 1) and layer 1 (z = 2, 3)",
  );
  const shallow = rows.filter((row) => row.layer <= 2);
  expect(title(shallow, "x")).toBe("Errors of x stay below the guess-the-mean line up to layer 2");
});

test("a value that is only rounding error goes on the floor and the caption says so", () => {
  const note = "Triangles at the bottom of an axis stand for smaller values, down to 0.";
  expect(errorsByLayer(layerErrorRows(), options).caption).toContain(note); // z = 1, layer 1: 3.3e-15
  const without = layerErrorRows().filter((row) => row.z > 1);
  expect(errorsByLayer(without, options).caption).not.toContain(note);
});

test("rows may lack the spread across networks, theory and references", () => {
  const rows = layerErrorRows().map((row) => ({
    ...row,
    networks: 1,
    readouts: Object.fromEntries(
      Object.entries(row.readouts).map(([name, { active, inactive }]) => [
        name,
        { active: { ...active, sd: null, theory: null }, inactive: { ...inactive, sd: null, theory: null } },
      ]),
    ),
  }));
  const figure = errorsByLayer(rows, options);
  expect(svgText(figure.svg)).not.toMatch(/NaN|authors|across networks/);
  expect(figure.caption).toContain("1 network.");
});

test("errors say what is missing", () => {
  const draw = (rows: ReturnType<typeof layerErrorRows>, readout: string) => () =>
    errorsByLayer(rows, { ...options, readout });
  expect(draw(layerErrorRows(), "y")).toThrow("readouts.y: not in the rows, which have x and alpha.");
  expect(draw([], "x")).toThrow("at least one row");
});

test("two figures beside each other have the same axes", () => {
  const rows = layerErrorRows();
  const shallow = rows.filter((row) => row.layer <= 2);
  const ticks = (own: typeof rows, beside: typeof rows): (string | null)[] => {
    const { svg } = errorsByLayer(own, { ...options, beside });
    return [...svg.querySelectorAll('[aria-label$="axis tick label"]')].map((label) => label.textContent);
  };
  expect(ticks(shallow, rows)).toEqual(ticks(rows, shallow));
  expect(ticks(shallow, [])).not.toEqual(ticks(rows, []));
});
