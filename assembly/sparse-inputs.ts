// Sparse random inputs for training, drawn when they are needed.

import { DrawSparse } from "./descriptors";
import { nextWord, start } from "./random";

const LN2: f64 = 0.6931471805599453;

// The natural logarithm of word/2^32, 1 ≤ word ≤ 2^32, with the same operations as logOfFraction in src/base/random.ts.
function logOfFraction(word: u64): f64 {
  let exponent = 63 - <i32>clz(word);
  let mantissa = <f64>word / <f64>(<u64>1 << exponent);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent++;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
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
  return <f64>(exponent - 32) * LN2 + 2 * s * sum;
}

// Draws `count` samples of F inputs, each uniform in (−1, 1) with probability p and otherwise 0, as compressed rows.
//
//   starts   u32 [count+1]: the entries of sample s are starts[s] … starts[s+1]−1
//   columns  u32, ascending in a sample      values  f32      each with room for count·F
//
// Depends only on (seed, stream, item, sub). The number of zeros before the next nonzero input has a geometric
// distribution, so an entry takes two random words, no matter how large F is.
export function drawSparse(descriptor: usize, seedLow: u32, seedHigh: u32, item: u32, sub: u32, count: u32): void {
  const field = changetype<DrawSparse>(descriptor);
  const columns = field.columns;
  const values = field.values;
  const F = field.F;
  const logOff = field.logOff;
  let starts = field.starts;
  start(seedLow, seedHigh, field.stream, item, sub);
  store<u32>(starts, 0);
  const end = <f64>(<u64>F * <u64>count);
  let at: f64 = 0;
  let next: u32 = F;
  let entry: usize = 0;
  while (true) {
    at += Math.floor(logOfFraction(4294967296 - <u64>nextWord()) / logOff);
    if (!(at < end)) break;
    const place = <u32>at;
    while (place >= next) {
      starts += 4;
      store<u32>(starts, <u32>(entry >> 2));
      next += F;
    }
    store<u32>(columns + entry, place - (next - F));
    store<f32>(values + entry, <f32>(<f64>nextWord() * (1.0 / 2147483648.0) - 1.0 + 1.0 / 4294967296.0));
    entry += 4;
    at += 1;
  }
  for (const last = field.starts + (<usize>count << 2); starts < last; ) {
    starts += 4;
    store<u32>(starts, <u32>(entry >> 2));
  }
}
