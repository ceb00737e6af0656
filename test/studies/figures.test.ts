import { describe, expect, test } from "vitest";
import { errorsByLayer } from "../../src/studies/layer-errors/figure.js";
import { ramp } from "../../src/studies/trajectories/ramp-figure.js";
import { trajectories } from "../../src/studies/trajectories/figure.js";
import { createDocument } from "../../src/drawing/node-document.js";
import { renderPng } from "../../src/drawing/png.js";
import { svgText } from "../../src/drawing/svg.js";
import { darkened, figureStyles } from "../../src/drawing/theme.js";
import { allFigures } from "./all-figures.js";
import { layerErrorRows, trajectoryRows } from "./fixed-rows.js";

function draw(id: string): string {
  return svgText(allFigures[id]!(createDocument()).svg);
}

describe.each(Object.keys(allFigures))("figure %s", (id) => {
  test("is the same bytes twice, in another document", () => {
    expect(draw(id)).toBe(draw(id));
  });

  test("stands alone: one SVG with namespace, title, caption, command, text alternatives", () => {
    const svg = draw(id);
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).toContain(`<title id="${id}-title">`);
    expect(svg).toContain(`aria-labelledby="${id}-title ${id}-desc"`);
    expect(svg).toContain(`--figures ${id} --seed 1`);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|plot-clip/);
  });

  test("has no id twice, and every reference resolves", () => {
    const svg = draw(id);
    const ids = Array.from(svg.matchAll(/ id="([^"]*)"/g), (match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of svg.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(target);
  });

  test("draws in colours the dark theme knows", () => {
    const light = new Set(
      draw(id)
        .replace(/<style>[^]*<\/style>/, "")
        .match(/#[0-9a-f]{6}/g),
    );
    const styles = figureStyles();
    for (const colour of light) expect(styles).toContain(`"${colour}"`);
    expect(darkened(draw(id))).not.toContain('fill="#ffffff"');
  });
});

test("R3 is as it was looked at", async () => {
  await expect(draw("R3")).toMatchFileSnapshot("snapshots/R3.svg");
});

test("R5 is as it was looked at", async () => {
  await expect(draw("R5")).toMatchFileSnapshot("snapshots/R5.svg");
});

test("titles say what the rows show", () => {
  const document = createDocument();
  const options = { document, id: "f", command: "c" };
  const title = (rows: ReturnType<typeof layerErrorRows>, readout: string): string =>
    errorsByLayer(rows, { ...options, readout }).title.replaceAll("\u00a0", " ");
  const rows = layerErrorRows();
  expect(title(rows, "x")).toBe("Errors pass the guess-the-mean line at layer 5 (z = 1) and layer 4 (z = 2, 3)");
  expect(title(rows, "alpha")).toBe(
    "The worst On-indicator errors pass the ramp’s 0.25 at layer 2 (z = 1) and layer 1 (z = 2, 3)",
  );
  const shallow = rows.filter((row) => row.layer <= 2);
  expect(title(shallow, "x")).toBe("Errors of x stay below the guess-the-mean line through layer 2");
});

test("a value that is only rounding goes on the floor and the caption says so", () => {
  const options = { document: createDocument(), id: "f", command: "c", readout: "x" };
  const note = "Triangles on the floor of an axis stand for smaller values, down to 0.";
  expect(errorsByLayer(layerErrorRows(), options).caption).toContain(note); // z = 1, layer 1: 3.3e-15
  const without = layerErrorRows().filter((row) => row.z > 1);
  expect(errorsByLayer(without, options).caption).not.toContain(note);
});

test("rows may lack the spread between networks, theory and references", () => {
  const rows = layerErrorRows().map((row) => ({
    ...row,
    networks: 1,
    errors: Object.fromEntries(
      Object.entries(row.errors).map(([name, error]) => [name, { ...error, sd: null, theory: null }]),
    ),
  }));
  const figure = errorsByLayer(rows, { document: createDocument(), id: "f", command: "c", readout: "x" });
  expect(svgText(figure.svg)).not.toMatch(/NaN|authors|between networks/);
  expect(figure.caption).toContain("1 network.");
});

test("errors say what is missing", () => {
  const options = { document: createDocument(), id: "f", command: "c" };
  expect(() => errorsByLayer(layerErrorRows(), { ...options, readout: "y" })).toThrow(
    "errors.yActive: not in the rows",
  );
  expect(() => errorsByLayer([], { ...options, readout: "x" })).toThrow("at least one row");
  expect(() => trajectories([], options)).toThrow("at least one trajectory");
  expect(() => ramp({ ...options, id: '1"' })).toThrow("id = ");
});

test("hostile text in title, command and rows stays text", () => {
  const hostile = `</title></metadata><script>alert("1")</script>&amp;'`;
  const figure = ramp({ document: createDocument(), id: "f", command: hostile, title: hostile });
  const svg = svgText(figure.svg);
  expect(svg).not.toContain("<script");
  expect(svg).toContain("&#60;script&#62;");
  const trajectory = { ...trajectoryRows([1], 1)[0]!, circuit: "<b>" as unknown as number };
  expect(svgText(trajectories([trajectory], { document: createDocument(), id: "f", command: "c" }).svg)).not.toContain(
    "<b>",
  );
});

test("without styles the figure carries no style element, for pages that forbid inline styles", () => {
  const figure = ramp({ document: createDocument(), id: "f", command: "c", styles: false });
  expect(svgText(figure.svg)).not.toMatch(/<style| style=/);
});

test("PNG begins with the PNG signature and has the wanted size", () => {
  const svg = draw("R3");
  const [, height, width] = / height="(\d+)".* width="(\d+)"/.exec(svg.slice(0, svg.indexOf(">")))!.map(Number);
  const size = (png: Uint8Array): [number, number] => {
    const view = new DataView(png.buffer, png.byteOffset);
    expect(Array.from(png.subarray(0, 8))).toEqual([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    return [view.getUint32(16), view.getUint32(20)];
  };
  expect(size(renderPng(svg))).toEqual([1.5 * width!, 1.5 * height!]);
  expect(size(renderPng(svg, { width: 430 }))[0]).toBe(430);
  expect(Buffer.compare(renderPng(svg), renderPng(svg))).toBe(0);
});
