import { expect, test } from "vitest";
import { parseSpec } from "../../src/config/parse-spec.js";
import { checkReadout } from "../../src/batch/check-readout.js";

const rotations = parseSpec({ D: 80, T: 24, S: 3, L: 2 });
const gates = parseSpec({ circuits: "gates", D: 160, T: 20, S: 3, L: 2 });

test("a readout that every run has is accepted", () => {
  expect(() => checkReadout("figure.readout", "x", [rotations, rotations])).not.toThrow();
  expect(() => checkReadout("figure.readout", "alpha", [rotations])).not.toThrow();
});

test("a readout that some run lacks is refused, with the name of the field and the readouts that exist", () => {
  expect(() => checkReadout("objective.readout", "q", [rotations])).toThrow(
    'objective.readout = "q": the circuits have no such readout; use one of alpha, x.',
  );
  expect(() => checkReadout("figure.readout", "x", [rotations, gates])).toThrow(/figure.readout = "x": .* use one of /);
});
