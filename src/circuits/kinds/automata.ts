import { checked, wholeSchema } from "../../base/validation.js";
import { automata as automataCircuits, countingWords, randomAutomata } from "../automata.js";
import type { Ramp } from "../indicators.js";
import { listAt, ramp, whole } from "./fields.js";
import type { CircuitKind } from "./kind.js";

const LONGEST_WORD = 10_000;

/**
 * Random automata. All circuits read `word`, whose length is L. If `word` is null, each circuit reads the next word in
 * counting order.
 */
export const automata: CircuitKind<{
  readonly states: number;
  readonly symbols: number;
  readonly word: readonly number[] | null;
  readonly ramp: Ramp;
}> = {
  help: "automata",
  fields: {
    states: whole(1, 32, 3),
    symbols: whole(1, 64, 2),
    word: (name, value, { symbols }) => {
      const symbol = wholeSchema(0, (symbols as number) - 1);
      return (value ?? null) === null
        ? null
        : listAt(name, value, LONGEST_WORD).map((letter, k) => checked(`${name}[${k}]`, symbol, letter));
    },
    ramp,
  },
  d: ({ states }) => 2 * states,
  ownL: ({ word }) => word?.length ?? null,
  anyL: (given) => ({ ...given, word: null }),
  build: ({ states, symbols, word, ramp }, size) => {
    const { T, L } = size;
    const words = word === null ? countingWords(T, L, symbols) : new Array<readonly number[]>(T).fill(word);
    return automataCircuits(randomAutomata({ ...size, states, symbols }), words, ramp);
  },
};
