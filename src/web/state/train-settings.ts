import { finiteNumber, InputError, wholeNumber } from "../../base/errors.js";
import type { Mixing } from "../../training/labels.js";

/** The settings of the training view, where N neurons compute F ReLUs of sparse inputs. Keys as in docs/training.md. */
export interface TrainSettings {
  readonly F: number;
  readonly N: number;
  readonly p: number;
  /** The power to which errors are raised in the loss. */
  readonly q: number;
  readonly mixing: Mixing;
  readonly sigma: number;
  readonly steps: number;
}

export const standardTraining: TrainSettings = {
  F: 40,
  N: 20,
  p: 0.05,
  q: 4,
  mixing: "none",
  sigma: 0.05,
  steps: 4000,
};

/** The keys used in a link. */
export const trainKeys = ["F", "N", "p", "q", "mixing", "sigma", "steps"] as const;

/** Bounds within which training in a browser tab takes only seconds. */
export const trainBounds = { F: [4, 100], N: [2, 64], p: [0.005, 0.5], sigma: [0, 0.3], steps: [100, 20_000] } as const;
export type TrainNumber = keyof typeof trainBounds;

export const exponents = ["1", "1.5", "2", "2.5", "3", "4", "6", "8"] as const;

/** The settings that a link cannot change. */
const fixed = { batch: 512, rate: 0.02, samples: 50_000 } as const;

/** @throws InputError naming the key, its value and its bound */
export function boundedTrainNumber(name: TrainNumber, value: unknown): number {
  const [min, max] = trainBounds[name];
  return name === "p" || name === "sigma" ? finiteNumber(name, value, min, max) : wholeNumber(name, value, min, max);
}

/** @throws InputError unless there are fewer neurons than inputs */
export function checkedTraining(settings: TrainSettings): TrainSettings {
  const { F, N } = settings;
  if (N >= F)
    throw new InputError(`N = ${N}: must be less than F = ${F}, because F neurons can compute all F ReLUs exactly.`);
  return settings;
}

/** Settings with one value changed and N adjusted to fit. */
export function changedTraining(settings: TrainSettings, change: Partial<TrainSettings>): TrainSettings {
  const next = { ...settings, ...change };
  return { ...next, N: Math.min(next.N, next.F - 1) };
}

/** The settings that differ from the defaults, as a link's entries. */
export function trainParameters(settings: TrainSettings): [name: string, value: string][] {
  return trainKeys
    .filter((key) => settings[key] !== standardTraining[key])
    .map((key): [string, string] => [key, String(settings[key])]);
}

/** A file from which `superpose train` trains the network with these settings. */
export function trainFile(settings: TrainSettings, seed: number) {
  return { task: "compressed", ...settings, ...fixed, seed } as const;
}
