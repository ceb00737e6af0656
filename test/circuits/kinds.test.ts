import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  circuitKinds,
  kindNames,
  kindOf,
  libraryCircuits,
  librarySize,
  parseLibraryCircuits,
  type LibraryCircuits,
} from "../../src/circuits/kinds.js";

const size = { T: 12, L: 4, seed: 3, network: 0 };
const ramp = { low: 0.5, high: 0.75 };

/** Kinds whose circuits are drawn at random for every network. */
const drawn = ["rotation", "rotation3", "rotation5", "rotation6", "gates", "lookup", "automata", "mixed"];

const given: LibraryCircuits[] = [
  ...kindNames.filter((name) => circuitKinds[name].nameAlone === undefined).map(parseLibraryCircuits),
  { kind: "gates", gates: ["and", "xor"], ramp },
  { kind: "lookup", bits: 3, ramp },
  { kind: "automata", states: 5, symbols: 3, word: null, ramp },
  { kind: "automata", states: 2, symbols: 2, word: [0, 1, 1, 0], ramp },
  { kind: "mixed", of: [{ kind: "step" }, { kind: "mlp" }, { kind: "rotation" }] },
];

describe("every kind of circuit", () => {
  test.each(given)("%o has the stated size and is a function of seed and network", (given) => {
    const circuits = libraryCircuits(given, size);
    expect(circuits).toMatchObject({ T: 12, L: librarySize(given).L ?? 4, d: librarySize(given).d });
    expect(circuits.delta).toHaveLength(4);
    expect(libraryCircuits(given, size)).toEqual(circuits);
    const other = libraryCircuits(given, { ...size, network: 1 });
    if (drawn.includes(given.kind)) expect(other.delta).not.toEqual(circuits.delta);
  });

  test.each(given)("%o is built with its least L and T, and has a name for each neuron", (given) => {
    const { L, T } = kindOf(given).least?.(given) ?? { L: 1, T: 1 };
    const own = librarySize(given).L;
    expect(libraryCircuits(given, { ...size, T, L: own ?? L })).toMatchObject({ T, L: own ?? L });
    const { neurons } = kindOf(given);
    if (neurons) expect(neurons).toHaveLength(librarySize(given).d);
  });

  test.each(kindNames)("%s is in docs/compile-your-own.md", (name) => {
    const docs = readFileSync(new URL("../../docs/compile-your-own.md", import.meta.url), "utf8");
    expect(docs.slice(docs.indexOf("Built-in kinds:"))).toContain(`\`${name}\``);
  });
});

test("a mix of mixes is refused, parsed or not", () => {
  const mixed = { kind: "mixed", of: [{ kind: "step" }] } as const;
  const twice = { kind: "mixed", of: [mixed] };
  expect(() => parseLibraryCircuits(twice)).toThrow("circuits.of[0]: is itself mixed; list its kinds here instead.");
  expect(() => libraryCircuits(twice as unknown as LibraryCircuits, size)).toThrow("mix all kinds at once");
});
