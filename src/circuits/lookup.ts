import { InputError, listOf, wholeNumber } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import type { Circuits } from "./circuits.js";
import type { Ramp } from "./indicators.js";
import { bitReadouts, stateMachines } from "./state-machines.js";

/**
 * Circuits that, in every layer, look up a word of k bits in a table with 2^k entries of k bits each. The inputs are
 * all 2^k words.
 *
 * Every word is an On-indicator, so d = 2^(k+1); bits are read out as sums.
 *
 * @param tables the result for each word that is looked up, per layer and circuit, [L][T][2^k]; bit 0 is the lowest
 * @throws InputError naming the argument, its value and its bound
 */
export function lookups(tables: readonly (readonly ArrayLike<number>[])[], ramp?: Ramp): Circuits {
  const first = listOf("tables[0]", listOf("tables", tables)[0]);
  const words = listOf("tables[0][0]", first[0]).length;
  const bits = Math.log2(words);
  if (![1, 2, 3, 4, 5].includes(bits)) {
    throw new InputError(`tables of ${words} words: must have 2^k words for k = 1 to 5 bits.`, "shape", "tables[0][0]");
  }
  Array.from(tables, (layer, k) => listOf(`tables[${k}]`, layer, "T", first.length));
  const names = Array.from({ length: bits }, (_, bit) => `bit${bit}`);
  return stateMachines({
    kind: "lookup",
    T: first.length,
    L: tables.length,
    states: words,
    next: (layer, t) => {
      const path = `tables[${layer - 1}][${t}]`;
      return Array.from(listOf(path, tables[layer - 1][t], "words", words), (to, word) =>
        wholeNumber(`${path}[${word}]`, to, 0, words - 1),
      );
    },
    readouts: bitReadouts(bits, names),
    ...(ramp ? { ramp } : {}),
  });
}

/** Tables for `lookups` whose words are drawn uniformly and independently, [L][T][2^k]. */
export function randomTables(size: {
  T: number;
  L: number;
  bits: number;
  seed: number;
  network?: number;
}): number[][][] {
  const { T, L, bits, seed, network = 0 } = size;
  const words = 2 ** wholeNumber("bits", bits, 1, 5);
  const random = new RandomSequence(seed, "circuits", network);
  const table = (): number[] => Array.from({ length: words }, () => random.below(words));
  return Array.from({ length: L }, () => Array.from({ length: T }, table));
}
