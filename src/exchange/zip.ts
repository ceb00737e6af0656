import { Inflate, inflateSync } from "fflate";
import { crc32 } from "../base/crc32.js";
import { InputError, shown } from "../base/errors.js";

/** An entry in an archive's directory. */
interface Entry {
  readonly name: string;
  readonly method: number;
  readonly crc: number;
  /** Sizes in bytes: of the packed data in the archive, and of the content. */
  readonly packed: number;
  readonly size: number;
  /** Position of the entry's header. */
  readonly offset: number;
}

const STORED = 0;
const DEFLATED = 8;
const LOCAL = 30;
const CENTRAL = 46;
const END = 22;
const LARGEST_COMMENT = 0xffff;
/** This value means that the actual number is in a zip64 field. */
const ELSEWHERE = 0xffff_ffff;
/** The number of packed bytes inflated at a time; each byte expands to at most 1032 bytes. */
const PIECE = 1 << 15;

/**
 * Reads the entries of a zip archive, stored or deflated, including zip64. The directory is checked before anything is
 * unpacked, and each entry is checked against its size and CRC-32.
 *
 * @param maxBytes largest total size of all entries
 * @param isWanted which entries to unpack, by name
 * @throws InputError with the fault in a few words
 */
export function readZip(
  bytes: Uint8Array,
  maxBytes: number,
  isWanted: (name: string) => boolean,
): Map<string, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let entries: Entry[];
  try {
    entries = directoryOf(view, bytes);
    checkPlaces(view, bytes, entries);
  } catch (error) {
    // A position read from the archive was beyond the end of the file.
    throw error instanceof InputError ? error : notWhole();
  }
  if (entries.reduce((sum, { size }) => sum + size, 0) > maxBytes) {
    throw refused(`its arrays take up more than ${maxBytes} bytes`);
  }
  const contents = new Map<string, Uint8Array>();
  for (const entry of entries.filter(({ name }) => isWanted(name))) {
    const { name, offset, packed, size } = entry;
    if (contents.has(name)) throw refused(`entry ${shown(name)} occurs twice`);
    const start = startOf(view, offset);
    const data = bytes.subarray(start, start + packed);
    const content = entry.method === STORED ? data : inflated(data, size);
    if (content?.length !== size || crc32(content) !== entry.crc) {
      throw refused(`entry ${shown(name)} is damaged: its size or checksum (CRC-32) is wrong`);
    }
    contents.set(name, content);
  }
  return contents;
}

function refused(reason: string): InputError {
  return new InputError(reason, "file");
}

function notWhole(): InputError {
  return refused("it is not a complete zip archive");
}

function directoryOf(view: DataView, bytes: Uint8Array): Entry[] {
  const end = endOf(view);
  const isZip64 = end >= 20 && view.getUint32(end - 20, true) === 0x07064b50;
  const large = isZip64 ? numberAt(view, end - 12) : 0;
  if (isZip64 && view.getUint32(large, true) !== 0x06064b50) throw notWhole();
  const count = isZip64 ? numberAt(view, large + 32) : view.getUint16(end + 10, true);
  const start = isZip64 ? numberAt(view, large + 48) : view.getUint32(end + 16, true);
  const last = isZip64 ? large : end;
  if (view.getUint32(end + 4, true) !== 0) throw refused("its archive has several parts");
  const entries: Entry[] = [];
  let at = start;
  for (; at < last; at = entryAt(view, bytes, at, entries));
  if (at !== last || entries.length !== count) throw notWhole();
  return entries;
}

/** The position of the record that ends the directory: the last one whose comment extends to the end of the file. */
function endOf(view: DataView): number {
  const last = view.byteLength - END;
  for (let at = last; at >= Math.max(0, last - LARGEST_COMMENT); at--) {
    if (view.getUint32(at, true) === 0x06054b50 && view.getUint16(at + 20, true) === last - at) return at;
  }
  throw notWhole();
}

/** @returns the position of the next entry */
function entryAt(view: DataView, bytes: Uint8Array, at: number, entries: Entry[]): number {
  if (view.getUint32(at, true) !== 0x02014b50) throw notWhole();
  const nameEnd = at + CENTRAL + view.getUint16(at + 28, true);
  const extraEnd = nameEnd + view.getUint16(at + 30, true);
  const name = new TextDecoder().decode(bytes.subarray(at + CENTRAL, nameEnd));
  const method = view.getUint16(at + 10, true);
  if (view.getUint16(at + 8, true) & 1) throw refused(`entry ${shown(name)} is encrypted`);
  if (method !== STORED && method !== DEFLATED) {
    throw refused(`entry ${shown(name)} is packed by method ${method}; only 0 (stored) and 8 (deflated) are supported`);
  }
  // A size, packed size or offset too large for its 32-bit field is in a zip64 field. Those fields are in this order.
  let next = zip64At(view, nameEnd, extraEnd);
  const [size, packed, offset] = [24, 20, 42].map((field) => {
    const value = view.getUint32(at + field, true);
    if (value !== ELSEWHERE || next === null) return value;
    next += 8;
    return numberAt(view, next - 8);
  }) as [number, number, number];
  entries.push({ name, method, crc: view.getUint32(at + 16, true), packed, size, offset });
  return extraEnd + view.getUint16(at + 32, true);
}

/** Position of the zip64 numbers within an entry's extra fields; null if there are none. */
function zip64At(view: DataView, from: number, to: number): number | null {
  for (let at = from; at + 4 <= to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) === 1) return at + 4;
  }
  return null;
}

function numberAt(view: DataView, at: number): number {
  return Number(view.getBigUint64(at, true));
}

/** Position of an entry's content, which follows the entry's header. */
function startOf(view: DataView, offset: number): number {
  return offset + LOCAL + view.getUint16(offset + 26, true) + view.getUint16(offset + 28, true);
}

/**
 * Checks that no two entries overlap and that headers agree with the directory. If entries could share compressed data,
 * a small archive could unpack to any size.
 */
function checkPlaces(view: DataView, bytes: Uint8Array, entries: readonly Entry[]): void {
  const sorted = [...entries].sort((a, b) => a.offset - b.offset);
  sorted.forEach(({ name, method, packed, size, offset }, k) => {
    const nameEnd = offset + LOCAL + view.getUint16(offset + 26, true);
    const ownName = new TextDecoder().decode(bytes.subarray(offset + LOCAL, nameEnd));
    const agrees = view.getUint32(offset, true) === 0x04034b50 && view.getUint16(offset + 8, true) === method;
    if (!agrees || ownName !== name)
      throw refused(`entry ${shown(name)} is not at the position given in the directory`);
    const stop = startOf(view, offset) + packed;
    if (stop > (sorted[k + 1]?.offset ?? bytes.length)) throw refused(`entry ${shown(name)} overlaps another`);
    // A byte of Deflate data unpacks to at most 1032 bytes.
    if (size > (method === STORED ? packed : 1032 * packed))
      throw refused(`entry ${shown(name)} cannot have a size of ${size}`);
  });
}

/**
 * Inflates data; null if it is malformed or longer than `size` bytes. Large entries are inflated piece by piece, so
 * that inflating can stop early.
 */
function inflated(data: Uint8Array, size: number): Uint8Array | null {
  if (data.length <= PIECE) {
    try {
      return inflateSync(data, { out: new Uint8Array(size + 1) });
    } catch {
      return null;
    }
  }
  const content = new Uint8Array(size);
  let length = 0;
  const stream = new Inflate((chunk) => {
    if (length + chunk.length > size) throw new RangeError("more than stated");
    content.set(chunk, length);
    length += chunk.length;
  });
  try {
    for (let at = 0; at < data.length; at += PIECE)
      stream.push(data.subarray(at, at + PIECE), at + PIECE >= data.length);
  } catch {
    return null;
  }
  return length === size ? content : null;
}
