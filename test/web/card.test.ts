import { expect, test } from "vitest";
import { topOf } from "../../src/web/views/card.js";

test.each([
  ["below, where there is room", { above: 180, below: 220, isBelow: true }, 300, 220],
  ["above, if that is preferred", { above: 400, below: 440, isBelow: false }, 300, 100],
  ["above, if it would end below the screen", { above: 560, below: 590, isBelow: true }, 386, 174],
  ["below, if it would begin above the screen", { above: 200, below: 240, isBelow: false }, 386, 240],
  ["at the bottom, if neither side has room", { above: 380, below: 420, isBelow: true }, 500, 240],
  ["at the top, if it starts higher and neither side has room", { above: 380, below: 420, isBelow: false }, 500, 10],
  ["out of sight, if its neuron is below the screen", { above: 900, below: 940, isBelow: true }, 300, 940],
  ["from the top, if the screen is too low for it", { above: 380, below: 420, isBelow: true }, 800, 10],
])("a card lies %s", (_where, edges, height, top) => {
  expect(topOf(edges, height, { top: 10, bottom: 740 })).toBe(top);
});

test("a card that is still incomplete lies where it will be when it is complete", () => {
  const seen = { top: 10, bottom: 740 };
  expect(topOf({ above: 560, below: 590, isBelow: true }, 110, seen, 386)).toBe(450);
  expect(topOf({ above: 380, below: 420, isBelow: true }, 110, seen, 500)).toBe(240);
});
