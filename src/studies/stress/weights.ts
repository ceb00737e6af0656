import type { SparseMatrix } from "../../network/sparse.js";

/** A change to every weight of a network; it also changes every bias if it rounds to bfloat16 or `biases` is set. */
export type WeightChange =
  /**
   * `w·(1 + size·normal)`, with a normally distributed number for each weight and, if `biases` is set, for each bias;
   * afterwards rounded to bfloat16 if `bfloat16` is set.
   */
  | { readonly kind: "noise"; readonly size: number; readonly biases?: boolean; readonly bfloat16?: boolean }
  /** `w·(1 + size)`, the same for all weights. */
  | { readonly kind: "scale"; readonly size: number }
  /** Rounding to a mantissa of 8 bits. */
  | { readonly kind: "bfloat16" }
  /** Rounding to 255 levels, from minus to plus the largest magnitude in the row, or in the whole matrix. */
  | { readonly kind: "int8"; readonly scaleOf: "row" | "matrix" };

/**
 * A matrix's values after a change.
 *
 * @param normals a standard normal number for each value; used only for noise
 * @param into overwritten
 */
export function changeWeights(
  { starts, values }: SparseMatrix,
  change: WeightChange | null,
  normals: Float32Array,
  into: Float32Array,
): void {
  switch (change?.kind) {
    case undefined:
      into.set(values);
      return;
    case "noise":
      for (let e = 0; e < values.length; e++) into[e] = values[e] * (1 + change.size * normals[e]);
      if (roundsBiases(change)) toBfloat16(into);
      return;
    case "scale":
      for (let e = 0; e < values.length; e++) into[e] = values[e] * (1 + change.size);
      return;
    case "bfloat16":
      into.set(values);
      toBfloat16(into);
      return;
    case "int8":
      if (change.scaleOf === "matrix") toInt8(values, into, 0, values.length);
      else for (let n = 0; n + 1 < starts.length; n++) toInt8(values, into, starts[n], starts[n + 1]);
  }
}

/** Rounds the values at indices `from`, …, `to` − 1, each to one of 255 levels. */
function toInt8(values: Float32Array, into: Float32Array, from: number, to: number): void {
  let largest = 0;
  for (let e = from; e < to; e++) largest = Math.max(largest, Math.abs(values[e]));
  const step = largest / 127;
  for (let e = from; e < to; e++) into[e] = Math.round(values[e] / step) * step;
}

/** Whether biases are rounded to bfloat16 like weights. */
export function roundsBiases(change: WeightChange | null): boolean {
  return change?.kind === "bfloat16" || (change?.kind === "noise" && change.bfloat16 === true);
}

/** Rounds in place to the nearest number with a mantissa of 8 bits, ties to even. */
export function toBfloat16(values: Float32Array): void {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let e = 0; e < bits.length; e++) {
    // NaN stays NaN.
    if ((bits[e] & 0x7fffffff) > 0x7f800000) continue;
    bits[e] = (bits[e] + 0x7fff + ((bits[e] >>> 16) & 1)) & 0xffff0000;
  }
}
