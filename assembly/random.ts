// Philox4x32-10 [Salmon et al., SC11] and what is drawn from it. Sample k is a function of (seed, stream, k, sub)
// alone: counter = [block, k, sub, stream], key = the 64-bit seed.

const M0: u64 = 0xd2511f53;
const M1: u64 = 0xcd9e8d57;
const W0: u32 = 0x9e3779b9;
const W1: u32 = 0xbb67ae85;

// The sequence being drawn from: its key, its counter, the four words of the current block, and how many are left.
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

function start(seedLow: u32, seedHigh: u32, sequenceStream: u32, sequenceItem: u32, sequenceSub: u32): void {
  key0 = seedLow;
  key1 = seedHigh;
  block = 0;
  item = sequenceItem;
  sub = sequenceSub;
  stream = sequenceStream;
  left = 0;
}

function nextWord(): u32 {
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

// Uniform in 0…bound−1 without bias: multiply-shift, rejecting the low products that would favour some results.
function below(bound: u32): u32 {
  const threshold: u32 = (<u32>0 - bound) % bound;
  while (true) {
    const product = <u64>nextWord() * <u64>bound;
    if (<u32>product >= threshold) return <u32>(product >> 32);
  }
}

// Ten rounds of Philox4x32: out u32[4].
export function philox(out: usize, c0: u32, c1: u32, c2: u32, c3: u32, k0: u32, k1: u32): void {
  start(k0, k1, c3, c1, c2);
  block = c0;
  nextBlock();
  store<u32>(out, word0, 0);
  store<u32>(out, word1, 4);
  store<u32>(out, word2, 8);
  store<u32>(out, word3, 12);
}

// Sine and cosine of 2πu as polynomials on an eighth of a turn; the same operations as cosSinTurn in src/random.ts.
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

// Draws the active circuits and their inputs for `count` samples first…first+count−1.
//
//   ids       u32 [count][z]      z distinct circuits of 0…T−1, uniform among all sets (Floyd's algorithm)
//   inputs    f64 [count][z][d]   a^0 of each
//   marks     u8  [T]             zero before and after
//   mode      0 random sets, 1 sample k runs circuit k mod T (z = 1)
//   kind      of the inputs: 0 angle, 1 uniform, 2 choice
//   table     f64: angle: center[d] cos[d] sin[d]; uniform: low[d] high[d]; choice: vectors[choices][d]
//
// Sample k draws its circuits first, then the inputs of its circuits in order.
export function sampleActive(
  ids: usize,
  marks: usize,
  seedLow: u32,
  seedHigh: u32,
  sequenceStream: u32,
  sequenceSub: u32,
  first: u32,
  count: u32,
  z: u32,
  T: u32,
  mode: u32,
  inputs: usize,
  d: u32,
  kind: u32,
  table: usize,
  choices: u32,
): void {
  for (let b: u32 = 0; b < count; b++) {
    start(seedLow, seedHigh, sequenceStream, first + b, sequenceSub);
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
    drawInputs(inputs, z, d, kind, table, choices);
    ids += z << 2;
    inputs += (z * d) << 3;
  }
}

// Draws a^0 of z circuits from the sequence that sampleActive started.
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

// Natural logarithm of word/2^32, 1 ≤ word ≤ 2^32: the same operations as logOfFraction in src/random.ts.
function logOfFraction(word: u64): f64 {
  let exponent: i32 = 63 - <i32>clz<u64>(word);
  // Times 2^−exponent, which is exact.
  let mantissa = <f64>word * reinterpret<f64>(<u64>(1023 - exponent) << 52);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1.0) / (mantissa + 1.0);
  const square = s * s;
  // Written out: the compiler folds these quotients, in a loop they would be ten divisions.
  let sum: f64 = 1.0 / 21.0;
  sum = sum * square + 1.0 / 19.0;
  sum = sum * square + 1.0 / 17.0;
  sum = sum * square + 1.0 / 15.0;
  sum = sum * square + 1.0 / 13.0;
  sum = sum * square + 1.0 / 11.0;
  sum = sum * square + 1.0 / 9.0;
  sum = sum * square + 1.0 / 7.0;
  sum = sum * square + 1.0 / 5.0;
  sum = sum * square + 1.0 / 3.0;
  sum = sum * square + 1.0;
  return <f64>(exponent - 32) * 0.6931471805599453 + 2.0 * s * sum;
}

// A random unit vector: n standard normal numbers (Box–Muller), normalised in float64.                          [E25]
//
//   out      f32, component k at k·step bytes
//   scratch  f64 [n + 1]
//
// A function of (seed, item, sub) alone, of the stream "vectors".
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
  for (let at = scratch; at < end; at += 16) {
    const radius = sqrt<f64>(-2.0 * logOfFraction(<u64>4294967296 - <u64>nextWord()));
    cosSinTurn(uniform());
    store<f64>(at, radius * cosine, 0);
    store<f64>(at, radius * sine, 8);
  }
  let square: f64 = 0;
  for (let at = scratch; at < end; at += 8) square += load<f64>(at) * load<f64>(at);
  const length = sqrt<f64>(square);
  for (let at = scratch; at < end; at += 8) {
    store<f32>(out, <f32>(load<f64>(at) / length));
    out += step;
  }
}

// Adds sigma times a standard normal number to each of N neurons of `count` samples, A f32 [N][lanes], rows of W bytes.
//
//   table  f32 [65536]: quantiles of the normal distribution, one for each 16 bits
//
// A function of (seed, sample, sub) alone, of the stream "noise": 16 bits a neuron, low half of a word first.
export function addNoise(
  A: usize,
  N: u32,
  W: u32,
  count: u32,
  table: usize,
  sigma: f32,
  seedLow: u32,
  seedHigh: u32,
  sub: u32,
  first: u32,
): void {
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
