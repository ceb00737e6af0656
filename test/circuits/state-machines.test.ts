import { describe, expect, test } from "vitest";
import { automata, countingWords, randomAutomata } from "../../src/circuits/automata.js";
import { applyReadout, runAlone, type Circuits } from "../../src/circuits/circuits.js";
import { gateCircuits, gateNames, randomGates, type GateName } from "../../src/circuits/gates.js";
import { indicatorCircuits, standardRamp } from "../../src/circuits/indicators.js";
import { lookups, randomTables } from "../../src/circuits/lookup.js";

const vectors = (circuits: Circuits): readonly (readonly number[])[] => {
  if (circuits.inputs.kind !== "choice") throw new Error("not a choice");
  return circuits.inputs.vectors;
};

/** The readout of one circuit at every layer. */
function read(circuits: Circuits, t: number, input: readonly number[], name: string): number[][] {
  const readout = circuits.readouts.find((entry) => entry.name === name)!;
  return runAlone(circuits, t, input).map((a) => applyReadout(readout, a));
}

const truth: Record<GateName, (own: number, other: number) => number> = {
  and: (own, other) => own & other,
  or: (own, other) => own | other,
  xor: (own, other) => own ^ other,
  not: (own) => 1 - own,
  nand: (own, other) => 1 - (own & other),
  nor: (own, other) => 1 - (own | other),
  xnor: (own, other) => 1 - (own ^ other),
  keep: (own) => own,
};

describe("gates", () => {
  test("every pair of gates is exact for all four rows of its truth table", () => {
    const program = gateNames.flatMap((a) => gateNames.map((b) => [a, b] as const));
    const circuits = gateCircuits([program]);
    expect(vectors(circuits)).toHaveLength(4);
    program.forEach(([ofA, ofB], t) => {
      vectors(circuits).forEach((input, row) => {
        const [a, b] = [row & 1, row >> 1];
        expect(read(circuits, t, input, "a")).toEqual([[a], [truth[ofA](a, b)]]);
        expect(read(circuits, t, input, "b")).toEqual([[b], [truth[ofB](b, a)]]);
        expect(read(circuits, t, input, "on")).toEqual([[1], [1]]);
      });
    });
  });

  test("a program of several layers is followed layer by layer", () => {
    const L = 6;
    const program = randomGates({ T: 20, L, seed: 3, from: gateNames });
    const circuits = gateCircuits(program);
    for (let t = 0; t < 20; t++) {
      vectors(circuits).forEach((input, row) => {
        let [a, b] = [row & 1, row >> 1];
        const wanted = [[a, b]];
        for (const layer of program) {
          const [ofA, ofB] = layer[t]!;
          [a, b] = [truth[ofA](a, b), truth[ofB](b, a)];
          wanted.push([a, b]);
        }
        const [ofA, ofB] = [read(circuits, t, input, "a"), read(circuits, t, input, "b")];
        expect(ofA.map((value, l) => [value[0], ofB[l]![0]])).toEqual(wanted);
      });
    }
  });

  test("random programs use all four default gates and differ between networks", () => {
    const program = randomGates({ T: 100, L: 2, seed: 1 });
    expect(new Set(program.flat(2))).toEqual(new Set(["and", "or", "xor", "not"]));
    expect(randomGates({ T: 100, L: 2, seed: 1 })).toEqual(program);
    expect(randomGates({ T: 100, L: 2, seed: 1, network: 1 })).not.toEqual(program);
  });

  test("an unknown gate, and layers of different lengths, are refused", () => {
    expect(() => gateCircuits([[["and", "nope" as GateName]]])).toThrow(
      'program[0][0][1] = "nope": must be one of and, or, xor, not,',
    );
    expect(() => gateCircuits([[["and", "or"]], []])).toThrow("all of the same length");
  });
});

describe("errors", () => {
  const circuits = gateCircuits(randomGates({ T: 10, L: 2, seed: 2 }));
  const wrong = (input: readonly number[], by: number): number[] =>
    input.map((value, i) => (i % 2 === 0 ? value + by : value));

  test("of up to 0.06 on every indicator are gone from all features after one layer (to rounding)", () => {
    for (const input of vectors(circuits)) {
      for (let t = 0; t < 10; t++) {
        for (const by of [0.06, -0.06]) {
          for (const { name } of circuits.readouts) {
            const [clean, read1] = [read(circuits, t, input, name)[1]!, read(circuits, t, wrong(input, by), name)[1]!];
            read1.forEach((value, row) => expect(value).toBeCloseTo(clean[row]!, 12));
          }
        }
      }
    }
  });

  test("of up to 0.12 on each indicator leave an inactive circuit at exactly 0", () => {
    const nothing = new Array<number>(8).fill(0);
    for (let t = 0; t < 10; t++) {
      const [, first] = runAlone(circuits, t, wrong(nothing, 0.12));
      expect(first!.every((value) => value === 0)).toBe(true);
    }
  });
});

test("lookup tables of 1 to 5 bits give their words, bit by bit", () => {
  for (const bits of [1, 2, 3, 5]) {
    const tables = randomTables({ T: 4, L: 3, bits, seed: bits });
    const circuits = lookups(tables);
    expect(circuits.d).toBe(2 ** (bits + 1));
    expect(vectors(circuits)).toHaveLength(2 ** bits);
    for (let t = 0; t < 4; t++) {
      vectors(circuits).forEach((input, start) => {
        let word = start;
        for (let layer = 1; layer <= 3; layer++) {
          word = tables[layer - 1]![t]![word]!;
          for (let bit = 0; bit < bits; bit++) {
            expect(read(circuits, t, input, `bit${bit}`)[layer]).toEqual([(word >> bit) & 1]);
          }
        }
      });
    }
  }
});

test("tables with a length other than 2^k, and words outside them, are refused", () => {
  expect(() => lookups([[[0, 1, 2]]])).toThrow("tables of 3 words: must have 2^k words");
  expect(() => lookups([[[0, 4, 1, 2]]])).toThrow("tables[0][0][1] = 4: must be a whole number from 0 to 3.");
});

test("automata read their words from every state", () => {
  const [T, L, states, symbols] = [30, 5, 4, 3];
  const machines = randomAutomata({ T, states, symbols, seed: 5 });
  const words = countingWords(T, L, symbols);
  const circuits = automata(machines, words);
  for (let t = 0; t < T; t++) {
    vectors(circuits).forEach((input, start) => {
      let state = start;
      const wanted = [state];
      for (const symbol of words[t]!) wanted.push((state = machines[t]![state]![symbol]!));
      expect(read(circuits, t, input, "state").map((one) => one.indexOf(1))).toEqual(wanted);
      expect(read(circuits, t, input, "on")).toEqual(wanted.map(() => [1]));
    });
  }
});

test("counting words are all words, equally often as far as T allows", () => {
  const words = countingWords(32, 4, 2).map((word) => word.join(""));
  expect(new Set(words).size).toBe(16);
  expect(words.slice(16)).toEqual(words.slice(0, 16));
});

test("the ramp of [E4] is that of the step circuits", () => {
  const one = indicatorCircuits({
    ...{ kind: "step", T: 1, L: 1, features: 1, map: () => [[1]], inputs: [[1]], ramp: standardRamp },
    readouts: [{ name: "alpha", matrix: [[1]] }],
  });
  expect(Array.from(one.mean[0]!)).toEqual([2, -2, 2, -2]);
  expect(Array.from(one.bias[0]!)).toEqual([-0.5, -1.5]);
  expect(vectors(one)).toEqual([[1.5, 0.5]]);
  expect(one.readouts).toEqual([{ name: "alpha", matrix: [[1, -1]] }]);
  expect(() => gateCircuits([[["and", "or"]]], { low: 0.5, high: 0.5 })).toThrow("ramp = [0.5, 0.5]");
});
