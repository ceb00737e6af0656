import type { Readout } from "../circuits/circuits.js";
import { buildCircuits } from "../experiments/build.js";
import type { RunSpec } from "../spec.js";
import type { SpecField } from "../spec/fields.js";

/** Words for fields whose name is a symbol. */
const words: Readonly<Record<string, string>> = {
  circuits: "circuits",
  D: "D, neurons per layer",
  T: "T, circuits",
  S: "S, neurons per circuit neuron",
  L: "L, layers",
  z: "z, active at once",
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
  step: ["On-indicator, first", "On-indicator, second"],
};

export function blockNames(circuits: RunSpec["circuits"], d: number): readonly string[] {
  const names = typeof circuits === "string" ? blocks[circuits] : undefined;
  return names ?? Array.from({ length: d }, (_, i) => `component ${i}`);
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
