import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { compareCase, parseCase, type CaseExpected } from "../../src/network/case.js";

const folder = new URL("../reference/cases/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string) =>
  JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { input: object; expected: CaseExpected };

test.each(files)("%s is read unchanged", (name) => {
  const { input } = read(name);
  expect(parseCase(input)).toEqual({ chi: null, kappa: null, ...input });
  expect(parseCase(read(name))).toEqual(parseCase(input));
});

test("there are cases to read", () => {
  expect(files.length).toBeGreaterThan(5);
});

/** A change to a small valid case. */
const small = () => ({
  D: 8,
  d: 2,
  T: 3,
  S: 2,
  L: 2,
  construction: "capped",
  chiFactor: 1,
  gate: "relu",
  circuits: { kind: "step" } as unknown,
  assignments: [
    [
      [0, 1],
      [2, 3],
      [0, 2],
    ],
    [
      [0, 2],
      [0, 1],
      [2, 3],
    ],
  ] as unknown[][][],
  samples: [{ active: [2], inputs: [[1.5, 0.5]] }] as unknown,
});
type Small = ReturnType<typeof small> & Record<string, unknown>;
const custom = { kind: "custom", weights: [0, 1].map(() => [0, 1, 2].map(() => [[1, 0], [0, 1]])), biases: [[0, 0], [0, 0]] }; // prettier-ignore

test("the small case is valid", () => {
  expect(() => parseCase(small())).not.toThrow();
  expect(() => parseCase({ ...small(), circuits: custom })).not.toThrow();
});

// prettier-ignore
test.each<[string, (value: Small) => void, string]>([
  ["an unknown key", (c) => { c["chifactor"] = 1; delete (c as Partial<Small>).chiFactor; }, 'the case: unknown key "chifactor"; did you mean chiFactor?'],
  ["no D", (c) => { delete (c as Partial<Small>).D; }, "D is missing: must be a whole number from 1 to 16777216."],
  ["D that d does not divide", (c) => { c.D = 9; }, "D = 9: must be a multiple of d = 2, such as 8 or 10."],
  ["S above P", (c) => { c.S = 5; }, "S = 5: must be at most P = D/d = 4, the number of neurons in a block."],
  ["an unknown construction", (c) => { c.construction = "W3"; }, 'construction = "W3": must be one of capped, balanced, split.'],
  ["circuits of another d", (c) => { c.circuits = { kind: "rotation", theta: [0, 0, 0] }; }, "d = 2: circuits of kind rotation have d = 4."],
  ["circuits of no kind", (c) => { c.circuits = null; }, "circuits.kind is missing: must be one of rotation, rotation3, step, custom."],
  ["too few weights", (c) => { c.circuits = { ...custom, weights: custom.weights.slice(1) }; }, "circuits.weights has 1 entry: must have L = 2."],
  ["too few biases", (c) => { c.circuits = { ...custom, biases: [[0, 0], [0]] }; }, "circuits.biases[1] has 1 entry: must have d = 2."],
  ["too few layers of assignments", (c) => { c.assignments.pop(); }, "assignments has 1 entry: must have L = 2."],
  ["too few circuits in one", (c) => { c.assignments[1]!.pop(); }, "assignments[1] has 2 entries: must have T = 3."],
  ["too many neurons", (c) => { c.assignments[1]![2]!.push(0); }, "assignments[1][2] has 3 entries: must have S = 2."],
  ["a neuron outside the block", (c) => { c.assignments[0]![1]![0] = 4; }, "assignments[0][1][0] = 4: must be a whole number from 0 to 3 (P = D/d = 4)."],
  ["half a neuron", (c) => { c.assignments[0]![1]![0] = 0.5; }, "assignments[0][1][0] = 0.5: must be a whole number from 0 to 3 (P = D/d = 4)."],
  ["a neuron twice", (c) => { c.assignments[0]![1]![0] = 3; }, "assignments[0][1][1] = 3: this neuron is in the row twice."],
  ["chi too short", (c) => { c["chi"] = [0]; }, "chi has 1 entry: must have L = 2."],
  ["chi in layer 1", (c) => { c["chi"] = [1, 1]; }, "chi[0] = 1: must be 0; layer 1 has no chi."],
  ["chi for balanced", (c) => { c["chi"] = [0, 1]; c.construction = "balanced"; }, "chi[1] = 1: must be 0; the balanced construction has no chi."],
  ["kappa for capped", (c) => { c["kappa"] = 0; }, "kappa = 0: the capped construction does not use it; leave it out."],
  ["no samples", (c) => { c.samples = []; }, "samples = []: must be a nonempty list of {active, inputs}."],
  ["no circuit active", (c) => { c.samples = [{ active: [], inputs: [] }]; }, "samples[0].active = []: must be a list of 1 to T = 3 circuits."],
  ["a circuit that is not there", (c) => { c.samples = [{ active: [3], inputs: [[0, 0]] }]; }, "samples[0].active[0] = 3: must be a whole number from 0 to 2."],
  ["a circuit twice", (c) => { c.samples = [{ active: [1, 1], inputs: [[0, 0], [0, 0]] }]; }, "samples[0].active[1] = 1: this circuit is in the list twice."],
  ["too few inputs", (c) => { c.samples = [{ active: [1, 0], inputs: [[0, 0]] }]; }, "samples[0].inputs has 1 entry: must have the number of active circuits = 2."],
  ["an input too long", (c) => { c.samples = [{ active: [1], inputs: [[0, 0, 0]] }]; }, "samples[0].inputs[0] has 3 entries: must have d = 2."],
  ["an infinite input", (c) => { c.samples = [{ active: [1], inputs: [[0, Infinity]] }]; }, "samples[0].inputs[0][1] = Infinity: must be a finite number from -1000000000 to 1000000000."],
  ["sizes without end", (c) => { c.D = 2e7; }, "D = 20000000: must be a whole number from 1 to 16777216."],
])("refused: %s", (_, change, message) => {
  const value = small() as Small;
  change(value);
  expect(() => parseCase(value)).toThrow(new InputError(message));
});

test("refuses a case with an answer too long for a text", () => {
  expect(() => parseCase({ ...small(), D: 8_000_000 })).toThrow(
    "samples: the answer would hold 24000018 numbers; at most 20000000 are allowed. Use fewer samples or smaller sizes.",
  );
});

describe("comparing", () => {
  const answer: CaseExpected = { chi: [0, 2], truth: [[[[1, 3]]]], activations: [[[0.5]]], readout: [[[[0.25]]]] };

  test("finds the largest deviation, relative above 1, and its location", () => {
    expect(compareCase(answer, answer)).toEqual({ largest: 0, where: "" });
    expect(compareCase(answer, { ...answer, chi: [0, 4] })).toEqual({ largest: 0.5, where: "chi[1]" });
    expect(compareCase(answer, { activations: [[[0.75]]] })).toEqual({ largest: 0.25, where: "activations[0][0][0]" });
  });

  test("refuses other shapes", () => {
    expect(() => compareCase(answer, { truth: [[[[1]]]] })).toThrow(
      "expected.truth[0][0][0] has 1 entry: must have length = 2.",
    );
    expect(() => compareCase(answer, { truth: 3 })).toThrow("expected.truth = 3: must be a list.");
    expect(() => compareCase(answer, { chi: [0, "2"] })).toThrow('expected.chi[1] = "2": must be a finite number.');
  });
});
