import { InputError, listOf, wholeNumber } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import type { Circuits } from "./circuits.js";
import type { Ramp } from "./indicators.js";
import { oneHot, stateMachines } from "./state-machines.js";

/** A finite automaton: the next state for every state and symbol, [states][symbols]. */
export type Automaton = readonly (readonly number[])[];

/**
 * Finite automata, each of which reads a word of L symbols, one per layer. All states are equally likely at the start.
 *
 * In layer l, the weights of circuit t perform its automaton's step for symbol l of its word. One set of weights thus
 * holds T automata, each reading its own word. Every state is an On-indicator, so d = 2·states.
 *
 * @param automata one per circuit, [T]
 * @param words the symbols that each circuit reads, [T][L]
 * @throws InputError naming the argument, its value and its bound
 */
export function automata(automata: readonly Automaton[], words: readonly (readonly number[])[], ramp?: Ramp): Circuits {
  const T = listOf("automata", automata).length;
  const L = listOf("words", words)[0]?.length ?? 0;
  if (words.length !== T || L === 0 || Array.from(words).some((word) => word?.length !== L)) {
    throw new InputError(`automata: ${T} automata need ${T} words of equal length (at least 1).`, "shape", "words");
  }
  const states = listOf("automata[0]", automata[0]).length;
  return stateMachines({
    kind: "automata",
    T,
    L,
    states,
    next: (layer, t) => {
      const symbol = words[t][layer - 1];
      return Array.from(listOf(`automata[${t}]`, automata[t], "states", states), (bySymbol, state) => {
        const path = `automata[${t}][${state}]`;
        const to = listOf(path, bySymbol)[wholeNumber(`words[${t}][${layer - 1}]`, symbol, 0)];
        if (to !== undefined) return wholeNumber(`${path}[${symbol}]`, to, 0, states - 1);
        throw new InputError(
          `automaton ${t} has no step from state ${state} for symbol ${symbol}.`,
          "missing",
          `${path}[${symbol}]`,
        );
      });
    },
    readouts: [{ name: "state", matrix: Array.from({ length: states }, (_, state) => oneHot(states, state)) }],
    ...(ramp ? { ramp } : {}),
  });
}

/** Automata whose transitions are drawn uniformly and independently, [T][states][symbols]. */
export function randomAutomata(size: {
  readonly T: number;
  readonly states: number;
  readonly symbols: number;
  readonly seed: number;
  readonly network?: number;
}): number[][][] {
  const { T, seed, network = 0 } = size;
  const states = wholeNumber("states", size.states, 1, 32);
  const symbols = wholeNumber("symbols", size.symbols, 1, 64);
  const random = new RandomSequence(seed, "circuits", network);
  return Array.from({ length: T }, () =>
    Array.from({ length: states }, () => Array.from({ length: symbols }, () => random.below(states))),
  );
}

/**
 * A word for each circuit, [T][L]: all symbols^L words in counting order, the first symbol changing fastest, repeated
 * cyclically. If T ≥ symbols^L, every word is read.
 */
export function countingWords(T: number, L: number, symbols: number): number[][] {
  return Array.from({ length: T }, (_, t) => {
    let rest = t;
    return Array.from({ length: L }, () => {
      const symbol = rest % symbols;
      rest = Math.floor(rest / symbols);
      return symbol;
    });
  });
}
