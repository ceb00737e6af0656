import { readoutsOf } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";

/** Names of the readouts whose errors are measured, x first. */
export function readoutNames(spec: RunSpec): readonly string[] {
  const names = readoutsOf(spec).map(({ name }) => name);
  return names.includes("x") ? ["x", ...names.filter((name) => name !== "x")] : names;
}

/** Whether circuits carry a two-vector x whose path can be drawn. */
export function hasPaths(spec: RunSpec): boolean {
  return readoutsOf(spec).some(({ name, matrix }) => name === "x" && matrix.length === 2);
}
