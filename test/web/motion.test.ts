import { describe, expect, test } from "vitest";
import { numbersBetween } from "../../src/web/dom/morph.js";
import { dialLayers } from "../../src/web/figures/dials.js";
import { degreesAt, wholeDegrees } from "../../src/web/views/input-slider.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";

describe("from one figure to the next", () => {
  test("paths of the same structure change number by number", () => {
    const way = numbersBetween("M10,-2L3.5,1e-7", "M12,-4L3.5,2")!;
    expect(way.from).toEqual([10, -2, 3.5, 1e-7]);
    expect(way.by.map((step, k) => way.from[k]! + step)).toEqual([12, -4, 3.5, 2]);
    expect(way.between).toEqual(["M", ",", "L", ",", ""]);
  });

  test("others do not", () => {
    expect(numbersBetween("M1,2L3,4", "M1,2L3,4L5,6")).toBeNull();
    expect(numbersBetween("translate(1,2)", "rotate(1,2)")).toBeNull();
  });
});

describe("the input's dial", () => {
  const box = { left: 100, top: 50, width: 80, height: 80 };
  test.each([
    [180, 90, 0],
    [140, 50, 90],
    [100, 90, 180],
    [140, 130, 270],
    [180, 90.1, 0],
  ])("a pointer at %d, %d stands for %d degrees", (x, y, degrees) => {
    expect(degreesAt(box, x, y)).toBe(degrees);
  });

  test("wraps around", () => {
    expect([-3, 359.6, 363].map(wholeDegrees)).toEqual([357, 0, 3]);
  });

  test("is part of the link", () => {
    expect(stateFromUrl("z=3&input=98").input).toBe(98);
    expect(urlOf(stateFromUrl("z=3&input=98"))).toBe("z=3&input=98");
    expect(() => stateFromUrl("input=360")).toThrow("input = 360: must be a whole number from 0 to 359");
  });

  test("the first and the last layer always have a dial", () => {
    expect(dialLayers(5)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(dialLayers(100)).toHaveLength(12);
    expect([dialLayers(100)[0], dialLayers(100).at(-1)]).toEqual([0, 100]);
  });
});
