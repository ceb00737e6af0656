import { parseSpec } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";

/** A named model: the same name gives the same bytes. */
export interface ZooModel {
  readonly name: string;
  readonly title: string;
  /** What it computes, in sentences. */
  readonly about: string;
  readonly spec: RunSpec;
}

const common = { z: [1, 2], samples: 2000, networks: 1, seed: 1 };

/** Numbers in names count circuits. Sizes are such that circuits are about twice as many neurons as there are. */
export const zoo: readonly ZooModel[] = [
  {
    name: "rotations-1000",
    title: "1000 conditional rotations in one network",
    about:
      "Every circuit holds an On-indicator alpha and a vector x in the plane. In each layer an active circuit turns its x by an " +
      "angle of its own and keeps alpha at 1; an inactive circuit stays at 0. Linsefors and Bushnaq built such networks in " +
      "“Rotations in Superposition”. Errors grow from layer to layer and with the number of active circuits.",
    spec: parseSpec({ ...common, circuits: "rotation", D: 2000, T: 1000, S: 5, L: 3 }),
  },
  {
    name: "gates-512",
    title: "512 pairs of Boolean gates in one network",
    about:
      "Every circuit has two wires, a and b. In each layer both get a gate of the two bits, drawn from AND, OR, XOR and NOT for " +
      "each circuit, layer and wire. Bits are read out as numbers; active circuits are right after rounding where the worst " +
      "case below is less than 0.5.",
    spec: parseSpec({ ...common, circuits: "gates", D: 2000, T: 512, S: 4, L: 4 }),
  },
  {
    name: "automata-800",
    title: "800 finite automata in one network",
    about:
      "Every circuit is an automaton of three states, drawn at random, that reads one symbol of a word of its own in each layer. " +
      "The readout `state` is one number per state, 1 for the state it is in; active circuits are right after rounding " +
      "where the worst case below is less than 0.5.",
    spec: parseSpec({ ...common, circuits: "automata", D: 2340, T: 800, S: 5, L: 4 }),
  },
  {
    name: "steps-800",
    title: "800 On-indicators in one network",
    about:
      "The smallest circuits: an On-indicator alpha that is 1 for active circuits and 0 for the others, cleaned in every layer by a " +
      "ramp of two neurons. A small model to try methods on.",
    spec: parseSpec({ ...common, circuits: "step", D: 800, T: 800, S: 4, L: 4 }),
  },
];
