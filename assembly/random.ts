// Philox4x32-10 [Salmon et al., SC11] and everything drawn from it. Sample k depends only on (seed, stream, k, sub):
// counter = [block, k, sub, stream], key = the 64-bit seed.

import { AddNoise, SampleActive } from "./descriptors";

const M0: u64 = 0xd2511f53;
const M1: u64 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

// The current sequence: key, counter, the four words of the current block, and how many of them are left.
let key0: u32 = 0;
let key1: u32 = 0;
let block: u32 = 0;
let item: u32 = 0;
let sub: u32 = 0;
let stream: u32 = 0;
let word0: u32 = 0;
let word1: u32 = 0;
let word2: u32 = 0;
let word3: u32 = 0;
let left: u32 = 0;

function nextBlock(): void {
  let c0 = block++;
  let c1 = item;
  let c2 = sub;
  let c3 = stream;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < 10; round++) {
    const product0 = M0 * <u64>c0;
    const product1 = M1 * <u64>c2;
    c0 = <u32>(product1 >> 32) ^ c1 ^ k0;
    c1 = <u32>product1;
    c2 = <u32>(product0 >> 32) ^ c3 ^ k1;
    c3 = <u32>product0;
    k0 += W0;
    k1 += W1;
  }
  word0 = c0;
  word1 = c1;
  word2 = c2;
  word3 = c3;
  left = 4;
}

export function start(seedLow: u32, seedHigh: u32, sequenceStream: u32, sequenceItem: u32, sequenceSub: u32): void {
  key0 = seedLow;
  key1 = seedHigh;
  block = 0;
  item = sequenceItem;
  sub = sequenceSub;
  stream = sequenceStream;
  left = 0;
}

export function nextWord(): u32 {
  if (left == 0) nextBlock();
  const word = word0;
  word0 = word1;
  word1 = word2;
  word2 = word3;
  left--;
  return word;
}

@inline
function uniform(): f64 {
  return <f64>nextWord() * (1.0 / 4294967296.0);
}

// A uniform number in 0…bound−1 without bias: multiply-shift, rejecting low products that would favour some results.
function below(bound: u32): u32 {
  const threshold: u32 = (<u32>0 - bound) % bound;
  while (true) {
    const product = <u64>nextWord() * <u64>bound;
    if (<u32>product >= threshold) return <u32>(product >> 32);
  }
}

// Ten rounds of Philox4x32; the result is stored in out u32 [4].
export function philox(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  start(k0, k1, c3, c1, c2);
  block = c0;
  nextBlock();
  store<u32>(out, word0, 0);
  store<u32>(out, word1, 4);
  store<u32>(out, word2, 8);
  store<u32>(out, word3, 12);
}

// Sine and cosine of 2πu from polynomials on an eighth of a turn, with the same operations as cosSinTurn in
// src/base/random.ts.
let cosine: f64 = 0;
let sine: f64 = 0;

function cosSinTurn(u: f64): void {
  const quarter = Math.floor(4.0 * u + 0.5);
  const x = (u - 0.25 * quarter) * 6.283185307179586;
  const square = x * x;
  let s: f64 = -1.0 / 1307674368000.0;
  s = s * square + 1.0 / 6227020800.0;
  s = s * square + -1.0 / 39916800.0;
  s = s * square + 1.0 / 362880.0;
  s = s * square + -1.0 / 5040.0;
  s = s * square + 1.0 / 120.0;
  s = s * square + -1.0 / 6.0;
  s = s * square + 1.0;
  s = s * x;
  let c: f64 = 1.0 / 20922789888000.0;
  c = c * square + -1.0 / 87178291200.0;
  c = c * square + 1.0 / 479001600.0;
  c = c * square + -1.0 / 3628800.0;
  c = c * square + 1.0 / 40320.0;
  c = c * square + -1.0 / 720.0;
  c = c * square + 1.0 / 24.0;
  c = c * square + -1.0 / 2.0;
  c = c * square + 1.0;
  switch (<i32>quarter & 3) {
    case 0: {
      cosine = c;
      sine = s;
      break;
    }
    case 1: {
      cosine = -s;
      sine = c;
      break;
    }
    case 2: {
      cosine = -c;
      sine = -s;
      break;
    }
    default: {
      cosine = s;
      sine = -c;
    }
  }
}

// Draws the active circuits and their inputs for samples first…first+count−1.
//
//   z distinct circuits from 0…T−1, uniform among all sets (Floyd's algorithm)
//   mode  0: random sets; 1: sample k runs circuit k mod T (z = 1)
//
// For each sample, the circuits are drawn first, and then their inputs in the same order.
export function sampleActive(
  descriptor: usize,
  seedLow: u32,
  seedHigh: u32,
  sequenceSub: u32,
  first: u32,
  count: u32,
  z: u32,
  mode: u32,
): void {
  const field = changetype<SampleActive>(descriptor);
  const marks = field.marks;
  const T = field.T;
  const d = field.d;
  let ids = field.ids;
  let inputs = field.inputs;
  for (let b: u32 = 0; b < count; b++) {
    start(seedLow, seedHigh, field.stream, first + b, sequenceSub);
    if (mode == 1) {
      store<u32>(ids, (first + b) % T);
    } else {
      for (let k: u32 = 0; k < z; k++) {
        const last = T - z + k;
        let t = below(last + 1);
        if (load<u8>(marks + t)) t = last;
        store<u8>(marks + t, 1);
        store<u32>(ids + (k << 2), t);
      }
      for (let k: u32 = 0; k < z; k++) store<u8>(marks + load<u32>(ids + (k << 2)), 0);
    }
    drawInputs(inputs, z, d, field.kind, field.table, field.choices);
    ids += z << 2;
    inputs += (z * d) << 3;
  }
}

// Draws the inputs a^0 of z circuits from the sequence that sampleActive started.
function drawInputs(inputs: usize, z: u32, d: u32, kind: u32, table: usize, choices: u32): void {
  const row = d << 3;
  for (let k: u32 = 0; k < z; k++) {
    if (kind == 0) {
      cosSinTurn(uniform());
      for (let i: u32 = 0; i < row; i += 8) {
        const p = table + i;
        store<f64>(inputs + i, load<f64>(p) + cosine * load<f64>(p + row) + sine * load<f64>(p + 2 * row));
      }
    } else if (kind == 1) {
      for (let i: u32 = 0; i < row; i += 8) {
        const low = load<f64>(table + i);
        store<f64>(inputs + i, low + (load<f64>(table + row + i) - low) * uniform());
      }
    } else {
      const vector = table + below(choices) * row;
      for (let i: u32 = 0; i < row; i += 8) store<f64>(inputs + i, load<f64>(vector + i));
    }
    inputs += row;
  }
}

// The coefficients 1/21, 1/19 … 1/3 of logOfFraction and those of cosSinTurn, each twice. They are read from memory
// because a constant vector would be rebuilt wherever it is used.
const LOG = memory.data<f64>([
  1.0 / 21.0, 1.0 / 21.0, 1.0 / 19.0, 1.0 / 19.0, 1.0 / 17.0, 1.0 / 17.0, 1.0 / 15.0, 1.0 / 15.0, 1.0 / 13.0, 1.0 / 13.0,
  1.0 / 11.0, 1.0 / 11.0, 1.0 / 9.0, 1.0 / 9.0, 1.0 / 7.0, 1.0 / 7.0, 1.0 / 5.0, 1.0 / 5.0, 1.0 / 3.0, 1.0 / 3.0,
]); // prettier-ignore
const SINE = memory.data<f64>([
  -1.0 / 1307674368000.0, -1.0 / 1307674368000.0, 1.0 / 6227020800.0, 1.0 / 6227020800.0, -1.0 / 39916800.0,
  -1.0 / 39916800.0, 1.0 / 362880.0, 1.0 / 362880.0, -1.0 / 5040.0, -1.0 / 5040.0, 1.0 / 120.0, 1.0 / 120.0, -1.0 / 6.0,
  -1.0 / 6.0,
]); // prettier-ignore
const COSINE = memory.data<f64>([
  1.0 / 20922789888000.0, 1.0 / 20922789888000.0, -1.0 / 87178291200.0, -1.0 / 87178291200.0, 1.0 / 479001600.0,
  1.0 / 479001600.0, -1.0 / 3628800.0, -1.0 / 3628800.0, 1.0 / 40320.0, 1.0 / 40320.0, -1.0 / 720.0, -1.0 / 720.0,
  1.0 / 24.0, 1.0 / 24.0, -1.0 / 2.0, -1.0 / 2.0,
]); // prettier-ignore

// The polynomial ((c_0·x + c_1)·x + …)·x + c_last, with `count` coefficients in memory.
@inline
function polynomial(coefficients: usize, count: u32, x: v128): v128 {
  let sum = v128.load(coefficients);
  for (let k: u32 = 1; k < count; k++) sum = f64x2.add(f64x2.mul(sum, x), v128.load(coefficients + (k << 4)));
  return sum;
}

// Two pairs of standard normal numbers from lanes 0 and 1 of two vectors of words, one for radii and one for angles.
// The operations are the same as in logOfFraction and cosSinTurn in src/base/random.ts, on two words at a time. The
// pair from lane 0 is stored at `at`, and the pair from lane 1 at `at` + 32 bytes.
@inline
function normalsOfWords(at: usize, radiusWords: v128, turnWords: v128): void {
  const one = f64x2.splat(1);
  const half = f64x2.splat(0.5);
  // Words 0…2^32−1 become 2^32…1, which are then split into 2^exponent and a mantissa from 1 to 2.
  const fraction = f64x2.sub(f64x2.splat(4294967296.0), f64x2.convert_low_i32x4_u(radiusWords));
  let mantissa = v128.or(v128.and(fraction, i64x2.splat(0x000fffffffffffff)), one);
  const isLarge = f64x2.gt(mantissa, f64x2.splat(1.4142135623730951));
  mantissa = v128.bitselect(f64x2.mul(mantissa, half), mantissa, isLarge);
  let exponent = i64x2.sub(i64x2.sub(i64x2.shr_u(fraction, 52), i64x2.splat(1023 + 32)), isLarge);
  exponent = f64x2.convert_low_i32x4_s(i32x4.shuffle(exponent, exponent, 0, 2, 0, 2));
  const s = f64x2.div(f64x2.sub(mantissa, one), f64x2.add(mantissa, one));
  const square = f64x2.mul(s, s);
  const series = f64x2.add(f64x2.mul(polynomial(LOG, 10, square), square), one);
  const log = f64x2.add(f64x2.mul(exponent, f64x2.splat(0.6931471805599453)), f64x2.mul(f64x2.add(s, s), series));
  const radius = f64x2.sqrt(f64x2.mul(f64x2.splat(-2), log));

  const u = f64x2.mul(f64x2.convert_low_i32x4_u(turnWords), f64x2.splat(1.0 / 4294967296.0));
  const quarter = f64x2.floor(f64x2.add(f64x2.mul(f64x2.splat(4), u), half));
  const x = f64x2.mul(f64x2.sub(u, f64x2.mul(f64x2.splat(0.25), quarter)), f64x2.splat(6.283185307179586));
  const xx = f64x2.mul(x, x);
  const sin = f64x2.mul(f64x2.add(f64x2.mul(polynomial(SINE, 7, xx), xx), one), x);
  const cos = f64x2.add(f64x2.mul(polynomial(COSINE, 8, xx), xx), one);
  // `quarter` is the number of quarter turns nearest to the angle, from 0 to 4. If it is odd, sine and cosine are
  // swapped. If it is 1 or 2, cosine is negated; if it is 2 or 3, sine is negated.
  const q = i64x2.extend_low_i32x4_u(i32x4.trunc_sat_f64x2_u_zero(quarter));
  const first = i64x2.splat(1);
  const second = i64x2.splat(2);
  const isOdd = i64x2.neg(v128.and(q, first));
  const cosSign = i64x2.shl(v128.and(i64x2.add(q, first), second), 62);
  const sinSign = i64x2.shl(v128.and(q, second), 62);
  const cosines = f64x2.mul(radius, v128.xor(v128.bitselect(sin, cos, isOdd), cosSign));
  const sines = f64x2.mul(radius, v128.xor(v128.bitselect(cos, sin, isOdd), sinSign));
  v128.store(at, i64x2.shuffle(cosines, sines, 0, 2));
  v128.store(at, i64x2.shuffle(cosines, sines, 1, 3), 32);
}

// Writes sixteen standard normal numbers, f64 [16], to `at`, from the next four blocks: lane b of the four vectors
// belongs to block b. Words are used in order, two for each pair of numbers. Use this only for sequences from which
// nothing else is drawn.
function normalsOfBlocks(at: usize): void {
  let c0 = i32x4.add(i32x4.splat(block), i32x4(0, 1, 2, 3));
  let c1 = i32x4.splat(item);
  let c2 = i32x4.splat(sub);
  let c3 = i32x4.splat(stream);
  let k0 = i32x4.splat(key0);
  let k1 = i32x4.splat(key1);
  const m0 = i32x4.splat(<i32>M0);
  const m1 = i32x4.splat(<i32>M1);
  const w0 = i32x4.splat(W0);
  const w1 = i32x4.splat(W1);
  block += 4;
  for (let round = 0; round < 10; round++) {
    const low0 = i64x2.extmul_low_i32x4_u(c0, m0);
    const high0 = i64x2.extmul_high_i32x4_u(c0, m0);
    const low1 = i64x2.extmul_low_i32x4_u(c2, m1);
    const high1 = i64x2.extmul_high_i32x4_u(c2, m1);
    c0 = v128.xor(v128.xor(i32x4.shuffle(low1, high1, 1, 3, 5, 7), c1), k0);
    c1 = i32x4.shuffle(low1, high1, 0, 2, 4, 6);
    c2 = v128.xor(v128.xor(i32x4.shuffle(low0, high0, 1, 3, 5, 7), c3), k1);
    c3 = i32x4.shuffle(low0, high0, 0, 2, 4, 6);
    k0 = i32x4.add(k0, w0);
    k1 = i32x4.add(k1, w1);
  }
  for (let half = 0; half < 2; half++) {
    normalsOfWords(at, c0, c1);
    normalsOfWords(at + 16, c2, c3);
    c0 = i64x2.shuffle(c0, c0, 1, 1);
    c1 = i64x2.shuffle(c1, c1, 1, 1);
    c2 = i64x2.shuffle(c2, c2, 1, 1);
    c3 = i64x2.shuffle(c3, c3, 1, 1);
    at += 64;
  }
}

// A random unit vector: n standard normal numbers (Box–Muller), normalised in float64.                          [E25]
//
//   out      f32, component k at k·step bytes
//   scratch  f64 [n + 15]
//
// Depends only on (seed, item, sub); drawn from the stream "vectors".
export function unitVector(
  out: usize,
  step: u32,
  n: u32,
  scratch: usize,
  seedLow: u32,
  seedHigh: u32,
  item: u32,
  sub: u32,
): void {
  start(seedLow, seedHigh, 4, item, sub);
  const end = scratch + (<usize>n << 3);
  for (let at = scratch; at < end; at += 128) normalsOfBlocks(at);
  let square: f64 = 0;
  for (let at = scratch; at < end; at += 8) square += load<f64>(at) * load<f64>(at);
  const length = sqrt<f64>(square);
  const lengths = f64x2.splat(length);
  let at = scratch;
  for (; at + 16 <= end; at += 16) {
    const pair = f32x4.demote_f64x2_zero(f64x2.div(v128.load(at), lengths));
    v128.store32_lane(out, pair, 0);
    v128.store32_lane(out + step, pair, 1);
    out += 2 * step;
  }
  if (at < end) store<f32>(out, <f32>(load<f64>(at) / length));
}

// Adds sigma times a standard normal number to each neuron of samples first…first+count−1, A f32 [N][lanes].
//
// Depends only on (seed, sample, sub); drawn from the stream "noise", 16 bits per neuron, with the low half of a word
// first.
export function addNoise(
  descriptor: usize,
  A: usize,
  sigma: f32,
  seedLow: u32,
  seedHigh: u32,
  sub: u32,
  first: u32,
  count: u32,
): void {
  const field = changetype<AddNoise>(descriptor);
  const N = field.N;
  const W = field.W;
  const table = field.table;
  for (let b: u32 = 0; b < count; b++) {
    start(seedLow, seedHigh, 7, first + b, sub);
    let at = A + (b << 2);
    let word: u32 = 0;
    for (let n: u32 = 0; n < N; n++) {
      word = n & 1 ? word >> 16 : nextWord();
      const normal = load<f32>(table + ((word & 0xffff) << 2));
      store<f32>(at, load<f32>(at) + sigma * normal);
      at += W;
    }
  }
}
