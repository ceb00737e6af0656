import { inputsOf } from "../circuits/inputs.js";
import type { FactoredEngine } from "../engine/factored.js";
import { SparseEngine } from "../engine/sparse.js";
import type { RunSpec } from "../config/run-spec.js";
import type { LoadedCore } from "../jobs/loaded-core.js";
import { engineFor } from "./engines.js";

/** A sample that grows with z: circuits are added, and those already active keep their inputs. */
export interface NestedInput {
  readonly spec: RunSpec;
  /** Circuits active at once. */
  readonly z: number;
  readonly sample: number;
  /** Angle of the first circuit's input on its circle, in degrees; null keeps the random one. */
  readonly degrees: number | null;
}

/** The engine for nested samples. */
export type InspectedEngine = FactoredEngine | SparseEngine;

/**
 * Up to this many circuits are switched on one at a time; any further circuits of a sample are switched on together.
 */
const ONE_BY_ONE = 8;

/** The fields that determine a spec's networks; z and the number of samples do not matter. */
const networkKey = (spec: RunSpec): string => JSON.stringify({ ...spec, z: 0, samples: 0, networks: 0 });

/**
 * The engine for network 0 of a spec and samples with z active circuits. It stays loaded while the input changes, and
 * while z changes up to ONE_BY_ONE.
 */
export function inspectedEngine(core: LoadedCore, spec: RunSpec, z: number): InspectedEngine {
  const most = Math.max(z, Math.min(ONE_BY_ONE, spec.T));
  const make = () => engineFor(spec).inspect(core, { spec, network: 0 }, most);
  return core.load(["inspected", networkKey(spec), most], make);
}

/**
 * Runs one sample of network 0. For z = 1, the sample is the one that a run draws. For each larger z up to ONE_BY_ONE,
 * one circuit is added, together with its input: the first circuit in the run's sample for that z that is not yet
 * active. For z above ONE_BY_ONE, all further circuits come from the run's sample for this z. A sample thus contains
 * those for all smaller z up to ONE_BY_ONE.
 *
 * @returns the active circuits in the order in which they are switched on
 */
export function runNested(engine: InspectedEngine, { spec, z, sample, degrees }: NestedInput): readonly number[] {
  const { sampling, seed } = spec;
  const ids: number[] = [];
  const inputs: number[][] = [];
  for (let count = 1; ids.length < z; count = count < ONE_BY_ONE ? count + 1 : z) {
    engine.sample({ z: count, sampling, seed, network: 0 }, sample, 1);
    const drawn = engine.truth(0, count);
    engine.activeCircuits(1, count)[0].forEach((circuit, slot) => {
      if (ids.length === count || ids.includes(circuit)) return;
      ids.push(circuit);
      inputs.push(drawn[slot]);
    });
  }
  if (degrees !== null) inputs[0] = turnedInput(engine, ids[0], degrees) ?? inputs[0];
  engine.setInputs([ids], [inputs]);
  if (engine instanceof SparseEngine) {
    const input = { z, sampling, seed, network: 0 };
    engine.runTile(1, z, { noisy: { input, first: sample, noise: engine.noise }, measure: false });
  } else engine.runTile(1, z);
  return ids;
}

/** A circuit's input at the given angle on its circle; null if its inputs do not lie on a circle. */
export function turnedInput({ circuits }: InspectedEngine, circuit: number, degrees: number): number[] | null {
  const inputs = inputsOf(circuits.inputs, circuit);
  if (inputs.kind !== "angle" || !inputs.cos.some((value) => value !== 0)) return null;
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  return inputs.center.map((center, i) => center + cos * inputs.cos[i] + sin * inputs.sin[i]);
}
