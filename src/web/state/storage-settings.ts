import { InputError, wholeNumber } from "../../base/errors.js";
import type { Amplitudes } from "../../studies/storage/measure.js";

/** The settings of the storage view: m features in n dimensions, l of them active. */
export interface StorageSettings {
  readonly n: number;
  readonly m: number;
  readonly l: number;
  readonly amplitudes: Amplitudes;
}

export const standardStorage: StorageSettings = { n: 256, m: 1024, l: 4, amplitudes: "boolean" };

/** The keys used in a link. */
export const storageKeys = ["n", "m", "l", "amplitudes"] as const;

/** Bounds within which drawing in a browser tab is almost instant. */
export const storageBounds = { n: [8, 2048], m: [16, 65_536], l: [1, 256] } as const;

/** @throws InputError naming the key, its value and its bound */
export function boundedNumber(name: "n" | "m" | "l", value: unknown): number {
  const [min, max] = storageBounds[name];
  return wholeNumber(name, value, min, max);
}

/** @throws InputError if l is more than half of m */
export function checkedStorage(settings: StorageSettings): StorageSettings {
  if (settings.l > settings.m / 2)
    throw new InputError(`l = ${settings.l}: at most half of the m = ${settings.m} features can be active.`);
  return settings;
}

/** Settings with one value changed and l adjusted to fit. */
export function changedSettings(settings: StorageSettings, change: Partial<StorageSettings>): StorageSettings {
  const next = { ...settings, ...change };
  return { ...next, l: Math.min(next.l, Math.floor(next.m / 2)) };
}

/** The settings that differ from the defaults, as a link's entries. */
export function storageParameters(settings: StorageSettings): [name: string, value: string][] {
  return storageKeys
    .filter((key) => settings[key] !== standardStorage[key])
    .map((key): [string, string] => [key, String(settings[key])]);
}
