import fc from "fast-check";
import { expect, test } from "vitest";
import { layerTicks } from "../../src/studies/layer-errors/figure.js";
import { logAxis, logPosition, valueAt } from "../../src/drawing/log-axis.js";
import { decadeLabel, grouped, listed, median, shortNumber } from "../../src/drawing/numbers.js";
import { spread, textWidth, wrapText } from "../../src/drawing/text-layout.js";
import { sizes } from "../../src/drawing/theme.js";

test("spread labels keep their order, their distance and the panel", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -50, max: 250, noNaN: true }), { minLength: 1, maxLength: 12 }), (wanted) => {
      const placed = spread(wanted, 13, 5, 195);
      const pairs = wanted.map((wish, index) => ({ wish, at: placed[index]! })).sort((a, b) => a.at - b.at);
      pairs.forEach(({ wish, at }, index) => {
        expect(at).toBeGreaterThanOrEqual(5 - 1e-9);
        expect(at).toBeLessThanOrEqual(195 + 1e-9);
        if (index === 0) return;
        expect(at - pairs[index - 1]!.at).toBeGreaterThanOrEqual(13 - 1e-9);
        expect(wish).toBeGreaterThanOrEqual(pairs[index - 1]!.wish);
      });
    }),
  );
});

test("labels with room stay where they belong", () => {
  expect(spread([150, 20, 80], 13, 5, 195)).toEqual([150, 20, 80]);
  expect(spread([100, 100], 10, 0, 200)).toEqual([95, 105]);
});

test("lines are no wider than requested unless a single word is, and lose no word", () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[a-zA-Z0-9]{1,12}$/), { minLength: 1, maxLength: 40 }), (words) => {
      const lines = wrapText(words.join(" "), 200, 11);
      expect(lines.join(" ")).toBe(words.join(" "));
      for (const line of lines) if (line.includes(" ")) expect(textWidth(line) * 11).toBeLessThanOrEqual(200);
    }),
  );
});

test("a logarithmic axis puts zeros and rounding on its floor, a decade below the smallest value", () => {
  const axis = logAxis([0, 3e-15, 0.035, 2]);
  expect(axis.domain[0]).toBeCloseTo(1e-3, 12);
  expect(axis).toMatchObject({ below: 2 });
  expect(axis.clip(0)).toBe(axis.domain[0]);
  expect(axis.label(axis.domain[0])).toBe("≤ 10⁻³");
  expect(axis.note).not.toBe("");
  expect(logAxis([0.035, 2])).toMatchObject({ below: 0, note: "" });
  expect(logAxis([0, 0]).ticks.length).toBeGreaterThan(0);
});

test("a ceiling keeps small values visible, and the note says what lies above it", () => {
  const axis = logAxis([0.02, 3, 5e55], [1], { ceiling: 1e4 });
  expect(axis.domain).toEqual([0.01, 1e4]);
  expect([axis.clip(5e55), axis.clip(3), axis.isAbove(3), axis.isAbove(5e55)]).toEqual([1e4, 3, false, true]);
  expect(axis.note).toBe("Values at the top of an axis are off the scale; the largest is 5.0e55.");
  const within = logAxis([0.02, 3], [1], { ceiling: 1e4 });
  expect([within.domain, within.note]).toEqual([logAxis([0.02, 3], [1]).domain, ""]);
});

test("a logarithmic axis is at most six decades deep", () => {
  const axis = logAxis([1e-8, 1]);
  expect(Math.log10(axis.domain[1] / axis.domain[0])).toBeLessThanOrEqual(6);
  expect(axis.below).toBe(1);
});

test("position and value on a logarithmic axis are inverse", () => {
  const axis = logAxis([0.001, 10]);
  expect(valueAt(axis, 200, logPosition(axis, 200, 0.37))).toBeCloseTo(0.37, 12);
});

test("numbers as text", () => {
  expect([0, 0.0351234, 1.71034, 3.31e-15, 55_700, 1.2e7, NaN].map((value) => shortNumber(value))).toEqual([
    "0",
    "0.0351",
    "1.71",
    "3.3e-15",
    "55700",
    "1.2e7",
    "NaN",
  ]);
  expect([1000, 55_700, 1_234_567].map(grouped)).toEqual(["1,000", "55,700", "1,234,567"]);
  expect([1000, 1, 0.01, 1e-3, 1e-12, 1e4].map(decadeLabel)).toEqual(["1000", "1", "0.01", "10⁻³", "10⁻¹²", "10⁴"]);
  expect([[], [1], [1, 2], [1, 2, 3]].map(listed)).toEqual(["", "1", "1 and 2", "1, 2 and 3"]);
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test("labelled layers stay apart on an axis of any width, and all layers are labelled if they fit", () => {
  expect(layerTicks([1, 2, 3, 4, 5], 300)).toEqual([1, 2, 3, 4, 5]);
  for (const width of [40, 90, 150, 340, 800]) {
    for (const L of [1, 2, 7, 10, 20, 21, 60, 100, 999, 4000]) {
      const ticks = layerTicks(
        Array.from({ length: L }, (_, k) => k + 1),
        width,
      );
      // A digit's width is about 0.64 times the font size.
      const text = 0.64 * sizes.text * String(L).length;
      expect(ticks.length * text, `${L} layers on ${width} px`).toBeLessThan(Math.max(width, 2.5 * text));
      expect(ticks.length, `${L} layers on ${width} px`).toBeLessThanOrEqual(20);
    }
  }
});
