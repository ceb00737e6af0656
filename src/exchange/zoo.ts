import { parseSpec } from "../config/parse-spec.js";
import type { RunSpec } from "../config/run-spec.js";

/** A model with a name. The same name always produces the same bytes. */
export interface ZooModel {
  readonly name: string;
  readonly title: string;
  /** A description of what the model computes. */
  readonly about: string;
  readonly spec: RunSpec;
}

/**
 * Gates and automata use the same ramp as rotations, so that circuits of all kinds have the same biases and mixtures of
 * them need fewer neurons.
 */
const ramp = [0.25, 0.75];
const smallKinds = ["rotation", { kind: "lookup", bits: 1, ramp }, { kind: "automata", states: 2, ramp }];
const kinds = ["rotation", { kind: "gates", ramp }, { kind: "automata", ramp }];

const bench = (of: readonly unknown[], fields: object): RunSpec =>
  parseSpec({ ...common, construction: "balanced", circuits: { kind: "mixed", of }, ...fields });

const truth =
  "The weights are exactly the sum of one component per circuit (balanced construction), so `superpose score` can compare the result of a method with the truth.";

const common = { z: [1, 2], samples: 2000, networks: 1, seed: 1 };

/**
 * Named models. Each model has at least twice as many circuit neurons as network neurons. The number in a name is the
 * number of circuits. docs/scoring.md defines the models whose names contain "bench".
 */
export const zoo: readonly ZooModel[] = [
  {
    name: "rotations-1000",
    title: "1000 conditional rotations in one network",
    about:
      "Every circuit holds an On-indicator alpha and a vector x in the plane. In each layer, an active circuit rotates its x by its own " +
      "angle and keeps alpha at 1; an inactive circuit stays at 0. Linsefors and Bushnaq built such networks in " +
      "“Rotations in Superposition”. Errors grow from layer to layer and with the number of active circuits.",
    spec: parseSpec({ ...common, circuits: "rotation", D: 2000, T: 1000, S: 5, L: 3 }),
  },
  {
    name: "gates-512",
    title: "512 pairs of Boolean gates in one network",
    about:
      "Every circuit has two wires, a and b. In each layer, each wire becomes the output of a gate on the two bits, drawn from AND, OR, XOR and NOT for " +
      "each circuit, layer and wire. Bits are read out as numbers; rounding gives the correct bits of active circuits if the worst " +
      "error listed below is less than 0.5.",
    spec: parseSpec({ ...common, circuits: "gates", D: 2000, T: 512, S: 4, L: 4 }),
  },
  {
    name: "automata-800",
    title: "800 finite automata in one network",
    about:
      "Every circuit is an automaton of three states, drawn at random, that reads one symbol of a separate word in each layer. " +
      "The readout `state` is one number per state, 1 for the current state; rounding gives the correct state of active circuits " +
      "if the worst error listed below is less than 0.5.",
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
  {
    name: "rotations-557",
    title: "557 conditional rotations that tolerate noise, rounding and inexact inputs",
    about:
      "Conditional rotations in blocks of cells (the design `columns`). An active circuit is computed exactly unless another one is active in its block; then both are lost. " +
      "The mean square stays below 0.25 for 100 layers, even with noise on neurons and weights, bfloat16 and inexact indicators combined. This model has the first five of these layers.",
    spec: parseSpec({ ...common, design: "columns", D: 1000, T: 557, L: 5 }),
  },
  {
    name: "automata-334",
    title: "334 finite automata in one network, exact",
    about:
      "Every circuit is an automaton of three states, drawn at random, that reads one symbol of a separate word in each layer. In the general design, " +
      "a code opens cells, which form blocks. An active circuit is computed exactly, up to rounding, unless another one is active in its block; then both are lost. This affects 1.6% of active circuits at z = 2.",
    spec: parseSpec({ ...common, design: "general", circuits: { kind: "automata", ramp }, D: 1000, T: 334, L: 4 }),
  },
  {
    name: "bench-tiny",
    title: "A tiny benchmark: 18 rotations, one-bit gates and automata on 42 neurons",
    about:
      "Six conditional rotations, six one-bit tables (keep, NOT, or a constant, drawn per layer) and six two-state automata. " +
      `${truth} It beats the naive network at z = 1 in both layers.`,
    spec: bench(smallKinds, { D: 42, T: 18, S: 2, L: 2, z: [1], assignment: "filled", seed: 3 }),
  },
  {
    name: "bench-small",
    title: "A small benchmark: 87 rotations, one-bit gates and automata on 204 neurons",
    about:
      "Conditional rotations, one-bit tables (keep, NOT, or a constant, drawn per layer) and two-state automata, one third each. " +
      `${truth} It beats the naive network at z = 1 up to layer 3.`,
    spec: bench(smallKinds, { D: 204, T: 87, S: 3, L: 3, z: [1], schedule: "parting", seed: 3 }),
  },
  {
    name: "bench-medium",
    title: "A benchmark: 300 circuits (rotations, pairs of gates and automata) on 1000 neurons",
    about:
      "Conditional rotations, pairs of gates (AND, OR, XOR, NOT) and three-state automata, 100 each. " +
      `${truth} It beats the naive network at z = 1 and 2 up to layer 3.`,
    spec: bench(kinds, { D: 1000, T: 300, S: 4, L: 3, z: [1, 2], schedule: "parting" }),
  },
  {
    name: "bench-large",
    title: "A large benchmark: 1200 circuits (rotations, pairs of gates and automata) on 4000 neurons",
    about:
      "Conditional rotations, pairs of gates (AND, OR, XOR, NOT) and three-state automata, 400 each. " +
      `${truth} It beats the naive network at z = 1 and 2 up to layer 4.`,
    spec: bench(kinds, { D: 4000, T: 1200, S: 4, L: 4, z: [1, 2], assignment: "filled" }),
  },
  {
    name: "bench-spd",
    title: "100 features on 50 neurons, the sizes of SPD's residual MLPs",
    about:
      "100 On-indicators on 50 neurons per layer: as many features and neurons as the residual MLPs of Stochastic Parameter Decomposition have (n_features 100, d_mlp 50), " +
      `but without their embedding and residual stream. ${truth} It beats the naive network at z = 1 up to layer 3.`,
    spec: parseSpec({
      ...common,
      construction: "balanced",
      circuits: "step",
      D: 50,
      T: 100,
      S: 2,
      L: 3,
      z: [1],
      assignment: "filled",
    }),
  },
];
