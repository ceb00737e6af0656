import { given, wholeNumber } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";
import { probeAmplification, type ProbeOptions } from "./amplification.js";
import type { Circuits } from "../circuits.js";
import { drawInput, inputsOf } from "../inputs.js";
import { runRawAlone, asRaw, type RawCircuits } from "../raw.js";

/** The result for one of the assumptions behind the large network (specification, section 2; R5.2.2). */
export interface Finding {
  readonly assumption: 1 | 2 | 3 | 4 | 5;
  /** The assumption in words. */
  readonly title: string;
  /** Null if the assumption could not be checked because an option is missing. */
  readonly holds: boolean | null;
  /** How far the assumption is from failing, in words and numbers. */
  readonly measured: string;
  /** The worst violations, at most `MOST_PLACES`; empty when the assumption holds. */
  readonly where: readonly Place[];
  /** Total number of violations. */
  readonly places: number;
  /** What to do, such as which mend to apply; null when the assumption holds. */
  readonly advice: string | null;
}

/** Where an assumption is violated (circuit, layer and possibly component), and by how much. */
export interface Place {
  readonly layer: number;
  readonly circuit: number;
  readonly component?: number;
  readonly value: number;
}

/** Sizes of the planned run, and options for probing how circuits respond to errors. */
export interface CheckOptions extends ProbeOptions {
  /** Number of circuits active at once. Default 1. */
  readonly z?: number;
  /** Block size D/d of the large network; if missing, assumption 1 is not checked. */
  readonly P?: number;
  /** Redundancy; if given, the tolerance of inactive circuits is also expressed as a number of shared neurons. */
  readonly S?: number;
}

export const MOST_PLACES = 5;

/** Largest allowed z/P; at z = P/10, the active circuits use at most a fraction S/10 of the neurons in every block. */
const FEW = 0.1;

/**
 * Checks whether circuits meet the five assumptions: 1 to 4 by calculation, 5 by probing.
 *
 * 1. z ≪ P: z ≤ P/10.
 * 2. Inactive circuits are robust. If every component of an inactive circuit has an error of at most ε, component i of
 *    the next layer has a pre-activation of at most `b_i + ε·Σ_j |w_ij|`, so it is exactly 0 for
 *    `ε ≤ −b_i / Σ_j |w_ij|`. The assumption holds if this bound on ε is above 0 for every component, layer and
 *    circuit; the smallest of these bounds is the tolerance.
 * 3. An inactive circuit's activations are 0 when it runs on an input of 0.
 * 4. All circuits have the same biases.
 * 5. Active circuits do not amplify errors: see `probeAmplification`.
 *
 * @returns the five findings in order
 * @throws InputError naming the argument, its value and its bound
 */
export function checkCircuits(circuits: Circuits | RawCircuits, options: CheckOptions = {}): Finding[] {
  const raw = asRaw(circuits);
  const { z = 1, P, S } = given("options", options, "an object such as { z: 2 }");
  wholeNumber("z", z, 1);
  if (P !== undefined) wholeNumber("P", P, 1);
  if (S !== undefined) wholeNumber("S", S, 1);
  return [checkFew(z, P), checkRobust(raw, S), checkSilent(raw), checkShared(raw), checkStable(raw, options)];
}

function checkFew(z: number, P: number | undefined): Finding {
  const title = "few circuits are active: z ≪ P";
  const enough = Math.ceil(z / FEW);
  const advice = `use blocks of at least P = D/d = ${enough} neurons, or a smaller z`;
  if (P === undefined) {
    const measured = `z = ${z}; P is not given`;
    return { assumption: 1, title, holds: null, measured, where: [], places: 0, advice };
  }
  const holds = z <= FEW * P;
  const measured = `z/P = ${text(z / P)}, at most ${FEW}`;
  return { assumption: 1, title, holds, measured, where: [], places: holds ? 0 : 1, advice: holds ? null : advice };
}

function checkRobust(raw: RawCircuits, S: number | undefined): Finding {
  const title = "inactive circuits are robust: small errors on 0 give exactly 0";
  const { d, T } = raw;
  let tolerance = Infinity;
  const places = new Worst();
  eachLayer(raw, (layer, weights, biases) => {
    for (let at = 0; at < T * d; at++) {
      let reach = 0;
      for (let j = 0; j < d; j++) reach += Math.abs(weights[at * d + j]);
      const bias = biases[at];
      if (reach === 0 && bias <= 0) continue;
      const least = reach === 0 ? -Infinity : -bias / reach;
      tolerance = Math.min(tolerance, least);
      if (least <= 0) places.add({ layer, circuit: Math.floor(at / d), component: at % d, value: bias }, bias);
    }
  });
  const measured =
    places.count === 0
      ? `still 0 with errors up to ${text(tolerance)} on every component, or with ${sharesInWords(raw, S)}`
      : `no error is tolerated: ${count(places.count, "component")} with biases of 0 or above`;
  return finding(2, title, places, measured, SHUT);
}

function sharesInWords(raw: RawCircuits, S: number | undefined): string {
  const share = toleratedShare(raw);
  if (share === Infinity) return "any share of another circuit's activations";
  const neurons = S === undefined ? "" : ` (${Math.floor(share * S + 1e-9)} shared of S = ${S} neurons)`;
  return `${text(100 * share)}% of another circuit's activations${neurons}`;
}

/**
 * The largest fraction f of another circuit's activations a_u that an inactive circuit tolerates without opening: the
 * minimum of `−b_i / (w_t a_u)_i` over at most 32 circuits u, with one random input each. A circuit that shares m of
 * its S neurons with active circuits receives the fraction m/S of their activations.
 */
function toleratedShare(raw: RawCircuits): number {
  const { T, d } = raw;
  const random = new RandomSequence(0, "user");
  const others = Math.min(T, 32);
  let least = Infinity;
  for (let k = 0; k < others; k++) {
    const u = Math.floor((k * T) / others);
    const activations = runRawAlone(raw, u, drawInput(inputsOf(raw.inputs, u), random));
    eachLayer(raw, (layer, weights, biases) => {
      const a = activations[layer - 1];
      // In layer 1, only active circuits have inputs.
      if (layer === 1) return;
      for (let at = 0; at < T * d; at++) {
        let arrives = 0;
        for (let j = 0; j < d; j++) arrives += weights[at * d + j] * a[j];
        if (arrives > 0) least = Math.min(least, -biases[at] / arrives);
      }
    });
  }
  return least;
}

function checkSilent(raw: RawCircuits): Finding {
  const title = "inactive circuits' activations are 0";
  const places = new Worst();
  let largest = 0;
  for (let t = 0; t < raw.T; t++) {
    runRawAlone(raw, t, new Float64Array(raw.d)).forEach((a, layer) => {
      a.forEach((value, component) => {
        if (value === 0) return;
        largest = Math.max(largest, value);
        places.add({ layer, circuit: t, component, value }, value);
      });
    });
  }
  const measured = places.count === 0 ? "0 in every layer" : `up to ${text(largest)}`;
  return finding(3, title, places, `${measured}, from an input of 0`, SHUT);
}

function checkShared(raw: RawCircuits): Finding {
  const title = "one bias vector per layer, shared by all circuits";
  const { d, T } = raw;
  const places = new Worst();
  let spread = 0;
  let mixed = false;
  eachLayer(raw, (layer, _weights, biases) => {
    for (let component = 0; component < d; component++) {
      const own = Array.from({ length: T }, (_, t) => biases[t * d + component]);
      // The most common bias is taken as the shared one, so that a single deviating circuit is reported instead of all
      // other circuits.
      const common = mostCommon(own);
      own.forEach((bias, circuit) => {
        if (bias === common) return;
        spread = Math.max(spread, Math.abs(bias - common));
        mixed ||= Math.sign(bias) !== Math.sign(common);
        places.add({ layer, circuit, component, value: bias }, Math.abs(bias - common));
      });
    }
  });
  const measured = places.count === 0 ? "all equal" : `differ by up to ${text(spread)}`;
  const advice = mixed
    ? 'signs differ: mend with "split" (d grows up to 2×) or "indicator" (2 more neurons per circuit)'
    : 'signs agree: mend with "rescale", which makes the biases equal at no cost';
  return finding(4, title, places, measured, advice);
}

function checkStable(raw: RawCircuits, options: ProbeOptions): Finding {
  const title = "active circuits do not amplify errors";
  const { gains, probed } = probeAmplification(raw, options);
  const places = new Worst();
  let largest = 0;
  for (const { layer, circuit, gain } of gains) {
    largest = Math.max(largest, gain);
    if (gain > LARGEST_GAIN) places.add({ layer, circuit, value: gain }, gain);
  }
  const of = probed < raw.T ? ` (${probed} of ${raw.T} circuits probed)` : "";
  const limit = places.count === 0 ? `, at most ${LARGEST_GAIN}` : "";
  const measured = raw.L === 1 ? "one layer: nothing to amplify" : `errors × ${text(largest)} per layer${limit}${of}`;
  const advice =
    "mending cannot preserve the function; represent values by On-indicators, which remove small errors (indicatorCircuits), or use fewer layers";
  return finding(5, title, places, measured, advice);
}

const SHUT =
  'mend with "indicator", which switches inactive circuits off with an On-indicator (2 more neurons per circuit)';

/** The result of checking an assumption; the assumption holds if there are no violations. */
function finding(
  assumption: Finding["assumption"],
  title: string,
  places: Worst,
  measured: string,
  advice: string,
): Finding {
  const holds = places.count === 0;
  return { assumption, title, holds, measured, ...places.found, advice: holds ? null : advice };
}

/** Gains up to this value do not count as amplification, because 16 probes cannot resolve smaller gains. */
const LARGEST_GAIN = 1.05;

function eachLayer(
  { L, weights, biases }: RawCircuits,
  visit: (layer: number, weights: Float64Array, biases: Float64Array) => void,
): void {
  for (let layer = 1; layer <= L; layer++) visit(layer, weights[layer - 1], biases[layer - 1]);
}

function mostCommon(values: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best))[0];
}

class Worst {
  count = 0;
  readonly #kept: { place: Place; by: number }[] = [];

  add(place: Place, by: number): void {
    this.count++;
    if (this.#kept.length === MOST_PLACES && by <= this.#kept.at(-1)!.by) return;
    this.#kept.push({ place, by });
    this.#kept.sort((a, b) => b.by - a.by);
    this.#kept.length = Math.min(this.#kept.length, MOST_PLACES);
  }

  get found(): { where: Place[]; places: number } {
    return { where: this.#kept.map(({ place }) => place), places: this.count };
  }
}

function text(value: number): string {
  return String(Number(value.toPrecision(3)));
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
