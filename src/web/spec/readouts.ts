import type { Readout } from "../../circuits/circuits.js";
import { readoutsOf } from "../../config/build.js";
import type { RunSpec } from "../../config/run-spec.js";

/** Cached, because every frame needs them and finding them means building the circuits. */
const known = new WeakMap<RunSpec, readonly Readout[]>();

function readouts(spec: RunSpec): readonly Readout[] {
  const found = known.get(spec) ?? readoutsOf(spec);
  known.set(spec, found);
  return found;
}

/** Names of the readouts whose errors are measured, x first. */
export function readoutNames(spec: RunSpec): readonly string[] {
  const names = readouts(spec).map(({ name }) => name);
  return names.includes("x") ? ["x", ...names.filter((name) => name !== "x")] : names;
}

/** Whether circuits carry a two-dimensional vector x, whose path can be drawn. */
export function hasPaths(spec: RunSpec): boolean {
  return readouts(spec).some(({ name, matrix }) => name === "x" && matrix.length === 2);
}
