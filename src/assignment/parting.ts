import { InputError, listOf, wholeNumber } from "../base/errors.js";
import { RandomSequence } from "../base/random.js";
import { LARGEST, type Assignment } from "./assignment.js";
import { field, type Field } from "./galois.js";

/**
 * Assignments that part: circuits that share a neuron in one layer share none in the next.
 *
 * A circuit is a line `a + b·s` over GF(q), and a layer a window of S values s: its column s has q neurons, of which
 * the circuit takes the one numbered a + b·s. Two lines with slopes b ≠ b' meet in exactly one s of the whole field,
 * `s = (a' − a)/(b − b')`; two with the same slope meet nowhere. So two circuits share at most one neuron in all
 * windows together: if windows do not overlap, circuits that meet in one window share none in any other.
 *
 * What remains between layers is drive. Let circuit u be active, and consider a neuron of the next window's column c at
 * distance d ≠ 0 from u's own. Circuits through that neuron that also meet u in this window link it to neurons of u:
 * one of slope b' = b_u + d/(c − s) for each s of this window, if such a slope is in use. The neuron is driven by k of
 * u's S neurons, where k is the number of these slopes in use, and it stays off while k/S is below the ramp. Slopes are
 * therefore chosen to minimise the largest k over all u, c and d, and then the number of neurons with this k.
 */

/** Options of parting lines. */
export interface PartingSize {
  /** Number of circuits, at most q for each slope. */
  readonly T: number;
  /** Order of the field, a prime power: neurons in a column. */
  readonly q: number;
  readonly S: number;
  /** Neurons in a block, at least S·q, which is the default; the others stay unused. */
  readonly P?: number;
  /** Layers before the windows repeat; windows·S ≤ q. Default 2. */
  readonly windows?: number;
  /** Different elements 0…q−1, at least T/q of them; default: as few as T needs, chosen for small drives. */
  readonly slopes?: readonly number[];
}

/** The assignments of successive layers: layer l has window (l − 1) mod windows. */
export interface PartingLines {
  readonly assignments: readonly Assignment[];
  readonly slopes: readonly number[];
}

/** How many sets of slopes are tried, and how many lines may be counted to compare them. */
const SETS = 400;
const BUDGET = 60_000_000;

/**
 * The number of neurons beside an active circuit's own that k of its S neurons drive, from each window to the next, k =
 * 0…S, counted for each slope in use, column and distance d.
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

/** @throws InputError unless the windows fit and slopes are different elements of the field */
function checkWindows({ q, S, windows, slopes = [] }: Omit<PartingSize, "T" | "P">): void {
  wholeNumber("S", S, 1, q);
  wholeNumber("windows", windows, 1, Math.floor(q / S));
  const seen = new Set<number>();
  for (let k = 0; k < listOf("slopes", slopes).length; k++) {
    const slope = wholeNumber(`slopes[${k}]`, slopes[k], 0, q - 1);
    if (seen.has(slope)) throw new InputError(`slopes[${k}] = ${slope}: is listed twice.`);
    seen.add(slope);
  }
}

/** 1/x for every x of the field, entry 0 unused: powers of the products 1, x, x², … end with x^(q−2). */
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
 * Compares two sets' drives: by the largest k, then by the number of neurons with that k, then with one less, and so
 * on.
 */
function isSmaller(drive: readonly number[], than: readonly number[]): boolean {
  for (let k = drive.length - 1; k >= 0; k--) if (drive[k] !== than[k]) return drive[k] < than[k];
  return false;
}

/**
 * Slopes with small drives: the best of a number of random sets, then improved by exchanging one slope at a time within
 * a bounded number of sets. A function of the arguments alone.
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
 * Circuit t has slope slopes[⌊t/q⌋] and starts at a = t mod q. The q lines of a slope load every neuron of every window
 * once, so loads differ by at most one.
 *
 * @returns an assignment [T][S] for each window, in which two circuits share at most one neuron in all windows
 * together, and the slopes, ascending if chosen here
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
