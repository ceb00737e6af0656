import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createDocument } from "../../src/drawing/node-document.js";
import { svgText } from "../../src/drawing/svg.js";
import { darkened, figureStyles } from "../../src/drawing/theme.js";
import { figureIds } from "../../src/studies/list.js";
import { allFigures } from "./all-figures.js";

const here = new URL("./", import.meta.url);
const snapshotOf = ({ topic, id }: { topic: string; id: string }): string => `${topic}/snapshots/${id}.svg`;
/** The snapshots that existed before this run; the run writes the missing ones. */
const snapshots = readdirSync(here).flatMap((topic) => {
  const folder = new URL(`${topic}/snapshots/`, here);
  return existsSync(folder) ? readdirSync(folder).map((name) => `${topic}/snapshots/${name}`) : [];
});

test("every figure of the report is drawn here, and has a snapshot; there are no others", () => {
  expect(allFigures.map(({ id }) => id).sort()).toEqual([...figureIds].sort());
  expect(snapshots.sort()).toEqual(allFigures.map(snapshotOf).sort());
});

describe.each(allFigures)("figure $id", (figure) => {
  const { id } = figure;
  const draw = (): string => svgText(figure.draw(createDocument()).svg);
  const svg = draw();

  test("equals its approved snapshot, one element per line (npx vitest run test/studies/figures -u accepts a change)", async () => {
    await expect(svg.replaceAll("><", ">\n<")).toMatchFileSnapshot(snapshotOf(figure));
  });

  test("gives the same bytes in another document", () => {
    expect(draw()).toBe(svg);
  });

  test("stands alone: one SVG with namespace, title, caption, command, text alternatives", () => {
    expect(svg).toMatch(/^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" /);
    expect(svg.match(/<svg/g)).toHaveLength(1);
    expect(svg).toContain(`<title id="${id}-title">`);
    expect(svg).toContain(`aria-labelledby="${id}-title ${id}-desc"`);
    expect(svg).toContain(`--figures ${id} --seed 1`);
    expect(svg).not.toMatch(/NaN|undefined|Infinity|plot-clip/);
  });

  test("has unique ids, and every reference resolves", () => {
    const ids = Array.from(svg.matchAll(/ id="([^"]*)"/g), (match) => match[1]!);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of svg.matchAll(/url\(#([^)]*)\)/g)) expect(ids).toContain(target);
  });

  test("uses only colours that the dark theme knows", () => {
    const light = new Set(svg.replace(/<style>[^]*<\/style>/, "").match(/#[0-9a-f]{6}/g));
    const styles = figureStyles();
    for (const colour of light) expect(styles).toContain(`"${colour}"`);
    expect(darkened(svg)).not.toContain('fill="#ffffff"');
  });
});
