import { zipSync, type Zippable } from "fflate";
import { finiteNumber, InputError, shown } from "../base/errors.js";
import {
  bytesOf,
  checkBytes,
  checkIsWanted,
  checkTensors,
  countOf,
  dtypes,
  tensorError,
  tensorOf,
  type Dtype,
  type Tensor,
} from "./tensor.js";
import { refuseForeign } from "./foreign.js";
import { textsOf, type TensorsRead } from "./safetensors.js";
import { readZip } from "./zip.js";

/**
 * NumPy's .npz format: a zip of .npy files, one per array. An .npy file consists of
 *
 *     6 bytes  \x93NUMPY      2 bytes  version 1.0      u16 little-endian  bytes of the header (u32 from version 2.0 on)
 *     a Python dictionary as text, padded with spaces and a line feed so that the data starts at a multiple of 64:
 *       {'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }
 *     the array, row-major
 *
 * Metadata is another array that contains JSON text: `json.loads(str(file["metadata"]))`.
 */
const descriptions: Readonly<Partial<Record<Dtype, string>>> = {
  ...{ BOOL: "|b1", U8: "|u1", I8: "|i1", U16: "<u2", I16: "<i2", F16: "<f2" },
  ...{ U32: "<u4", I32: "<i4", F32: "<f4", U64: "<u8", I64: "<i8", F64: "<f8" },
};

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const METADATA = "metadata";
/** Largest .npy header that is read, in bytes; NumPy's limit is 10,000. */
const LONGEST_HEADER = 1 << 16;

/**
 * A fixed date, so that the same arrays produce the same bytes. Zip stores local time with a resolution of two seconds.
 */
const DATE = new Date(1980, 0, 1);

/** The first bytes of an .npy file; the array follows them. */
function npyHeader(description: string, shape: readonly number[]): Uint8Array {
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const headerBytes = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = new Uint8Array(10 + headerBytes);
  header.set([...MAGIC, 1, 0, headerBytes & 255, headerBytes >> 8]);
  header.set(new TextEncoder().encode(text.padEnd(headerBytes - 1) + "\n"), 10);
  return header;
}

function npyBytes(description: string, shape: readonly number[], data: Uint8Array): Uint8Array {
  const header = npyHeader(description, shape);
  const file = new Uint8Array(header.length + data.length);
  file.set(header);
  file.set(data, header.length);
  return file;
}

/** The first bytes of a tensor's .npy file. */
export function npyStart(name: string, { dtype, shape }: Pick<Tensor, "dtype" | "shape">): Uint8Array {
  return npyHeader(descriptionOf(name, dtype), shape);
}

/** The .npy file that contains the metadata. */
export function npyMetadata(metadata: Readonly<Record<string, string>>): Uint8Array {
  return npyText(JSON.stringify(metadata));
}

/** @throws InputError naming a tensor whose dtype NumPy does not know, or whose name is reserved for metadata */
function descriptionOf(name: string, dtype: Dtype): string {
  const description = descriptions[dtype];
  if (description === undefined) throw tensorError(name, `NumPy has no type ${dtype}.`, "choice");
  if (name === METADATA) throw tensorError(METADATA, "the name is reserved for metadata.", "conflict");
  return description;
}

/** Encodes a string in NumPy's format: a 0-dimensional array of '<U…' with four bytes per code point. */
function npyText(text: string): Uint8Array {
  const points = Uint32Array.from(text, (character) => character.codePointAt(0)!);
  return npyBytes(`<U${points.length}`, [], new Uint8Array(points.buffer));
}

/**
 * Writes a compressed .npz file; the same tensors produce the same bytes.
 *
 * @throws InputError naming a tensor with a dtype unknown to NumPy, or with data that does not fit its dtype or shape
 */
export function writeNpz(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  checkTensors(tensors, metadata);
  const files: Zippable = {};
  for (const [name, tensor] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    files[`${name}.npy`] = npyBytes(descriptionOf(name, tensor.dtype), tensor.shape, bytesOf(tensor));
  }
  files[`${METADATA}.npy`] = npyMetadata(metadata);
  return zipSync(files, { level: 1, mtime: DATE });
}

/** Whether a file begins like a zip file; every .npz file does. */
export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b;
}

/**
 * Reads an .npz file written by `writeNpz` or NumPy's `savez`.
 *
 * @param maxBytes largest total size of all arrays: a small zip can contain a very large array
 * @param isWanted which arrays to read as tensors, by name; default all. Other arrays that contain a single string are
 *   metadata, as in `np.savez(file, name="mine", **arrays)`
 * @throws InputError with the fault in one line
 */
export function readNpz(
  bytes: Uint8Array,
  maxBytes: number,
  isWanted: (name: string) => boolean = () => true,
): TensorsRead {
  checkBytes(bytes);
  finiteNumber("maxBytes", maxBytes, 0);
  checkIsWanted(isWanted);
  refuseForeign(bytes);
  let files: Map<string, Uint8Array>;
  try {
    files = readZip(bytes, maxBytes, (name) => name.endsWith(".npy"));
  } catch (error) {
    throw refused((error as Error).message);
  }
  const tensors = new Map<string, Tensor>();
  const metadata: Record<string, string>[] = [];
  const ignored: string[] = [];
  for (const [file, content] of files) {
    const name = file.slice(0, -".npy".length);
    if (name !== METADATA && isWanted(name)) {
      tensors.set(name, readNpy(name, content));
      continue;
    }
    const text = readText(name, content);
    if (text === null) ignored.push(name);
    else metadata.push(name === METADATA ? metadataFrom(text) : { [name]: text });
  }
  return { tensors, metadata: Object.fromEntries(metadata.flatMap(Object.entries<string>)), ignored };
}

function refused(reason: string): InputError {
  return new InputError(`Not a valid npz file: ${reason}.`, "file");
}

/** The error for a file that is valid but has an unsupported type. */
function unreadable(name: string, type: string): InputError {
  return new InputError(
    `array ${shown(name)} has ${type}, which is not supported; convert it, for example with .astype("float32"). Supported types are ` +
      `bool, int8 to int64, uint8 to uint64, and float16 to float64.`,
    "file",
  );
}

interface Npy {
  readonly description: string;
  readonly shape: number[];
  /** Whether the array is column-major, with the first index running fastest. */
  readonly isFortran: boolean;
  readonly data: Uint8Array;
}

/** Splits an .npy file into header and data. Accepts versions 1.0 to 3.0 with exactly the three keys. */
function splitNpy(name: string, bytes: Uint8Array): Npy {
  const where = `array ${shown(name)}`;
  if (bytes.length < 12 || MAGIC.some((byte, at) => bytes[at] !== byte)) throw refused(`${where} is not an .npy file`);
  const version = bytes[6];
  if (version < 1 || version > 3) {
    throw refused(`${where} has format version ${version}.${bytes[7]}; only 1.0 to 3.0 are supported`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const start = version === 1 ? 10 + view.getUint16(8, true) : 12 + view.getUint32(8, true);
  const text = new TextDecoder("latin1").decode(
    bytes.subarray(version === 1 ? 10 : 12, Math.min(start, LONGEST_HEADER)),
  );
  const header =
    /^\{'descr': '([^']+)', 'fortran_order': (True|False), 'shape': \(((?:\d{1,16}, ?)*\d{0,16}),?\),? ?\}\s*$/.exec(
      text,
    );
  if (start <= bytes.length && /^\{'descr': \[/.test(text)) throw unreadable(name, "a structured type");
  if (start > bytes.length || !header) throw refused(`${where} has a header that cannot be read`);
  const [, description, fortran, lengths] = header as unknown as [string, string, string, string];
  const shape = lengths
    .split(",")
    .filter((length) => length.trim() !== "")
    .map(Number);
  return { description, shape, isFortran: fortran === "True" && shape.length > 1, data: bytes.subarray(start) };
}

/** Reverses the bytes of each element of `size` bytes, from big-endian to little-endian. */
function reversedBytes(data: Uint8Array, size: number): Uint8Array {
  const turned = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) turned[at] = data[at - (at % size) + size - 1 - (at % size)];
  return turned;
}

/** Converts column-major elements of `size` bytes to row-major order. */
function rowMajor(data: Uint8Array, shape: readonly number[], size: number): Uint8Array {
  const sorted = new Uint8Array(data.length);
  const index = shape.map(() => 0);
  for (let to = 0; to < data.length; to += size) {
    const from = index.reduceRight((sum, at, k) => sum * shape[k] + at, 0) * size;
    for (let byte = 0; byte < size; byte++) sorted[to + byte] = data[from + byte];
    for (let k = shape.length - 1; k >= 0 && ++index[k] === shape[k]; k--) index[k] = 0;
  }
  return sorted;
}

function readNpy(name: string, bytes: Uint8Array): Tensor {
  const { description, shape, isFortran, data } = splitNpy(name, bytes);
  const little = description.replace(/^>/, "<");
  const dtype = (Object.keys(descriptions) as Dtype[]).find((key) => descriptions[key] === little);
  if (dtype === undefined) throw unreadable(name, `the type ${shown(description)}`);
  const wanted = countOf(shape) * dtypes[dtype].bytes;
  if (data.length !== wanted) {
    throw refused(`array ${shown(name)} has a byte length of ${data.length}; its shape and type need ${wanted}`);
  }
  const size = dtypes[dtype].bytes;
  const ordered = description === little ? data : reversedBytes(data, size);
  return tensorOf(dtype, shape, isFortran ? rowMajor(ordered, shape, size) : ordered);
}

/** The string in an array that consists of exactly one string; null for any other array. */
function readText(name: string, bytes: Uint8Array): string | null {
  try {
    const { description, shape, data } = splitNpy(name, bytes);
    if (!/^<U\d+$/.test(description) || shape.length > 0 || data.length % 4 !== 0) return null;
    const points = tensorOf("U32", [data.length / 4], data).data as Uint32Array;
    // Converted in pieces, because a call takes at most about 100,000 arguments.
    let text = "";
    for (let at = 0; at < points.length; at += 4096) text += String.fromCodePoint(...points.subarray(at, at + 4096));
    return text.replace(/\0+$/, "");
  } catch {
    return null;
  }
}

/** The content of JSON metadata; empty if another program wrote it. */
function metadataFrom(json: string): Record<string, string> {
  try {
    return textsOf(JSON.parse(json));
  } catch {
    return {};
  }
}
