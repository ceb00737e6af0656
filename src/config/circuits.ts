import type { Circuits, Readout } from "../circuits/circuits.js";
import { customCircuits, customWeightsOf, type CustomCircuits } from "../circuits/custom/custom.js";
import { squaredReadouts } from "../circuits/custom/square.js";
import { customSize, parseCustomCircuits } from "../circuits/custom/parse.js";
import {
  kindOf,
  libraryCircuits,
  librarySize,
  parseLibraryCircuits,
  type BuiltInCircuits,
  type LibraryCircuits,
} from "../circuits/kinds.js";
import type { LibrarySize } from "../circuits/kinds/kind.js";
import { rotations, type Angles, type RotationGates } from "../circuits/rotation.js";

/**
 * The name of one of the post's kinds, a description of another kind, or the circuits' weights. Only this file
 * distinguishes between these three.
 */
export type SpecCircuits = BuiltInCircuits | LibraryCircuits | CustomCircuits;

/**
 * Parses a run's circuits from a file, a flag or a URL; the default is rotations.
 *
 * @throws InputError naming the entry, its value and its bound
 */
export function parseCircuits(value: unknown): SpecCircuits {
  if (value === undefined) return "rotation";
  const isObject = typeof value === "object" && value !== null;
  if (isObject && !Object.hasOwn(value, "kind")) return parseCustomCircuits(value);
  const circuits = parseLibraryCircuits(value);
  return kindOf(circuits).settings === undefined ? circuits : (circuits.kind as BuiltInCircuits);
}

function areCustom(circuits: SpecCircuits): circuits is CustomCircuits {
  return !areNamed(circuits) && !("kind" in circuits);
}

function described(circuits: BuiltInCircuits | LibraryCircuits): LibraryCircuits {
  return areNamed(circuits) ? parseLibraryCircuits(circuits) : circuits;
}

/** Whether circuits are given by a name alone; in a checked spec, only the post's kinds are. */
export function areNamed(circuits: SpecCircuits): circuits is BuiltInCircuits {
  return typeof circuits === "string";
}

/**
 * Whether a few circuits can stand for all circuits of a run, because readouts and expectations depend on neither T nor
 * the angles.
 */
export function fewStandForAll(circuits: SpecCircuits): boolean {
  return areNamed(circuits);
}

/** The name of the circuits' kind, or the name given to custom circuits. */
export function circuitsName(circuits: SpecCircuits): string {
  return areCustom(circuits) ? circuits.name : described(circuits).kind;
}

/** A plural phrase for the circuits, as the subject of a sentence in a message. */
export function circuitsInWords(circuits: SpecCircuits): string {
  return areNamed(circuits) ? `circuits of kind ${circuits}` : "these circuits";
}

/** The sizes that the circuits determine; null for sizes that the run can choose. */
export function circuitsSize(circuits: SpecCircuits): { d: number; T: number | null; L: number | null } {
  return areCustom(circuits) ? customSize(circuits) : librarySize(described(circuits));
}

/** The smallest L and T that the circuits can have. */
export function leastSize(circuits: SpecCircuits): { readonly L: number; readonly T: number } {
  const own = areCustom(circuits) ? null : described(circuits);
  return (own && kindOf(own).least?.(own)) ?? { L: 1, T: 1 };
}

/** Number of layers whose matrices can differ; 1 if all layers use the same matrices. */
export function differentLayers(circuits: SpecCircuits, L: number): number {
  if (areCustom(circuits)) return circuits.weights.length;
  return areNamed(circuits) ? 1 : L;
}

/** The settings among ramp, gain, offset and angles that apply to these circuits in the post's network. */
export function settingsOf(circuits: SpecCircuits): readonly string[] {
  return areCustom(circuits) ? [] : (kindOf(described(circuits)).settings ?? []);
}

/** A name for each neuron of a circuit, [d]; null if the neurons have no names. */
export function neuronNames(circuits: SpecCircuits): readonly string[] | null {
  return areCustom(circuits) ? null : (kindOf(described(circuits)).neurons ?? null);
}

/** The given weights of custom circuits; null for other circuits. */
export function givenWeights(circuits: SpecCircuits): CustomCircuits | null {
  return areCustom(circuits) ? circuits : null;
}

/**
 * The angles of custom circuits whose weights are those of rotations with the default gates; null for other circuits.
 */
export function givenAngles(circuits: SpecCircuits): Angles | null {
  if (!areCustom(circuits) || circuits.weights[0][0].length !== 4) return null;
  const entries = (row: number): Float64Array => Float64Array.from(circuits.weights[0], (weight) => weight[row][2]);
  const angles = { cos: entries(2), sin: entries(3) };
  const content = ({ weights, biases, readouts, inputs }: CustomCircuits): string =>
    JSON.stringify([weights, biases, readouts, inputs]);
  return content(circuits) === content(customWeightsOf(rotations(angles, 1))) ? angles : null;
}

/** The readouts of custom circuits; null for other circuits, which must be built before their readouts are known. */
export function givenReadouts(circuits: SpecCircuits): readonly Readout[] | null {
  return areCustom(circuits) ? squaredReadouts(circuits) : null;
}

/**
 * The circuits of one network, which depend only on the arguments.
 *
 * @param gates gate settings of the post's circuits
 */
export function circuitsOf(circuits: SpecCircuits, size: LibrarySize, gates: RotationGates): Circuits {
  if (areCustom(circuits)) return customCircuits(circuits, size.L);
  return libraryCircuits(described(circuits), size, gates);
}
