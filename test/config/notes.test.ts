import { describe, expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { specNotes } from "../../src/config/notes.js";

describe("notes on a spec", () => {
  test("say when more circuits are active than the design keeps apart", () => {
    const grid = { design: "grid", D: 1000, T: 20, S: 1 };
    expect(specNotes(parseSpec({ ...grid, z: [1, 2, 3] }))).toEqual([
      "z = 2, 3: the grid design is intended for 1 active circuit at a time; errors will be larger.",
    ]);
    expect(specNotes(parseSpec({ ...grid, z: 1 }))).toEqual([]);
    expect(specNotes(parseSpec({ z: [1, 9] }))).toEqual([]);
  });
});

test("if there are fewer circuits than the network has room for, the note says that this is not superposition", () => {
  const note = "T·d = 160 is less than D = 1000: all circuits fit side by side, so this is not superposition.";
  expect(specNotes(parseSpec({ T: 40 }))).toEqual([note]);
  expect(specNotes(parseSpec({ T: 250 }))).toEqual([]);
});
