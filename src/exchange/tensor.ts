import { given, InputError, shown, type InputErrorCode } from "../base/errors.js";

/** The safetensors element types that take a whole number of bytes, under the format's names. */
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

/** The name of an element type in safetensors files. */
export type Dtype = keyof typeof dtypes;

/** The type of array for the values of a dtype. */
export type ArrayOf<D extends Dtype> = (typeof dtypes)[D]["array"] extends { readonly prototype: infer A } ? A : never;

/**
 * An array of numbers with a shape, row-major. For types without a matching typed array (F16, F8, …), `data` contains
 * the bits.
 */
export interface Tensor<D extends Dtype = Dtype> {
  readonly dtype: D;
  readonly shape: readonly number[];
  readonly data: ArrayOf<D>;
}

export function isDtype(name: unknown): name is Dtype {
  return typeof name === "string" && Object.hasOwn(dtypes, name);
}

/** Number of elements of a shape; NaN if it cannot be counted exactly. */
export function countOf(shape: readonly number[]): number {
  let count = 1;
  for (const length of shape) {
    count *= length;
    if (count > Number.MAX_SAFE_INTEGER) return NaN;
  }
  return count;
}

/** The bytes of a tensor, little-endian, as a view of its data. */
export function bytesOf({ data }: Tensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/**
 * A tensor with `bytes` as its data: a view of them if they are suitably aligned, and otherwise a copy.
 *
 * The caller must have checked that the number of bytes fits dtype and shape.
 */
export function tensorOf(dtype: Dtype, shape: readonly number[], bytes: Uint8Array): Tensor {
  const { bytes: size, array } = dtypes[dtype];
  // slice() cannot be used to copy: for Node's Buffer, it returns a view.
  const { buffer, byteOffset } = bytes.byteOffset % size === 0 ? bytes : new Uint8Array(bytes);
  const view = new array(buffer as ArrayBuffer, byteOffset, bytes.byteLength / size);
  return { dtype, shape, data: view };
}

/** @throws InputError unless the data is an array of the type for its dtype, with the length that the shape implies */
export function checkTensor(name: string, tensor: Tensor): void {
  const { dtype, shape, data } = { ...tensor };
  if (!isDtype(dtype)) throw tensorError(name, `dtype ${String(dtype)} cannot be written.`, "choice");
  if (!(data instanceof dtypes[dtype].array)) {
    throw tensorError(name, `${dtype} needs a ${dtypes[dtype].array.name}.`, "type");
  }
  const lengths = Array.isArray(shape) ? (shape as readonly number[]) : [];
  const areCounts = lengths === shape && lengths.every((length) => Number.isSafeInteger(length) && length >= 0);
  if (!areCounts || countOf(lengths) !== data.length) {
    throw tensorError(name, `shape [${lengths.join(", ")}] does not match its ${data.length} numbers.`, "shape");
  }
}

/** An error about a named tensor. */
export function tensorError(name: string, what: string, code?: InputErrorCode): InputError {
  return new InputError(`tensor ${name}: ${what}`, code, name);
}

/**
 * Checks tensors and metadata that a caller passes.
 *
 * @throws InputError unless `tensors` is a map, every tensor's data fits its dtype and shape, and all metadata are
 *   strings
 */
export function checkTensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  given("tensors", tensors, "a Map of tensors by name", "get");
  for (const [name, tensor] of tensors) checkTensor(name, tensor);
  checkTexts("metadata", metadata, Object.keys(given("metadata", metadata, "an object of strings")));
}

/** @throws InputError unless the object has a string for each of these keys */
export function checkTexts<Texts extends object>(
  name: string,
  texts: Texts,
  keys: readonly (keyof Texts & string)[],
): void {
  given(name, texts, "an object of strings");
  for (const key of keys) {
    const text: unknown = texts[key];
    if (typeof text !== "string") {
      throw new InputError(
        `${name}.${key} = ${shown(text)}: must be a string.`,
        text === undefined ? "missing" : "type",
        `${name}.${key}`,
      );
    }
  }
}

/** @throws InputError unless `bytes` is a Uint8Array */
export function checkBytes(bytes: Uint8Array): void {
  if (!(bytes instanceof Uint8Array)) {
    throw new InputError(`bytes = ${shown(bytes)}: must be a Uint8Array of the whole file.`, "type");
  }
}

/** @throws InputError unless `isWanted` is a function */
export function checkIsWanted(isWanted: (name: string) => boolean): void {
  if (typeof isWanted !== "function")
    throw new InputError(`isWanted = ${shown(isWanted)}: must be a function.`, "type");
}

/**
 * The elements of a tensor as float64 numbers, in a new array. F16 and BF16 are decoded; I64 and U64 must lie within
 * ±2^53.
 *
 * @throws InputError for invalid tensors, unsupported types (F8), and integers beyond ±2^53
 */
export function numbersOf(name: string, tensor: Tensor): Float64Array {
  if (typeof name !== "string") throw new InputError(`name = ${shown(name)}: must be a string.`, "type");
  checkTensor(name, tensor);
  const { dtype, data } = tensor;
  switch (dtype) {
    case "F8_E5M2":
    case "F8_E4M3":
      throw tensorError(name, `dtype ${dtype} is not supported; convert it to F32.`, "choice");
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
        if (!Number.isSafeInteger(number)) throw tensorError(name, `${value} is beyond ±2^53.`, "range");
        return number;
      });
    default:
      return Float64Array.from(data as Float32Array);
  }
}

/** Decodes IEEE 754 binary16: 1 sign bit, 5 exponent bits, 10 fraction bits. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
