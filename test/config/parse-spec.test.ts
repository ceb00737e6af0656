import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { canonicalJson, specHash } from "../../src/config/hash.js";
import { memoryNeeded, shapeOf } from "../../src/config/run-spec.js";
import { fieldFromText, specFields } from "../../src/config/fields.js";

/** Two circuits of d = 2 whose weights are the same in both layers. */
const twoCircuits = {
  weights: [
    [
      [
        [1, 2],
        [3, 4],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ],
  ],
  biases: [[0, -1]],
};
const twice = { ...twoCircuits, weights: [twoCircuits.weights[0], twoCircuits.weights[0]] };

test("an empty spec is the post's network", () => {
  expect(parseSpec({})).toEqual({
    circuits: "rotation",
    D: 1000,
    T: 557,
    S: 6,
    L: 5,
    z: [1],
    samples: 2000,
    sampling: "random",
    networks: 1,
    seed: 1,
    design: "published",
    construction: "capped",
    assignment: "prime-step",
    schedule: "permuted",
    ramp: null,
    gain: null,
    offset: null,
    angles: null,
    cellNeurons: null,
    codeNeurons: null,
    codeSize: null,
    gate: "relu",
    noise: 0,
    noiseAt: "pre-activation",
    chiFactor: 1,
    chi: null,
    kappa: null,
  });
});

test("a parsed spec parses to itself, custom circuits too", () => {
  for (const value of [
    {},
    { z: 3 },
    { circuits: twice, D: 40, S: 3 },
    { construction: "balanced", kappa: 0 },
    { chi: [0, 1, 1, 1, 1] },
  ]) {
    const spec = parseSpec(value);
    expect(parseSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  }
});

test("the place of noise does not matter if it is 0", () => {
  expect(parseSpec({ noise: 0, noiseAt: "activation" }).noiseAt).toBe("pre-activation");
  expect(parseSpec({ noise: 0.01, noiseAt: "activation" }).noiseAt).toBe("activation");
});

test("a ramp may end at 1, also for library circuits", () => {
  expect(parseSpec({ ramp: [0.875, 1] }).ramp).toEqual([0.875, 1]);
  expect(parseSpec({ design: "rows", ramp: [0.875, 1] }).ramp).toEqual([0.875, 1]);
  expect(parseSpec({ circuits: { kind: "gates", ramp: [0.5, 1] }, T: 100 }).circuits).toMatchObject({
    ramp: { low: 0.5, high: 1 },
  });
});

test("the default D is the multiple of d at or below 1000", () => {
  expect(parseSpec({ circuits: "rotation3", T: 300 }).D).toBe(999);
  expect(parseSpec({ circuits: "step" }).D).toBe(1000);
});

test("one z may be given without a list, and −0 is 0", () => {
  expect(parseSpec({ z: 2 }).z).toEqual([2]);
  expect(Object.is(parseSpec({ seed: -0 }).seed, 0)).toBe(true);
});

describe("custom circuits", () => {
  test("give T, d and L, and get a readout and inputs", () => {
    const spec = parseSpec({ circuits: twice, D: 40, S: 3 });
    expect(shapeOf(spec)).toEqual({ D: 40, d: 2, T: 2, S: 3, L: 2 });
    expect(spec.circuits).toMatchObject({
      name: "custom",
      readouts: [
        {
          name: "a",
          matrix: [
            [1, 0],
            [0, 1],
          ],
        },
      ],
      inputs: { kind: "uniform", low: [0, 0], high: [1, 1] },
    });
  });

  test("with the same weights in every layer take L from the spec", () => {
    expect(parseSpec({ circuits: twoCircuits, D: 40, S: 3, L: 7 }).L).toBe(7);
    expect(parseSpec({ circuits: { ...twoCircuits, biases: [[0, 0], [1, 1], [2, 2]] }, D: 40 }).L).toBe(3); // prettier-ignore
  });

  test.each<[string, unknown, string]>([
    ["no weights", { biases: [[0]] }, "circuits.weights is missing: must be a non-empty list of layers, [L or 1][T][d][d]."],
    ["no biases", { weights: twoCircuits.weights }, "circuits.biases is missing: must be a non-empty list of layers, [L or 1][d]."],
    ["a row too short", { weights: [[[[1, 2], [3]]]], biases: [[0, 0]] }, "circuits.weights[0][0][1] has 1 entry: must have d = 2."],
    ["circuits that differ in size", { weights: [[[[1]], [[1, 2], [3, 4]]]], biases: [[0]] }, "circuits.weights[0][1] has 2 entries: must have d = 1."],
    ["text for a weight", { weights: [[[["<script>"]]]], biases: [[0]] }, 'circuits.weights[0][0][0][0] = "<script>": must be a finite number from -1000000000 to 1000000000.'],
    ["NaN for a bias", { weights: [[[[1]]]], biases: [[NaN]] }, "circuits.biases[0][0] = NaN: must be a finite number from -1000000000 to 1000000000."],
    ["layers that disagree", { ...twice, biases: [[0, 0], [0, 0], [0, 0]] }, "circuits.biases has 3 layers and circuits.weights has 2: they must have the same number of layers, or one of them must have just one."],
    ["a misspelt key", { ...twoCircuits, bias: [] }, 'circuits: unknown key "bias"; did you mean biases?'],
    ["a readout of another width", { ...twoCircuits, readouts: [{ name: "y", matrix: [[1]] }] }, "circuits.readouts[0].matrix[0] has 1 entry: must have d = 2."],
    ["a readout's name with markup", { ...twoCircuits, readouts: [{ name: "<b>", matrix: [[1, 0]] }] }, 'circuits.readouts[0].name = "<b>": must be 1 to 32 letters, digits, _ or -, starting with a letter.'],
    ["a readout's name twice", { ...twoCircuits, readouts: [{ name: "y", matrix: [[1, 0]] }, { name: "y", matrix: [[1, 0]] }] }, 'circuits.readouts[1].name = "y": used twice.'],
    ["inputs of no kind", { ...twoCircuits, inputs: {} }, "circuits.inputs.kind is missing: must be one of angle, uniform, choice, byCircuit."],
    ["inputs upside down", { ...twoCircuits, inputs: { kind: "uniform", low: [0, 2], high: [1, 1] } }, "circuits.inputs.high[1] = 1: must be a finite number of at least 2."],
    ["inputs of another width", { ...twoCircuits, inputs: { kind: "choice", vectors: [[0, 0], [0]] } }, "circuits.inputs.vectors[1] has 1 entry: must have d = 2."],
  ])("refused: %s", (_, circuits, message) => {
    expect(() => parseSpec({ circuits, D: 40, S: 3 })).toThrow(new InputError(message));
  }); // prettier-ignore

  test("refused: a stated T or L that they do not have", () => {
    expect(() => parseSpec({ circuits: twoCircuits, T: 3 })).toThrow(
      "T = 3: the given circuits have T = 2; leave it out.",
    );
    expect(() => parseSpec({ circuits: twice, L: 5 })).toThrow("L = 5: the given circuits have L = 2; leave it out.");
    expect(parseSpec({ circuits: twice, T: 2, L: 2, D: 40 }).L).toBe(2);
  });
});

describe("circuits from the library", () => {
  const ramp = { low: 0.5, high: 0.75 };

  test("by name, complete, with the d they need", () => {
    const spec = parseSpec({ circuits: "gates", T: 100 });
    expect(spec.circuits).toEqual({ kind: "gates", gates: ["and", "or", "xor", "not"], ramp });
    expect(shapeOf(spec)).toMatchObject({ D: 1000, d: 8 });
    expect(parseSpec({ circuits: { kind: "step" } }).circuits).toBe("step");
  });

  test.each<[unknown, object]>([
    ["lookup", { kind: "lookup", bits: 2, ramp }],
    ["mlp", { kind: "mlp" }],
    [{ kind: "lookup", bits: 3, ramp: [0.25, 0.75] }, { kind: "lookup", bits: 3, ramp: { low: 0.25, high: 0.75 } }],
    [{ kind: "automata", states: 4 }, { kind: "automata", states: 4, symbols: 2, word: null, ramp }],
    [{ kind: "mixed", of: ["step", { kind: "gates", gates: ["xor"] }] }, { kind: "mixed", of: [{ kind: "step" }, { kind: "gates", gates: ["xor"], ramp }] }],
  ])("%j", (circuits, complete) => {
    const spec = parseSpec({ circuits, T: 60, S: 4 });
    expect(spec.circuits).toEqual(complete);
    expect(parseSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  }); // prettier-ignore

  test("a word determines L", () => {
    const circuits = { kind: "automata", states: 2, word: [0, 1, 1] };
    expect(parseSpec({ circuits, T: 60 }).L).toBe(3);
    expect(() => parseSpec({ circuits, T: 60, L: 4 })).toThrow("L = 4: the given circuits have L = 3; leave it out.");
  });

  test.each<[unknown, string]>([
    [{ kind: "gate" }, 'circuits.kind = "gate": must be one of rotation, rotation3, rotation5, rotation6, step, gates,'],
    [{ kind: "gates", gates: ["and", "nope"] }, 'circuits.gates[1] = "nope": must be one of and, or, xor, not, nand,'],
    [{ kind: "gates", gates: [] }, "circuits.gates = []: must be a list of 1 to 8 entries."],
    [{ kind: "gates", bits: 2 }, 'circuits: unknown key "bits"; the keys are kind, gates, ramp.'],
    [{ kind: "lookup", bits: 6 }, "circuits.bits = 6: must be a whole number from 1 to 5."],
    [{ kind: "lookup", ramp: [0.5, 0.6, 0.7] }, "circuits.ramp = [0.5, 0.6, 0.7]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
    [{ kind: "lookup", ramp: { low: 0.5, high: 1.5 } }, "circuits.ramp = [0.5, 1.5]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
    [{ kind: "lookup", ramp: [0.5, 0.4] }, "circuits.ramp = [0.5, 0.4]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
    [{ kind: "automata", states: 40 }, "circuits.states = 40: must be a whole number from 1 to 32."],
    [{ kind: "automata", word: [0, 2] }, "circuits.word[1] = 2: must be a whole number from 0 to 1."],
    [{ kind: "mixed", of: [{ kind: "mixed", of: ["step"] }] }, "circuits.of[0]: is itself mixed; list its kinds here instead."],
    [{ kind: "mixed", of: [{ kind: "automata", word: [0] }, { kind: "automata", word: [0, 1] }] }, "circuits.of: words of 1 and 2 symbols; all must have the same length."],
    [{ kind: "mixed", of: [{ kind: "lookup", bits: 5 }, { kind: "lookup", bits: 5, ramp: [0.3, 0.7] }] }, "mixed circuits: their biases need d = 128, but d must be at most 64."],
  ])("refused: %j", (circuits, message) => {
    expect(() => parseSpec({ circuits, T: 60 })).toThrow(message);
  }); // prettier-ignore

  test("refused: fewer layers than trained MLPs have, fewer circuits than kinds", () => {
    expect(() => parseSpec({ circuits: "mlp", T: 60, L: 2 })).toThrow("L = 2: mlp circuits have 3 layers");
    expect(() => parseSpec({ circuits: { kind: "mixed", of: ["step", "rotation"] }, T: 1 })).toThrow(
      "T = 1: must be at least 2, the number of kinds",
    );
  });
});

const deep = JSON.parse("[".repeat(5000) + "]".repeat(5000)) as unknown;
const cyclic: Record<string, unknown> = {};
cyclic["circuits"] = cyclic;

// prettier-ignore
test.each<[string, unknown, string]>([
  ["a list", [], "the spec: must be an object with the keys circuits, D, T,"],
  ["nothing", undefined, "the spec: must be an object"],
  ["a misspelt key", { sampels: 3 }, 'the spec: unknown key "sampels"; did you mean samples?'],
  ["an unknown key", { temperature: 3 }, 'the spec: unknown key "temperature"; the keys are circuits, D, T, S,'],
  ["a key with markup", { "<img src=x>": 1 }, 'the spec: unknown key "<img src=x>"; the keys are'],
  ["__proto__", JSON.parse('{"__proto__": {"D": 8}}'), 'the spec: unknown key "__proto__"; the keys are'],
  ["toString", { toString: 1 }, 'the spec: unknown key "toString"; the keys are'],
  ["text for a number", { D: "many" }, 'D = "many": must be a whole number from 1 to 16777216.'],
  ["null for a number", { T: null }, "T = null: must be a whole number from 1 to 16777216."],
  ["NaN", { samples: NaN }, "samples = NaN: must be a whole number from 1 to 4294967295."],
  ["infinity", { chiFactor: Infinity }, "chiFactor = Infinity: must be a finite number from 0 to 1000."],
  ["a negative count", { networks: -2 }, "networks = -2: must be a whole number from 1 to 10000."],
  ["a fraction of a sample", { samples: 0.5 }, "samples = 0.5: must be a whole number from 1 to 4294967295."],
  ["no layers", { L: 0 }, "L = 0: must be a whole number from 1 to 10000."],
  ["10^9 circuits", { T: 1e9 }, "T = 1000000000: must be a whole number from 1 to 16777216."],
  ["a negative seed", { seed: -1 }, "seed = -1: must be a whole number from 0 to 9007199254740991."],
  ["a seed past 2^53 − 1", { seed: 2 ** 53 }, "seed = 9007199254740992: must be a whole number from 0 to 9007199254740991."],
  ["a bigint", { seed: 1n }, "seed = 1n: must be a whole number from 0 to 9007199254740991."],
  ["no z", { z: [] }, "z = []: must be a whole number, or a list of 1 to 64: 1,2,3 as a flag, [1, 2, 3] in a file."],
  ["z = 0", { z: [1, 0] }, "z[1] = 0: must be a whole number from 1 to 16777216."],
  ["z above T", { z: [1, 600] }, "z = 600: at most T = 557 circuits can be active at once."],
  ["a z twice", { z: [2, 1, 2] }, "z = [2, 1, 2]: 2 is listed twice."],
  ["each with two z", { sampling: "each", z: [1, 2] }, 'sampling = "each" runs one circuit at a time: z must be 1, not 1, 2.'],
  ["an unknown word", { construction: "capd" }, 'construction = "capd": must be one of capped, balanced, split, load-aware, ridge, trained.'],
  ["unknown circuits", { circuits: "toString" }, 'circuits = "toString": must be one of rotation, rotation3, rotation5, rotation6, step, gates,'],
  ["a ramp that falls", { ramp: [0.8, 0.2] }, "ramp = [0.8, 0.2]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["a ramp from 0", { ramp: [0, 0.5] }, "ramp = [0, 0.5]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["a ramp to above 1", { ramp: [0.5, 1.5] }, "ramp = [0.5, 1.5]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["a ramp of words", { ramp: [0.5, "all"] }, 'ramp = [0.5, "all"]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart.'],
  ["half a ramp", { ramp: [0.8] }, "ramp = [0.8]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["a custom ramp", { circuits: "gates", ramp: [0.2, 0.8] }, "ramp = [0.2, 0.8]: these circuits do not use it; leave it out; give their ramp with the circuits."],
  ["a gain of steps", { circuits: "step", gain: 3 }, "gain = 3: circuits of kind step do not use it; leave it out."],
  ["a gate that never shuts", { gain: 1.5 }, "gain = 1.5: must be at least offset + 1 = 2, so that an indicator of 0 shuts the gate for any x."],
  ["one angle", { angles: 1 }, "angles = 1: must be a whole number from 2 to 4096."],
  ["a place of no noise", { noiseAt: "activation" }, 'noiseAt = "activation" has no effect without noise; give noise, or leave out noiseAt.'],
  ["an unknown place", { noise: 0, noiseAt: "everywhere" }, 'noiseAt = "everywhere": must be one of pre-activation, activation.'],
  ["noise for the oracle", { noise: 0.1, gate: "oracle" }, "noise = 0.1: must be 0 with the oracle gate."],
  ["noise in a large network", { noise: 0.1, D: 8000 }, "D = 8000: must be at most 4096 with noise = 0.1."],
  ["another design's circuits", { design: "grid", circuits: "step" }, "circuits: the grid design runs only rotations; use circuits = rotation."],
  ["another design's field", { design: "grid", chiFactor: 2 }, "chiFactor = 2: the grid design does not use it; leave it out."],
  ["another design's S", { design: "grid", S: 2 }, "S = 2: the grid design has S = 1."],
  ["another design's T", { design: "grid", T: 90_000 }, "T = 90000: at most 87616 circuits fit with D = 1000 (grid design)."],
  ["a ramp of another design", { design: "grid", ramp: [0.5, 0.9] }, "ramp = [0.5, 0.9]: the grid design does not use it; leave it out."],
  ["a ramp for rows that falls", { design: "rows", ramp: [0.9, 0.8] }, "ramp = [0.9, 0.8]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["half a ramp for rows", { design: "rows", ramp: [0.9] }, "ramp = [0.9]: must be two numbers 0 < low < high ≤ 1, at least 0.001 apart."],
  ["another S of rows", { design: "rows", S: 4 }, "S = 4: the rows design has S = 3 or 2."],
  ["rows that do not fit", { design: "rows", D: 40, T: 80 }, "T = 80: at most 10 circuits fit with D = 40 (rows design)."],
  ["words longer than their code", { design: "windows", codeSize: 50, codeNeurons: 10 }, "codeSize = 50: must be less than codeNeurons = 10."],
  ["words as long as their code", { design: "windows", S: 2, codeSize: 64, codeNeurons: 64 }, "codeSize = 64: must be less than codeNeurons = 64."],
  ["a code shorter than a design's own words", { design: "windows", codeNeurons: 4 }, "codeNeurons = 4: must be more than codeSize = 5, the design's default."],
  ["more circuits in a cell than words can be told apart", { design: "windows", D: 120, codeNeurons: 16, codeSize: 3, T: 301 }, "T = 301: at most 300 circuits fit with D = 120 (windows design)."],
  ["half a gate", { design: "grid", gain: 3 }, "gain and offset: give both or neither with a design."],
  ["D that d does not divide", { D: 1001 }, "D = 1001: must be a multiple of d = 4, such as 1000 or 1004."],
  ["D below d", { D: 1 }, "D = 1: must be a multiple of d = 4, such as 4."],
  ["S above P", { D: 40, T: 5, S: 11 }, "S = 11: must be at most P = D/d = 10, the number of neurons in a block."],
  ["T above the largest", { T: 558 }, "T = 558: at most 557 circuits fit with P = D/d = 250, S = 6 (prime-step)."],
  ["sizes beyond memory", { D: 4_000_000, T: 10_000_000, L: 100 }, "D = 4000000, T = 10000000: this needs about 47.8 GiB, but this process can use only 4 GiB."],
  ["chi of another length", { chi: [0, 1] }, "chi has 2 entries: must have L = 5, one per layer."],
  ["chi in layer 1", { chi: [1, 1, 1, 1, 1] }, "chi[0] = 1: must be 0; layer 1 has no chi."],
  ["chi and its factor", { chi: [0, 1, 1, 1, 1], chiFactor: 2 }, "chiFactor = 2: it does not apply to a given chi; leave it at 1."],
  ["chi for balanced", { construction: "balanced", chi: [0, 1, 1, 1, 1] }, "chi = [0, 1, 1, 1, 1]: the balanced construction does not use it; leave it out."],
  ["a chi factor for split", { construction: "split", chiFactor: 1.15 }, "chiFactor = 1.15: the split construction has no chi; leave it at 1."],
  ["kappa for capped", { kappa: 0 }, "kappa = 0: the capped construction does not use it; leave it out."],
  ["deep nesting", { circuits: deep }, "the spec is nested more than 8 levels deep."],
  ["a cycle", cyclic, "the spec is nested more than 8 levels deep."],
])("refused: %s", (_, value, message) => {
  let thrown: unknown;
  try {
    parseSpec(value);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(InputError);
  expect((thrown as InputError).message.slice(0, message.length)).toBe(message);
  expect((thrown as InputError).message).not.toContain("\n");
});

test("any input gives a spec or an InputError", () => {
  const entry = fc.oneof(fc.anything(), fc.constantFrom(...specFields.map((field) => field.default)));
  const value = fc.oneof(
    fc.anything(),
    fc.dictionary(fc.constantFrom(...specFields.map(({ name }) => name)), entry, { maxKeys: 4 }),
  );
  fc.assert(
    fc.property(value, (given) => {
      try {
        parseSpec(given);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
      }
    }),
    { numRuns: 500 },
  );
});

test("nothing is inherited: a key on Object.prototype does not change a spec", () => {
  const prototype = Object.prototype as Record<string, unknown>;
  prototype["T"] = 12;
  try {
    expect(parseSpec({}).T).toBe(557);
  } finally {
    delete prototype["T"];
  }
});

test("the memory a run needs is stated before it is used, against the limit given", () => {
  const spec = parseSpec({});
  expect(memoryNeeded(spec)).toBe(4 * 5 * 557 * 6 * 2 + 557 * 16 * 12 + 1000 * 16 * 4 * 3 + 557 * 64);
  expect(() => parseSpec({}, 100_000)).toThrow(
    "D = 1000, T = 557: this needs about 457 KiB, but this process can use only 97.7 KiB.",
  );
});

describe("the hash", () => {
  test("is SHA-256 of the canonical JSON", async () => {
    const spec = parseSpec({ design: "grid", T: 100 });
    const { createHash } = await import("node:crypto");
    expect(await specHash(spec)).toBe(createHash("sha256").update(canonicalJson(spec)).digest("hex"));
  });

  test("does not depend on the order of keys, and distinguishes specs", async () => {
    const hash = await specHash(parseSpec({ D: 800, T: 100, seed: 7 }));
    expect(await specHash(parseSpec({ seed: 7, T: 100, D: 800 }))).toBe(hash);
    expect(await specHash(parseSpec({ seed: 8, T: 100, D: 800 }))).not.toBe(hash);
    expect(canonicalJson({ b: [1, { d: null, c: "x" }], a: true })).toBe('{"a":true,"b":[1,{"c":"x","d":null}]}');
  });
});

describe("fields as text", () => {
  const field = (name: string) => specFields.find((entry) => entry.name === name)!;

  test.each([
    ["D", "1000", 1000],
    ["chiFactor", "1.15", 1.15],
    ["seed", "1e3", 1000],
    ["z", "1,2,3", [1, 2, 3]],
    ["chi", "0,0.25,.5", [0, 0.25, 0.5]],
    ["kappa", "null", null],
    ["gate", "oracle", "oracle"],
    ["D", "0x10", "0x10"],
    ["D", "", ""],
    ["D", "NaN", "NaN"],
    ["z", "1,,2", [1, "", 2]],
  ])("%s=%s", (name, text, value) => {
    expect(fieldFromText(field(name), text)).toEqual(value);
  });

  test("every default can be written as text and read back", () => {
    for (const entry of specFields) {
      const text = String(entry.default);
      expect(fieldFromText(entry, text), entry.name).toEqual(entry.default);
    }
  });
});
