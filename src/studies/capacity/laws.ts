import { grouped } from "../../drawing/numbers.js";
import type { LargestCount } from "../bisection.js";
import { localExponents, powerLawOfLargest, type LocalExponent, type PowerLaw, type SizedPoint } from "./power-law.js";

/** How the largest T, and T·ln T, grow with D. */
export interface CapacityLaws {
  readonly measured: number;
  readonly local: readonly LocalExponent[];
  readonly localWithLog: readonly LocalExponent[];
  readonly power: PowerLaw | null;
  readonly powerWithLog: PowerLaw | null;
}

export function pointOf({ D, T, logSd }: LargestCount): SizedPoint {
  return { D, y: T, logSd };
}

export function logPointOf({ D, T, logSd }: LargestCount): SizedPoint {
  return { D, y: T * Math.log(T), logSd: logSd * (1 + 1 / Math.log(T)) };
}

/** Fits laws to the values of T that are not just lower bounds; rows are in order of D. */
export function capacityLaws(capacities: readonly LargestCount[]): CapacityLaws {
  const kept = capacities.filter(({ censored }) => !censored);
  const [points, withLog] = [kept.map(pointOf), kept.map(logPointOf)];
  return {
    measured: kept.length,
    local: localExponents(points),
    localWithLog: localExponents(withLog),
    power: powerLawOfLargest(points),
    powerWithLog: powerLawOfLargest(withLog),
  };
}

/** The exponents in words. Fitted exponents are given only if there is a power law. */
export function exponentsText({ measured, local, power, powerWithLog }: CapacityLaws): string {
  if (measured < 3) {
    return `none, because only ${measured} of the widths ${measured === 1 ? "has" : "have"} a measured T rather than a lower bound; a power law needs three`;
  }
  const slopes = local.map(({ exponent, sd }) => withSd(exponent, sd)).join(", ");
  return `T between neighbours ${slopes}; T·ln T ${fittedText(powerWithLog)}; T ${fittedText(power)}`;
}

function fittedText(law: PowerLaw | null): string {
  if (law === null) return "follows no power law over three or more of the largest widths";
  return `${withSd(law.exponent, law.exponentSd, 3)} for D ≥ ${grouped(law.from)} (${law.points} widths, jackknife)`;
}

export function withSd(value: number, sd: number, digits = 2): string {
  return `${value.toFixed(digits)} ± ${sd.toFixed(digits)}`;
}
