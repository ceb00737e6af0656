import {
  anglesFromTurns,
  fourDirections,
  randomTurns,
  rotations,
  rotationsOnDirections,
  rotationsOneIndicator,
  steps,
  threeDirections,
  type Angles,
  type RotationGates,
} from "../rotation.js";
import type { BuiltInKind, LibrarySize } from "./kind.js";

const help = "rotations with d = 3 to 6";
const settings = ["ramp", "gain", "offset", "angles"] as const;
const indicator = ["On-indicator, first", "On-indicator, second"];

function anglesOf({ T, seed, network }: LibrarySize, { angles = null }: RotationGates): Angles {
  return anglesFromTurns(randomTurns(T, seed, network, angles));
}

/** For each kind of rotation, a function that builds circuits from the angles. [E2] [E5] */
export const rotationsAt = {
  rotation: rotations,
  rotation3: (angles: Angles, L: number, gates: RotationGates) =>
    rotationsOneIndicator(angles, L, gates.angles ?? null),
  rotation5: (angles: Angles, L: number, gates: RotationGates) =>
    rotationsOnDirections(threeDirections, angles, L, gates),
  rotation6: (angles: Angles, L: number, gates: RotationGates) =>
    rotationsOnDirections(fourDirections, angles, L, gates),
} as const;

/** Rotations with two On-indicator neurons. [E2] */
export const rotation: BuiltInKind = {
  help,
  settings,
  fields: {},
  neurons: [...indicator, "x, first", "x, second"],
  d: () => 4,
  build: (_, size, gates) => rotationsAt.rotation(anglesOf(size, gates), size.L, gates),
};

/** Rotations with one On-indicator neuron. [E5] */
export const rotation3: BuiltInKind = {
  help,
  settings: ["angles"],
  fields: {},
  neurons: ["On-indicator", "x, first", "x, second"],
  d: () => 3,
  build: (_, size, gates) => rotationsAt.rotation3(anglesOf(size, gates), size.L, gates),
};

/** Rotations with x on three neurons. */
export const rotation5: BuiltInKind = {
  help,
  settings,
  fields: {},
  neurons: [...indicator, "x, at 0°", "x, at 120°", "x, at 240°"],
  d: () => 5,
  build: (_, size, gates) => rotationsAt.rotation5(anglesOf(size, gates), size.L, gates),
};

/** Rotations with x on four neurons. */
export const rotation6: BuiltInKind = {
  help,
  settings,
  fields: {},
  neurons: [...indicator, "x, right", "x, left", "x, up", "x, down"],
  d: () => 6,
  build: (_, size, gates) => rotationsAt.rotation6(anglesOf(size, gates), size.L, gates),
};

/** The On-indicator alone. [E6] */
export const step: BuiltInKind = {
  help: "on-indicator steps",
  settings: ["ramp"],
  fields: {},
  neurons: indicator,
  d: () => 2,
  build: (_, { T, L }, gates) => steps(T, L, gates.ramp),
};
