import { InputError, listOf, wholeNumber } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import { LARGEST, type Assignment } from "./assignment.js";
import { field, type Field } from "./galois.js";

/**
 * Parting assignments: circuits that share a neuron in one layer share none in the next.
 *
 * A circuit is a line `a + b·s` over GF(q), and a layer is a window of S values of s. Column s of the layer has q
 * neurons, and the circuit takes neuron number a + b·s of that column. Two lines with slopes b ≠ b' meet at exactly one
 * s of the whole field, `s = (a' − a)/(b − b')`; two lines with the same slope never meet. So across all windows
 * together, two circuits share at most one neuron. If windows do not overlap, circuits that share a neuron in one
 * window share no neuron in any other.
 *
 * One effect still carries over from layer to layer: an active circuit u drives other circuits' neurons. Take a neuron
 * in column c of the next window, at distance d ≠ 0 from u's neuron in that column. Some circuits that use this neuron
 * also meet u in the current window and so link this neuron to u's neurons. For each s of the current window, there is
 * one such circuit if the slope b' = b_u + d/(c − s) is in use. If k of these slopes are in use, k of u's S neurons
 * drive this neuron, which stays off while k/S is below the ramp. Slopes are therefore chosen to minimise the largest k
 * over all u, c and d, and then the number of neurons with this k.
 */

/** Options for `partingLines`. */
export interface PartingSize {
  /** Number of circuits; each slope gives at most q circuits. */
  readonly T: number;
  /** Order of the field, a prime power; also the number of neurons in a column. */
  readonly q: number;
  readonly S: number;
  /** Neurons in a block, at least S·q (the default); any neurons beyond S·q stay unused. */
  readonly P?: number;
  /** Number of layers after which the windows repeat; at most q/S. Default 2. */
  readonly windows?: number;
  /** At least T/q distinct elements of 0…q−1. Default: ⌈T/q⌉ of them, chosen so that drives are small. */
  readonly slopes?: readonly number[];
}

/** The assignments of successive layers: layer l uses window `(l − 1) mod windows`. */
export interface PartingLines {
  readonly assignments: readonly Assignment[];
  readonly slopes: readonly number[];
}

/** Limits on the number of sets of slopes tried, and on the number of lines counted to compare them. */
const SETS = 400;
const BUDGET = 60_000_000;

/**
 * Counts how strongly an active circuit drives neurons that it does not use: entry k is the number of neurons driven by
 * k of its S neurons, k = 0…S. The counts cover all pairs of successive windows, all slopes in use, all columns and all
 * distances d.
 *
 * @throws InputError naming the argument, its value and its bound
 */
export function countDrives(
  lines: Pick<PartingSize, "q" | "S" | "windows"> & { readonly slopes: readonly number[] },
): number[] {
  const { q, S, windows = 2, slopes } = { ...lines };
  const over = field(q);
  checkWindows({ q, S, windows, slopes: listOf("slopes", slopes) });
  return drives(over, inverses(over), { S, windows, slopes });
}

/** @throws InputError unless the windows fit and the slopes are different elements of the field */
function checkWindows({ q, S, windows, slopes = [] }: Omit<PartingSize, "T" | "P">): void {
  wholeNumber("S", S, 1, q);
  wholeNumber("windows", windows, 1, Math.floor(q / S));
  const seen = new Set<number>();
  for (let k = 0; k < listOf("slopes", slopes).length; k++) {
    const slope = wholeNumber(`slopes[${k}]`, slopes[k], 0, q - 1);
    if (seen.has(slope)) throw new InputError(`slopes[${k}] = ${slope}: listed twice.`);
    seen.add(slope);
  }
}

/** 1/x for every nonzero x of the field, as x^(q−2) by repeated squaring; entry 0 is unused. */
function inverses({ q, multiply }: Field): Uint32Array {
  const result = new Uint32Array(q);
  for (let x = 1; x < q; x++) {
    let [power, square] = [1, x];
    for (let left = q - 2; left > 0; left = Math.floor(left / 2), square = multiply(square, square)) {
      if (left % 2 === 1) power = multiply(power, square);
    }
    result[x] = power;
  }
  return result;
}

function drives(
  { q, add, negate, multiply }: Field,
  inverse: Uint32Array,
  { S, windows, slopes }: { readonly S: number; readonly windows: number; readonly slopes: readonly number[] },
): number[] {
  const inUse = new Uint8Array(q);
  for (const b of slopes) inUse[b] = 1;
  const counts = new Array<number>(S + 1).fill(0);
  for (let window = 0; window < windows; window++) {
    const next = (window + 1) % windows;
    for (let c = next * S; c < (next + 1) * S; c++) {
      const steps = Array.from({ length: S }, (_, s) => inverse[add(c, negate(window * S + s))]);
      for (let d = 1; d < q; d++) {
        const rises = steps.map((step) => multiply(d, step));
        for (const b of slopes) {
          let k = 0;
          for (const rise of rises) k += inUse[add(b, rise)];
          counts[k]++;
        }
      }
    }
  }
  return counts;
}

/**
 * Whether the first drive is smaller than the second. The counts of neurons for the largest k are compared first, then
 * those for k − 1, and so on.
 */
function isSmaller(drive: readonly number[], than: readonly number[]): boolean {
  for (let k = drive.length - 1; k >= 0; k--) if (drive[k] !== than[k]) return drive[k] < than[k];
  return false;
}

/**
 * Slopes that give small drives: the best of several random sets, improved by exchanging one slope at a time. The
 * number of sets is bounded. The result depends only on the arguments.
 */
function chooseSlopes(
  over: Field,
  count: number,
  { S, windows }: { readonly S: number; readonly windows: number },
): number[] {
  const { q } = over;
  const random = new RandomSequence(0, "assignment", q, count);
  let best = Array.from(random.permutation(q).subarray(0, count));
  const cost = windows * S * S * (q - 1) * count;
  const sets = Math.min(SETS, Math.floor(BUDGET / cost));
  if (windows === 1 || count === q || sets < 2) return best.sort((a, b) => a - b);
  const inverse = inverses(over);
  let least = drives(over, inverse, { S, windows, slopes: best });
  for (let tried = 1; tried < sets; tried++) {
    const isFresh = tried < sets / 4;
    const slopes = isFresh ? Array.from(random.permutation(q).subarray(0, count)) : best.slice();
    if (!isFresh) {
      const other = random.below(q);
      if (slopes.includes(other)) continue;
      slopes[random.below(count)] = other;
    }
    const drive = drives(over, inverse, { S, windows, slopes });
    if (isSmaller(drive, least)) [best, least] = [slopes, drive];
  }
  return best.sort((a, b) => a - b);
}

/**
 * Lines over GF(q) in windows that do not overlap: circuits that meet in one layer share no neuron in the next.
 *
 * Circuit t has slope slopes[⌊t/q⌋] and starts at a = t mod q. The q lines of one slope load every neuron of every
 * window once, so loads differ by at most one.
 *
 * @returns an assignment [T][S] for each window, and the slopes (ascending unless given); across all windows together,
 * two circuits share at most one neuron
 * @throws InputError naming the argument, its value and its bound
 */
export function partingLines(size: PartingSize): PartingLines {
  const { T, q, S, P = S * q, windows = 2, slopes } = { ...size };
  const over = field(q);
  checkWindows({ q, S, windows, ...(slopes === undefined ? {} : { slopes }) });
  wholeNumber("P", P, S * q, LARGEST);
  wholeNumber("T", T, 1, q * Math.min(q, slopes?.length ?? q));
  wholeNumber("T", T, 1, Math.floor(LARGEST / S));
  const used = slopes ?? chooseSlopes(over, Math.ceil(T / q), { S, windows });
  const assignments = Array.from({ length: windows }, (_, window): Assignment => {
    const neurons = new Uint32Array(T * S);
    for (let t = 0; t < T; t++) {
      const a = t % q;
      const b = used[Math.floor(t / q)];
      for (let s = 0; s < S; s++) neurons[t * S + s] = s * q + over.add(a, over.multiply(b, window * S + s));
    }
    return { T, P, S, neurons };
  });
  return { assignments, slopes: used };
}
