import { InputError } from "../base/errors.js";
import { LuDecomposition, Matrix, pseudoInverse } from "ml-matrix";
import type { Assignment } from "../assignment/assignment.js";
import { choleskyFactor, choleskySolve } from "../base/cholesky.js";
import type { RandomSequence } from "../base/random.js";
import type { DesignSettings } from "./design.js";

/**
 * A fixed code for the On-indicators of T circuits: each indicator is held by S of P neurons, which are copied from
 * layer to layer. Gates read the code through a linear map.
 */
export interface Code {
  /** The words c_t, each with S ones among P neurons. */
  readonly assignment: Assignment;
  /** μ, the mean word, [P]. */
  readonly mean: Float64Array;
  /** `y_t = Σ⁻¹(c_t − μ)`, [T][P], where Σ is the covariance of the words with a small ridge. */
  readonly solved: Float64Array;
  /** `K_ab = y_a·(c_b − μ)`, [T][T], symmetric: the reading of `y_a` when circuit b is active. */
  readonly gram: Float64Array;
}

/** Sizes of a design whose cells are opened by a code. */
export interface CodedSizes {
  /** Number of neurons in a cell; it is odd. */
  readonly cellNeurons: number;
  /** Numbers of neurons in the code and in a word. */
  readonly codeNeurons: number;
  readonly codeSize: number;
}

/** The given sizes, with the design's defaults for missing ones. */
export function codedSizes(
  { cellNeurons, codeNeurons, codeSize }: Pick<DesignSettings, keyof CodedSizes>,
  defaults: CodedSizes,
): CodedSizes {
  return {
    cellNeurons: cellNeurons ?? defaults.cellNeurons,
    codeNeurons: codeNeurons ?? defaults.codeNeurons,
    codeSize: codeSize ?? defaults.codeSize,
  };
}

/** The number of words of k neurons in a code of n neurons; counting stops once `most` is reached. */
export function countWords(n: number, k: number, most: number): number {
  if (k > n) return 0;
  let words = 1;
  for (let i = 0; i < Math.min(k, n - k) && words < most; i++) words = (words * Math.max(0, n - i)) / (i + 1);
  return Math.floor(words);
}

/** Share of the mean variance that is added to the diagonal of Σ. */
const RIDGE = 1e-3;
/** When words are drawn, neurons are ranked by their load plus a random number between 0 and this value. */
const SPREAD = 1.5;

/**
 * Draws words one by one. Neurons are ranked by the sum of their load and a random number, smallest first, and the word
 * consists of the first S. If an earlier circuit has this word, the next free word in that ranking is taken.
 *
 * @param size T must be at most the number of possible words, P choose S; the caller checks this
 */
export function drawCode(size: Pick<Assignment, "T" | "S" | "P">, random: RandomSequence): Code {
  const { T, S, P } = size;
  const load = new Float64Array(P);
  const neurons = new Uint32Array(T * S);
  const taken = new Set<string>();
  for (let t = 0; t < T; t++) {
    const rank = Float64Array.from(load, (count) => count + SPREAD * random.uniform());
    const ranked = Array.from({ length: P }, (_, n) => n).sort((a, b) => rank[a] - rank[b] || a - b);
    const places = Array.from({ length: S }, (_, s) => s);
    let word = wordAt(ranked, places);
    while (taken.has(wordKey(word))) word = wordAt(ranked, nextPlaces(places));
    taken.add(wordKey(word));
    neurons.set(word, t * S);
    for (const n of word) load[n]++;
  }
  return codeOf({ ...size, neurons });
}

const wordAt = (ranked: readonly number[], places: readonly number[]): number[] => places.map((place) => ranked[place]);

const wordKey = (word: readonly number[]): string => [...word].sort((a, b) => a - b).join(" ");

/**
 * Replaces S ascending positions with the next set in the order 0 1 2, 0 1 3, 0 2 3, 1 2 3, 0 1 4 … (by last position).
 */
function nextPlaces(places: number[]): number[] {
  let s = 0;
  while (s < places.length - 1 && places[s] + 1 === places[s + 1]) {
    places[s] = s;
    s++;
  }
  places[s]++;
  return places;
}

export function codeOf(assignment: Assignment): Code {
  const { T, S, P, neurons } = assignment;
  const mean = new Float64Array(P);
  // With T = 1, there are no circuits to tell apart: the word is read unchanged.
  if (T > 1) for (const n of neurons) mean[n] += 1 / T;
  // Σ = E[c cᵀ] − μ μᵀ
  const covariance = new Float64Array(P * P);
  for (let t = 0; t < T; t++) {
    const word = neurons.subarray(t * S, (t + 1) * S);
    for (const n of word) for (const m of word) covariance[n * P + m] += 1 / T;
  }
  for (let n = 0; n < P; n++) for (let m = 0; m < P; m++) covariance[n * P + m] -= mean[n] * mean[m];
  let trace = 0;
  for (let n = 0; n < P; n++) trace += covariance[n * P + n];
  const ridge = (RIDGE * trace) / P;
  for (let n = 0; n < P; n++) covariance[n * P + n] += ridge;
  const factor = choleskyFactor(covariance, P);
  const solved = new Float64Array(T * P);
  for (let t = 0; t < T; t++) {
    const y = solved.subarray(t * P, (t + 1) * P);
    for (let n = 0; n < P; n++) y[n] = -mean[n];
    for (const n of neurons.subarray(t * S, (t + 1) * S)) y[n] += 1;
    choleskySolve(factor, y);
  }
  const gram = new Float64Array(T * T);
  for (let a = 0; a < T; a++) {
    const own = solved.subarray(a * P, (a + 1) * P);
    const shift = dot(own, mean);
    for (let b = 0; b < T; b++) {
      let sum = -shift;
      for (let s = b * S; s < (b + 1) * S; s++) sum += own[neurons[s]];
      gram[a * T + b] = sum;
    }
  }
  return { assignment, mean, solved, gram };
}

/** A linear function f of a code that is 1 for chosen circuits of the code. */
export interface Reading {
  /** Weights of the code neurons, [P], chosen so that `f = weights·code` equals `w·(code − z·μ)` for any z. */
  readonly weights: Float64Array;
  /** The value of f when circuit t alone is active, [T]; it is 1 for the chosen circuits. */
  readonly responses: Float64Array;
}

/**
 * Among all readings that are exactly 1 for each of `circuits`, the one with the smallest variance over all circuits:
 * `w = Σ_a α_a y_a` with `K α = 1` over `circuits`. The code's sum is z·S, so the mean can be subtracted without
 * knowing z.
 */
export function readingOf(code: Code, circuits: readonly number[]): Reading {
  const { assignment, mean, solved, gram } = code;
  const { T, S, P } = assignment;
  const alpha = solveForOnes(new Matrix(circuits.map((a) => circuits.map((b) => gram[a * T + b]))), assignment);
  const weights = new Float64Array(P);
  const responses = new Float64Array(T);
  circuits.forEach((a, k) => {
    for (let n = 0; n < P; n++) weights[n] += alpha[k] * solved[a * P + n];
    for (let t = 0; t < T; t++) responses[t] += alpha[k] * gram[a * T + t];
  });
  const shift = dot(weights, mean) / S;
  for (let n = 0; n < P; n++) weights[n] -= shift;
  return { weights, responses };
}

/** How far readings that should be 1 may deviate from 1. */
const EXACT = 1e-9;

/**
 * Solves K α = 1. If words are linearly dependent, several α give the same reading, and the one with the smallest norm
 * is returned.
 */
function solveForOnes(K: Matrix, { T, S, P }: Assignment): number[] {
  const ones = Matrix.columnVector(new Array<number>(K.rows).fill(1));
  const isOne = (alpha: Matrix): boolean => Matrix.sub(K.mmul(alpha), ones).norm() < EXACT;
  const lu = new LuDecomposition(K);
  const direct = lu.isSingular() ? null : lu.solve(ones);
  if (direct !== null && isOne(direct)) return direct.to1DArray();
  const least = pseudoInverse(K, EXACT * K.trace()).mmul(ones);
  if (isOne(least)) return least.to1DArray();
  throw new InputError(
    `codeSize = ${S}, codeNeurons = ${P}: too few to tell the T = ${T} circuits of one cell apart; use larger values.`,
  );
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let n = 0; n < a.length; n++) sum += a[n] * b[n];
  return sum;
}
