import type { Readout } from "../../circuits/circuits.js";
import { buildCircuits } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";

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
