import { InputError, shown } from "../base/errors.js";
import { described } from "../base/validation.js";
import { refuseForeign } from "./foreign.js";
import { findJsonFault } from "./json-keys.js";
import {
  bytesOf,
  checkBytes,
  checkIsWanted,
  checkTensors,
  countOf,
  dtypes,
  isDtype,
  tensorError,
  tensorOf,
  type Tensor,
} from "./tensor.js";

/**
 * The safetensors format, https://github.com/huggingface/safetensors:
 *
 *     u64 little-endian   N, bytes of the header, at most 100,000,000
 *     N bytes             a JSON object that starts with "{", padded with spaces to a multiple of 8
 *                           "name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [begin, end]}, …
 *                           "__metadata__": {"key": "text", …}
 *     the rest            the tensors, row-major and little-endian, without gaps or overlaps
 */
export interface TensorFile {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** The content read from a file. */
export interface TensorsRead extends TensorFile {
  /** Names of the tensors that were skipped. */
  readonly ignored: readonly string[];
}

/** The reference implementation's limit on the size of the header, in bytes. */
export const MAX_HEADER = 100_000_000;

/**
 * Limit on nesting; {name: {shape: [ ]}} has only three levels, but other programs' metadata can be nested more deeply.
 */
const HEADER_DEPTH = 100;

/** The format's types that this program does not support. */
const otherDtypes: readonly unknown[] = [
  ...["F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F6_E2M3", "F6_E3M2", "F4", "C64"],
];

const METADATA = "__metadata__";

/**
 * Writes a safetensors file. Tensors are sorted by element size, largest first, and then by name, so that all are
 * aligned. The same tensors produce the same bytes, whatever their order.
 *
 * @param metadata stored as text together with the tensors
 * @throws InputError naming a tensor whose data does not fit its dtype or shape, or stating that the header is too
 *   large
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  checkTensors(tensors, metadata);
  const { header, begins, end } = safetensorsHeader(tensors, metadata);
  const file = new Uint8Array(header.length + end);
  file.set(header);
  for (const [name, begin] of begins) file.set(bytesOf(tensors.get(name)!), header.length + begin);
  return file;
}

/**
 * The bytes before the tensors: the header's length, the header and spaces.
 *
 * @returns the position of each tensor after the header, and the end of the last one
 * @throws InputError if a tensor has the metadata's name or the header is too large
 */
export function safetensorsHeader(
  tensors: ReadonlyMap<string, Pick<Tensor, "dtype" | "shape">>,
  metadata: Readonly<Record<string, string>>,
): { readonly header: Uint8Array; readonly begins: ReadonlyMap<string, number>; readonly end: number } {
  const entries = [...tensors].sort(([nameA, a], [nameB, b]) => {
    const bySize = dtypes[b.dtype].bytes - dtypes[a.dtype].bytes;
    return bySize === 0 ? (nameA < nameB ? -1 : 1) : bySize;
  });
  const fields: string[] = [];
  const sortedMetadata = Object.entries(metadata).sort(([a], [b]) => (a < b ? -1 : 1));
  if (sortedMetadata.length > 0) {
    fields.push(`"${METADATA}":${JSON.stringify(Object.fromEntries(sortedMetadata))}`);
  }
  const begins = new Map<string, number>();
  let end = 0;
  for (const [name, { dtype, shape }] of entries) {
    if (name === METADATA) throw tensorError(METADATA, "the name is reserved for metadata.", "conflict");
    const begin = end;
    end += dtypes[dtype].bytes * countOf(shape);
    begins.set(name, begin);
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, end] })}`);
  }
  const text = new TextEncoder().encode(`{${fields.join(",")}}`);
  const headerBytes = Math.ceil(text.length / 8) * 8;
  if (headerBytes > MAX_HEADER) {
    throw new InputError(
      `The safetensors header would have ${headerBytes} bytes: at most ${MAX_HEADER} are allowed.`,
      "file",
    );
  }
  const header = new Uint8Array(8 + headerBytes).fill(0x20);
  new DataView(header.buffer).setBigUint64(0, BigInt(headerBytes), true);
  header.set(text, 8);
  return { header, begins, end };
}

/**
 * Reads a safetensors file. Every number in it is checked before it is used. Of the metadata, only strings are read.
 *
 * @param bytes the whole file; tensors are views of it where the alignment allows
 * @param isWanted which tensors to read, by name; default all. The other tensors may be of unknown types
 * @throws InputError with the fault in one line
 */
export function readSafetensors(bytes: Uint8Array, isWanted: (name: string) => boolean = () => true): TensorsRead {
  checkBytes(bytes);
  checkIsWanted(isWanted);
  refuseForeign(bytes);
  if (bytes.length < 8) throw refused(`has ${bytes.length} of the 8 bytes that give the header length`);
  const stated = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (stated > BigInt(MAX_HEADER))
    throw refused(`the header length is ${stated} bytes; at most ${MAX_HEADER} are allowed`);
  const headerBytes = Number(stated);
  if (headerBytes > bytes.length - 8) {
    throw refused(`the header length is ${headerBytes} bytes, but only ${bytes.length - 8} bytes follow`);
  }
  const header = parseHeader(bytes.subarray(8, 8 + headerBytes));
  return readTensors(header, bytes.subarray(8 + headerBytes), isWanted);
}

function refused(reason: string): InputError {
  return new InputError(`Not a valid safetensors file: ${reason}.`, "file");
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  if (bytes[0] !== 0x7b) throw refused('the header does not start with "{"');
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refused("the header is not UTF-8 text");
  }
  const fault = findJsonFault(text, HEADER_DEPTH);
  if (fault !== null) throw refused(`the header: ${fault}`);
  try {
    // The text starts with "{" and is valid JSON, so it is an object.
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw refused("the header is not valid JSON");
  }
}

interface Place {
  readonly name: string;
  /** The type; null for a tensor that is not read. */
  readonly dtype: Tensor["dtype"] | null;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readTensors(
  header: Record<string, unknown>,
  data: Uint8Array,
  isWanted: (name: string) => boolean,
): TensorsRead {
  let metadata: Record<string, string> = {};
  const places: Place[] = [];
  for (const [name, info] of Object.entries(header)) {
    if (name === METADATA) metadata = textsOf(info);
    else places.push(checkPlace(name, info, isWanted(name)));
  }
  // In order of position, each tensor must begin where the previous one ends, and the last one must end with the file.
  places.sort((a, b) => a.begin - b.begin || a.end - b.end);
  let end = 0;
  for (const place of places) {
    if (place.begin !== end) {
      const what = place.begin > end ? "follows a gap" : "overlaps another";
      throw refused(`tensor ${shown(place.name)} at ${place.begin} ${what}: expected at ${end}`);
    }
    end = place.end;
    if (end > data.length) {
      throw refused(`tensor ${shown(place.name)} ends at byte ${end} of the data, which has only ${data.length} bytes`);
    }
  }
  if (end !== data.length) throw refused(`the data from byte ${end} on belongs to no tensor`);
  const tensors = new Map<string, Tensor>();
  const ignored: string[] = [];
  for (const { name, dtype, shape, begin, end: stop } of places) {
    if (dtype === null) ignored.push(name);
    else tensors.set(name, tensorOf(dtype, shape, data.subarray(begin, stop)));
  }
  return { tensors, metadata, ignored };
}

/** The entries of an object that are strings; empty if the value is not an object. */
export function textsOf(value: unknown): Record<string, string> {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  const texts = Object.entries(isObject ? value : {}).filter(([, text]) => typeof text === "string");
  // fromEntries calls no setters, so __proto__ becomes an ordinary key.
  return Object.fromEntries(texts) as Record<string, string>;
}

function checkPlace(name: string, info: unknown, isWanted: boolean): Place {
  const where = `tensor ${shown(name)}`;
  const fields = typeof info === "object" && info !== null && !Array.isArray(info) ? info : {};
  const own = (key: string): unknown => (Object.hasOwn(fields, key) ? Reflect.get(fields, key) : undefined);
  const [dtype, shape, offsets] = [own("dtype"), own("shape"), own("data_offsets")];
  const missing = ["dtype", "shape", "data_offsets"].find(
    (key) => own(key) === undefined && (isWanted || key !== "dtype"),
  );
  if (missing !== undefined) throw refused(`${where} has no ${missing}`);
  if (isWanted && otherDtypes.includes(dtype)) {
    throw new InputError(
      `tensor ${shown(name)} has dtype ${String(dtype)}, which is valid but not supported; convert it to F32.`,
      "file",
    );
  }
  if (isWanted && !isDtype(dtype)) {
    throw refused(`${where} has dtype ${shown(dtype)}; known types are ${Object.keys(dtypes).join(", ")}`);
  }
  if (!isCounts(shape)) throw refused(`${where} has shape ${described(shape)}; it must be a list of whole numbers`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw refused(`${where} has data_offsets ${described(offsets)}; they must be [begin, end]`);
  }
  const [begin, end] = offsets as [number, number];
  if (!isWanted || !isDtype(dtype)) return { name, dtype: null, shape, begin, end };
  const wanted = countOf(shape) * dtypes[dtype].bytes;
  if (!(wanted <= Number.MAX_SAFE_INTEGER)) throw refused(`${where} has a shape that is too large`);
  if (end - begin !== wanted) {
    throw refused(
      `${where} has a byte length of ${end - begin}; ${dtype} with shape ${described(shape)} needs ${wanted}`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function isCounts(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && (entry as number) >= 0);
}
