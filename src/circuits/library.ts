import { automata, countingWords, randomAutomata } from "./automata.js";
import type { Circuits } from "./circuits.js";
import { gateCircuits, randomGates, type GateName } from "./gates.js";
import type { Ramp } from "./indicators.js";
import { lookups, randomTables } from "./lookup.js";
import { mix } from "./mix.js";
import {
  anglesFromTurns,
  fourDirections,
  randomTurns,
  rotations,
  rotationsOnDirections,
  rotationsOneIndicator,
  steps,
  threeDirections,
  type RotationGates,
} from "./rotation.js";
import { trainedCircuits } from "./trained.js";

/** Circuits that are built from a few words, T and a seed. All fields are needed; the spec has their defaults. */
export type LibraryCircuits =
  | { readonly kind: "rotation" | "rotation3" | "rotation5" | "rotation6" | "step" | "mlp" }
  /** Two wires with a gate on each, drawn from `gates`; d = 8. */
  | { readonly kind: "gates"; readonly gates: readonly GateName[]; readonly ramp: Ramp }
  /** Random tables of 2^bits words; d = 2^(bits+1). */
  | { readonly kind: "lookup"; readonly bits: number; readonly ramp: Ramp }
  /** Random automata; `word` is read by all, null gives every circuit the next word in counting order. d = 2·states. */
  | {
      readonly kind: "automata";
      readonly states: number;
      readonly symbols: number;
      readonly word: readonly number[] | null;
      readonly ramp: Ramp;
    }
  /** Several kinds, circuits dealt out evenly: the first kinds get one more where T does not divide. */
  | { readonly kind: "mixed"; readonly of: readonly LibraryCircuits[] };

export interface LibrarySize {
  readonly T: number;
  readonly L: number;
  readonly seed: number;
  /** Which network of a run: each has circuits of its own. */
  readonly network: number;
}

/**
 * The circuits that a description stands for; a function of it and the size alone.
 *
 * @param gates of rotations and steps; other kinds have ramps of their own
 */
export function libraryCircuits(given: LibraryCircuits, size: LibrarySize, gates: RotationGates = {}): Circuits {
  const { T, L, seed, network } = size;
  const angles = () => anglesFromTurns(randomTurns(T, seed, network, gates.angles ?? null));
  switch (given.kind) {
    case "rotation":
      return rotations(angles(), L, gates);
    case "rotation3":
      return rotationsOneIndicator(angles(), L, gates.angles ?? null);
    case "rotation5":
      return rotationsOnDirections(threeDirections, angles(), L, gates);
    case "rotation6":
      return rotationsOnDirections(fourDirections, angles(), L, gates);
    case "step":
      return steps(T, L, gates.ramp);
    case "mlp":
      return trainedCircuits(T, L);
    case "gates":
      return gateCircuits(randomGates({ ...size, from: given.gates }), given.ramp);
    case "lookup":
      return lookups(randomTables({ ...size, bits: given.bits }), given.ramp);
    case "automata": {
      const { states, symbols, word, ramp } = given;
      const words = word === null ? countingWords(T, L, symbols) : new Array<readonly number[]>(T).fill(word);
      return automata(randomAutomata({ ...size, states, symbols }), words, ramp);
    }
    case "mixed": {
      const kinds = given.of.length;
      const parts = given.of.map((part, k) =>
        libraryCircuits(part, { ...size, T: Math.floor(T / kinds) + (k < T % kinds ? 1 : 0) }),
      );
      return mix(parts).circuits;
    }
  }
}

/** d of the circuits that a description stands for. */
export function libraryWidth(given: LibraryCircuits): number {
  switch (given.kind) {
    case "rotation":
      return 4;
    case "rotation3":
      return 3;
    case "rotation5":
      return 5;
    case "rotation6":
      return 6;
    case "step":
      return 2;
    case "mlp":
      return 6;
    case "gates":
      return 8;
    case "lookup":
      return 2 ** (given.bits + 1);
    case "automata":
      return 2 * given.states;
    case "mixed":
      return mixedWidth(given);
  }
}

/** Where components go depends on biases alone, and those on neither T, L nor the seed: one small circuit a kind tells. */
function mixedWidth({ of }: Extract<LibraryCircuits, { kind: "mixed" }>): number {
  const small = of.map((part) => (part.kind === "automata" ? { ...part, word: null } : part));
  return libraryCircuits({ kind: "mixed", of: small }, { T: of.length, L: 3, seed: 0, network: 0 }).d;
}
