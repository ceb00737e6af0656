import type { Readout } from "../circuits/circuits.js";
import { buildCircuits, buildLikeMultiPart } from "../config/build.js";
import type { Part } from "../network/layer.js";
import { runsBySparseWeights, shapeOf, type RunSpec } from "../config/run-spec.js";
import type { SpecField } from "../config/fields.js";
import type { Block } from "./heat-map.js";

/** Words for fields whose name is a symbol. */
const words: Readonly<Record<string, string>> = {
  circuits: "circuits",
  D: "D, neurons per layer",
  T: "T, circuits",
  S: "S, neurons per circuit neuron",
  L: "L, layers",
  z: "z, active at once",
  ramp: "ramp, from shut to open",
  gain: "gain of the gate of x",
  offset: "offset of the gate of x",
  angles: "angles of x, if few",
  cellNeurons: "neurons of a cell",
  codeNeurons: "neurons of the code",
  codeSize: "neurons of a code word",
  noise: "noise, σ per neuron",
  noiseAt: "noise before or after ReLU",
  chiFactor: "χ factor",
  chi: "χ per layer",
  kappa: "κ",
};

export function fieldLabel({ name }: SpecField): string {
  return words[name] ?? name;
}

/** What neuron i of a circuit is, [d]. [E2, E5, E6] */
const blocks: Readonly<Record<string, readonly string[]>> = {
  rotation: ["On-indicator, first", "On-indicator, second", "x, first", "x, second"],
  rotation3: ["On-indicator", "x, first", "x, second"],
  rotation5: ["On-indicator, first", "On-indicator, second", "x, at 0°", "x, at 120°", "x, at 240°"],
  rotation6: ["On-indicator, first", "On-indicator, second", "x, right", "x, left", "x, up", "x, down"],
  step: ["On-indicator, first", "On-indicator, second"],
};

export function blockNames(circuits: RunSpec["circuits"], d: number): readonly string[] {
  const names = typeof circuits === "string" ? blocks[circuits] : undefined;
  return names ?? Array.from({ length: d }, (_, i) => `component ${i}`);
}

/** The blocks of a network's parts, in the order of its neurons. */
export function blocksOf({ circuits, design }: Pick<RunSpec, "circuits" | "design">, parts: readonly Part[]): Block[] {
  return parts.flatMap(({ name, d, P, offset }) => {
    const names =
      design === "standard"
        ? blockNames(circuits, d)
        : Array.from({ length: d }, (_, i) => (d === 1 ? name : `${name}, ${i + 1} of ${d}`));
    return names.map((own, i) => ({ name: own, P, offset: offset + i * P }));
  });
}

/** What shares of active neurons are of: blocks, or a design's parts. */
export function shareNames(spec: RunSpec): readonly string[] {
  if (!runsBySparseWeights(spec)) return blockNames(spec.circuits, shapeOf(spec).d);
  return spec.design === "standard" ? ["all neurons"] : buildLikeMultiPart(spec).parts.map(({ name }) => name);
}

/** What is read out of circuits. */
function readoutsOf(spec: RunSpec): readonly Readout[] {
  const { circuits } = spec;
  if (typeof circuits !== "string" && "readouts" in circuits) return circuits.readouts;
  return buildCircuits({ ...spec, T: Math.min(spec.T, 8) }, 0).readouts;
}

/** Names of the readouts whose errors are measured, x first. */
export function readoutNames(spec: RunSpec): readonly string[] {
  const names = readoutsOf(spec).map(({ name }) => name);
  return names.includes("x") ? ["x", ...names.filter((name) => name !== "x")] : names;
}

/** Whether circuits carry a two-vector x whose path can be drawn. */
export function hasPaths(spec: RunSpec): boolean {
  return readoutsOf(spec).some(({ name, matrix }) => name === "x" && matrix.length === 2);
}
