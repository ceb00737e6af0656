import type { Circuits } from "../../circuits/circuits.js";
import type { NoiseAt } from "../../network/construction.js";
import type { PartnerKind } from "./partners.js";
import { hasIndicatorAndX } from "./readouts.js";
import { UNDISTURBED, type Conditions } from "./runner.js";
import type { InputChange } from "./samples.js";

/** One perturbation of a network. */
export interface Perturbation {
  /** The key of this kind of perturbation, and its name in words. */
  readonly kind: string;
  readonly name: string;
  /** The strength of the perturbation; null if it has no levels. */
  readonly level: number | null;
  /** Circuits active at once. */
  readonly z: number;
  readonly conditions: Conditions;
  readonly inputs: InputChange | null;
  readonly partners: PartnerKind | null;
  readonly equalInputs: boolean;
}

/** Standard deviations of noise on neurons and inputs, and relative changes of weights. */
export const levels = [0.001, 0.003, 0.01, 0.03];

/** The kinds of perturbation whose level is relative: to a weight, to |x| = 1, or to an indicator of 1. */
export const relativeKinds = [
  "weightNoise",
  "noiseBefore",
  "noiseAfter",
  "inputNoise",
  "indicatorLow",
  "indicatorHigh",
];

const names = {
  none: "as it is",
  weightNoise: "weights × (1 + ε·normal)",
  parameterNoise: "weights and biases × (1 + ε·normal)",
  weightScale: "weights × (1 + ε)",
  bfloat16: "weights and biases in bfloat16",
  bfloat16All: "activations in bfloat16 too",
  int8: "weights in int8, one scale per row",
  int8Matrix: "weights in int8, one scale per layer",
  noiseBefore: "noise before the ReLU",
  noiseAfter: "noise after the ReLU",
  inputNoise: "noise on inputs",
  startNoise: "noise on the neurons of layer 0",
  indicatorLow: "indicator of inputs 1 − ε",
  indicatorHigh: "indicator of inputs 1 + ε",
  inputScale: "inputs multiplied",
  length: "|x| of inputs",
  angle: "inputs at any angle",
  active: "circuits active at once",
  neighbours: "active: t, t + 1, …",
  cell: "active: same cell at step 1",
  cells: "active: most often in the same cell",
  alike: "active: nearly equal weights",
  equalInputs: "active: equal inputs",
  search: "active: worst sets by search",
  all: "all at once",
} as const;

export type PerturbationKind = keyof typeof names;
/** The kinds of perturbations, in the panel's order. */
export const perturbationKinds = /* @__PURE__ */ Object.keys(names) as PerturbationKind[];

/** A perturbation; omitted fields leave the network and its samples unchanged. */
export function perturbation(
  kind: PerturbationKind,
  z: number,
  level: number | null,
  change: Partial<Omit<Perturbation, "kind" | "name" | "z" | "level" | "conditions">> & {
    readonly conditions?: Partial<Conditions>;
  } = {},
): Perturbation {
  return {
    ...{ kind, name: names[kind], level, z, inputs: null, partners: null, equalInputs: false },
    ...change,
    conditions: { ...UNDISTURBED, ...change.conditions },
  };
}

/** A perturbation of one of the relative kinds, at any level. */
export function relativePerturbation(kind: string, z: number, level: number): Perturbation {
  const noise = (noiseAt: NoiseAt) => ({ conditions: { noise: { noise: level, noiseAt } } });
  switch (kind) {
    case "weightNoise":
      return perturbation(kind, z, level, { conditions: { weights: { kind: "noise", size: level } } });
    case "noiseBefore":
      return perturbation(kind, z, level, noise("pre-activation"));
    case "noiseAfter":
      return perturbation(kind, z, level, noise("activation"));
    case "inputNoise":
      return perturbation(kind, z, level, { inputs: { kind: "noise", size: level } });
    case "indicatorLow":
      return perturbation(kind, z, level, { inputs: { kind: "indicator", factor: 1 - level } });
    case "indicatorHigh":
      return perturbation(kind, z, level, { inputs: { kind: "indicator", factor: 1 + level } });
    default:
      throw new Error(`${kind} has no relative level.`);
  }
}

/**
 * Several perturbations together: noise after the ReLU and on weights and inputs, bfloat16 for all numbers, and, for
 * rotations, changed indicators and |x|.
 */
function allAtOnce(z: number): Perturbation {
  return perturbation("all", z, null, {
    conditions: {
      weights: { kind: "noise", size: 0.01, bfloat16: true },
      noise: { noise: 0.01, noiseAt: "activation" },
      roundActivations: true,
    },
    inputs: { kind: "all", noise: 0.01, indicator: 0.1, length: 0.5 },
  });
}

/**
 * The panel for a network of these circuits, of which z are active at once; its first line is the unperturbed network.
 *
 * @param of noise levels for weights, neurons and inputs
 */
export function panel(
  { T, readouts, inputs }: Pick<Circuits, "T" | "readouts" | "inputs">,
  z: number,
  of: readonly number[] = levels,
): Perturbation[] {
  const relative = (kind: string, sizes: readonly number[]): Perturbation[] =>
    sizes.map((level) => relativePerturbation(kind, z, level));
  const isRotation = hasIndicatorAndX({ readouts });
  const list = [
    perturbation("none", z, null),
    ...relative("weightNoise", of),
    ...of.map((size) =>
      perturbation("parameterNoise", z, size, { conditions: { weights: { kind: "noise", size, biases: true } } }),
    ),
    ...[0.001, 0.01, -0.01].map((size) =>
      perturbation("weightScale", z, size, { conditions: { weights: { kind: "scale", size } } }),
    ),
    perturbation("bfloat16", z, null, { conditions: { weights: { kind: "bfloat16" } } }),
    perturbation("bfloat16All", z, null, { conditions: { weights: { kind: "bfloat16" }, roundActivations: true } }),
    perturbation("int8", z, null, { conditions: { weights: { kind: "int8", scaleOf: "row" } } }),
    perturbation("int8Matrix", z, null, { conditions: { weights: { kind: "int8", scaleOf: "matrix" } } }),
    ...relative("noiseBefore", of),
    ...relative("noiseAfter", of),
    ...relative("inputNoise", of),
    ...of.map((start) => perturbation("startNoise", z, start, { conditions: { start } })),
  ];
  if (isRotation) {
    list.push(
      ...relative("indicatorLow", [0.05, 0.1, 0.2]),
      ...relative("indicatorHigh", [0.05, 0.1, 0.2]),
      ...[0, 0.5, 1.5, 2].map((factor) => perturbation("length", z, factor, { inputs: { kind: "length", factor } })),
    );
    if (inputs.kind === "choice") list.push(perturbation("angle", z, null, { inputs: { kind: "angle" } }));
  } else {
    list.push(
      ...[0.8, 0.9, 1.1, 1.2].map((factor) =>
        perturbation("inputScale", z, factor, { inputs: { kind: "scale", factor } }),
      ),
    );
  }
  list.push(allAtOnce(z));
  const counts = [z - 1, z + 1, z + 2].filter((count) => count >= 1 && count <= T);
  list.push(...counts.map((count) => perturbation("active", count, count)));
  if (z > 1) {
    const kinds = ["neighbours", "cell", "cells", "alike"] as const;
    list.push(...kinds.map((kind) => perturbation(kind, z, null, { partners: kind })));
    if (inputs.kind !== "byCircuit") list.push(perturbation("equalInputs", z, null, { equalInputs: true }));
  }
  return list;
}
