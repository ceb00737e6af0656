import { InputError } from "../base/errors.js";

/** The element types of safetensors files that are a whole number of bytes; the names are the format's. */
export const dtypes = {
  BOOL: { bytes: 1, array: Uint8Array },
  U8: { bytes: 1, array: Uint8Array },
  I8: { bytes: 1, array: Int8Array },
  F8_E5M2: { bytes: 1, array: Uint8Array },
  F8_E4M3: { bytes: 1, array: Uint8Array },
  U16: { bytes: 2, array: Uint16Array },
  I16: { bytes: 2, array: Int16Array },
  F16: { bytes: 2, array: Uint16Array },
  BF16: { bytes: 2, array: Uint16Array },
  U32: { bytes: 4, array: Uint32Array },
  I32: { bytes: 4, array: Int32Array },
  F32: { bytes: 4, array: Float32Array },
  U64: { bytes: 8, array: BigUint64Array },
  I64: { bytes: 8, array: BigInt64Array },
  F64: { bytes: 8, array: Float64Array },
} as const;

/** A type of numbers in a file, as safetensors names it. */
export type Dtype = keyof typeof dtypes;

/** The array that holds the values of a dtype. */
export type ArrayOf<D extends Dtype> = (typeof dtypes)[D]["array"] extends { readonly prototype: infer A } ? A : never;

/** An array of numbers with a shape, row-major. Types without an array of their own (F16, F8…) hold their bits. */
export interface Tensor<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf<D>;
}

export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(dtypes, name);
}

/** Numbers of a shape; NaN when they cannot be counted exactly. */
export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (count > Number.MAX_SAFE_INTEGER) return NaN;
  }
  return count;
}

/** A tensor's bytes, little-endian: a view of its data. */
export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * A tensor whose elements are `bytes`: a view of them where their address allows it, else a copy.
 *
 * The caller has checked that there are as many as dtype and shape need.
 */
export function tensorOf(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const { bytes: size, array } = dtypes[dtype];
  // Not slice(), which in Node's Buffer makes a view.
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const view = new array(buffer as ArrayBuffer, byteOffset, bytes.byteLength / size);
  return { dtype, shape, data: view };
}

/** @throws InputError unless the data is an array of the dtype's kind and as long as the shape says */
export function checkTensor(name: string, { dtype, shape, data }: Tensor): void {
  if (!isDtype(dtype)) throw new InputError(`tensor ${name}: dtype ${String(dtype)} is not one that can be written.`);
  if (!(data instanceof dtypes[dtype].array)) {
    throw new InputError(`tensor ${name}: ${dtype} needs a ${dtypes[dtype].array.name}.`);
  }
  if (!shape.every((length) => Number.isSafeInteger(length) && length >= 0) || countOf(shape) !== data.length) {
    throw new InputError(`tensor ${name}: shape [${shape.join(", ")}] does not hold its ${data.length} numbers.`);
  }
}

/**
 * A tensor's elements as float64 numbers, a new array. F16 and BF16 are decoded; I64 and U64 must be exact.
 *
 * @throws InputError for types that are not numbers here (F8), and for integers beyond ±2^53
 */
export function numbersOf(name: string, { dtype, data }: Tensor): Float64Array {
  switch (dtype) {
    case "F8_E5M2":
    case "F8_E4M3":
      throw new InputError(`tensor ${name}: dtype ${dtype} is not supported; convert it to F32.`);
    case "F16":
      return Float64Array.from(data as Uint16Array, halfToNumber);
    case "BF16": {
      const bits = Uint32Array.from(data as Uint16Array, (half) => half << 16);
      return Float64Array.from(new Float32Array(bits.buffer));
    }
    case "I64":
    case "U64":
      return Float64Array.from(data as BigInt64Array | BigUint64Array, (value) => {
        const number = Number(value);
        if (!Number.isSafeInteger(number)) throw new InputError(`tensor ${name}: ${value} is beyond ±2^53.`);
        return number;
      });
    default:
      return Float64Array.from(data as Float32Array);
  }
}

/** IEEE 754 binary16: 1 sign, 5 exponent, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
