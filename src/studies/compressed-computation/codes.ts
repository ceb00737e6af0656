import { type Assignment } from "../../assignment/assignment.js";
import { balancedSubset } from "../../assignment/balanced-subset.js";
import { assignmentConstructions, assignmentKinds, type AssignmentKind } from "../../assignment/constructions.js";
import { freshBalanced } from "../../assignment/fresh-balanced.js";
import { InputError } from "../../base/errors.js";
import { RandomSequence } from "../../base/random.js";

/**
 * How features are assigned to neurons: by exchanges within a random code, as translates of a few blocks, or by one
 * of the assignments that circuits use.
 */
export const codeKinds = ["swaps", "translates", ...assignmentKinds] as const;
export type CodeKind = (typeof codeKinds)[number];

/**
 * Which weights may be equal: those from features of the same orbit to neurons with the same index relative to the
 * feature. A symmetry of the code maps these weights to each other.
 */
export interface Symmetry {
  readonly orbits: number;
  /** The orbit of each feature, [F]. */
  readonly orbitOf: Uint16Array;
  /** The index of neuron n relative to feature f, [F][N], each < N. */
  readonly placeOf: Uint16Array;
}

/** The sizes of a code: F features on K of N neurons each. */
export interface CodeSize {
  readonly F: number;
  readonly N: number;
  readonly K: number;
}

/**
 * A code from one of the assignments used for circuits: any two features share at most one neuron. If the assignment
 * has more than F rows, F of them are chosen for equal loads.
 *
 * @throws InputError when the assignment has fewer than F rows
 */
export function assignedCode(kind: AssignmentKind, { F, N, K }: CodeSize, seed: number): Assignment {
  const { largest, build } = assignmentConstructions[kind];
  const most = Math.min(largest({ P: N, S: K }), 2 * F);
  if (most < F) throw new InputError(`F = ${F}: at most ${most} features fit with N = ${N}, K = ${K}, code = ${kind}.`);
  return balancedSubset(build({ T: most, P: N, S: K }), F, { seed });
}

/**
 * A random code with equal loads, improved by exchanges: two features exchange a neuron if this does not increase the
 * sum of squared overlaps (the construction of arXiv 2607.04800).
 *
 * @param swaps number of exchanges tried
 */
export function swappedCode({ F, N, K }: CodeSize, swaps: number, seed: number, repeat: number): Assignment {
  const { neurons } = freshBalanced({ T: F, P: N, S: K }, { seed, network: repeat });
  const has = new Uint8Array(F * N);
  const featuresOf = Array.from({ length: N }, (): number[] => []);
  neurons.forEach((neuron, at) => {
    const f = Math.floor(at / K);
    has[f * N + neuron] = 1;
    featuresOf[neuron].push(f);
  });
  const overlap = new Uint8Array(F * F);
  for (const features of featuresOf) for (const f of features) for (const g of features) overlap[f * F + g]++;

  const random = new RandomSequence(seed, "assignment", repeat, 2);
  for (let swap = 0; swap < swaps; swap++) {
    const [f, g] = [random.below(F), random.below(F)];
    const [slotF, slotG] = [f * K + random.below(K), g * K + random.below(K)];
    const [x, y] = [neurons[slotF], neurons[slotG]];
    if (f === g || has[f * N + y] === 1 || has[g * N + x] === 1) continue;
    // f swaps x for y, and g swaps y for x. The overlap of f and g does not change, nor do their overlaps with features
    // that use both x and y.
    let change = 0;
    for (const h of featuresOf[x])
      if (h !== f && has[h * N + y] === 0) change += 2 + 2 * overlap[g * F + h] - 2 * overlap[f * F + h];
    for (const h of featuresOf[y])
      if (h !== g && has[h * N + x] === 0) change += 2 + 2 * overlap[f * F + h] - 2 * overlap[g * F + h];
    if (change > 0) continue;
    const move = (h: number, from: number, to: number): void => {
      overlap[from * F + h]--;
      overlap[h * F + from]--;
      overlap[to * F + h]++;
      overlap[h * F + to]++;
    };
    for (const h of featuresOf[x]) if (h !== f && has[h * N + y] === 0) move(h, f, g);
    for (const h of featuresOf[y]) if (h !== g && has[h * N + x] === 0) move(h, g, f);
    [neurons[slotF], neurons[slotG]] = [y, x];
    has[f * N + x] = has[g * N + y] = 0;
    has[f * N + y] = has[g * N + x] = 1;
    featuresOf[x][featuresOf[x].indexOf(f)] = g;
    featuresOf[y][featuresOf[y].indexOf(g)] = f;
  }
  return { T: F, P: N, S: K, neurons };
}

/** How many points are drawn for a block before the search starts over, and how many times it starts. */
const POINTS = 40;
const STARTS = 4000;

/**
 * Random base blocks in Z_a × Z_b, N = a·b, with all their translates: the features of a block form an orbit of size N.
 * No difference between two points of a block occurs twice, so any two features share at most one neuron. Every neuron
 * has K·F/N features.
 *
 * @returns null if a bounded search finds no blocks
 * @throws InputError when F is not a multiple of N
 */
export function translatedCode(
  { F, N, K }: CodeSize,
  random: RandomSequence,
): { readonly code: Assignment; readonly symmetry: Symmetry } | null {
  if (F % N !== 0) throw new InputError(`F = ${F}: must be a multiple of N = ${N} (code = translates).`);
  const sides = Array.from({ length: Math.floor(Math.sqrt(N)) }, (_, k) => k + 1).filter((a) => N % a === 0);
  const b = N / sides[random.below(sides.length)];
  // A point is x = b·(its component in Z_a) + its component in Z_b.
  const add = (x: number, y: number): number => {
    const low = (x % b) + (y % b);
    return ((x - (x % b) + (y - (y % b))) % N) + (low % b);
  };
  const minus = (x: number): number => ((N - (x - (x % b))) % N) + ((b - (x % b)) % b);
  const orbits = F / N;
  for (let start = 0; start < STARTS; start++) {
    const blocks = baseBlocks(N, K, orbits, random, (x, y) => add(x, minus(y)));
    if (blocks === null) continue;
    const neurons = Uint32Array.from({ length: F * K }, (_, at) => {
      const f = Math.floor(at / K);
      return add(blocks[Math.floor(f / N)][at % K], f % N);
    });
    const placeOf = Uint16Array.from({ length: F * N }, (_, at) => add(at % N, minus(Math.floor(at / N) % N)));
    const orbitOf = Uint16Array.from({ length: F }, (_, f) => Math.floor(f / N));
    return { code: { T: F, P: N, S: K, neurons }, symmetry: { orbits, orbitOf, placeOf } };
  }
  return null;
}

function baseBlocks(
  N: number,
  K: number,
  count: number,
  random: RandomSequence,
  difference: (x: number, y: number) => number,
): number[][] | null {
  const seen = new Uint8Array(N);
  const blocks: number[][] = [];
  for (let o = 0; o < count; o++) {
    const block = [random.below(N)];
    for (let tries = 0; block.length < K; tries++) {
      if (tries === POINTS) return null;
      const point = random.below(N);
      const own = block.flatMap((other) => [difference(point, other), difference(other, point)]);
      if (own.some((d) => d === 0 || seen[d] === 1) || new Set(own).size < own.length) continue;
      for (const d of own) seen[d] = 1;
      block.push(point);
    }
    blocks.push(block);
  }
  return blocks;
}

/** No symmetry: every weight has a separate value. */
export function noSymmetry({ F, N }: Pick<CodeSize, "F" | "N">): Symmetry {
  return {
    orbits: F,
    orbitOf: Uint16Array.from({ length: F }, (_, f) => f),
    placeOf: Uint16Array.from({ length: F * N }, (_, at) => at % N),
  };
}
