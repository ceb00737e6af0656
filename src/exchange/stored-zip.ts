// A zip archive with uncompressed entries. All entries are written concurrently, piece by piece. Sizes are known in
// advance, but checksums only at the end. Archives and entries beyond 4 GiB use zip64 fields.

import { crc32 } from "../base/crc32.js";

/** Writes bytes at a position in the file. */
export type WriteAt = (bytes: Uint8Array, position: number) => void;

const LIMIT = 0xffff_ffff;
/** 1 January 1980, 0:00, so that the same content produces the same bytes. */
const DATE = 0x0021;
const LOCAL = 30;
const CENTRAL = 46;

interface Entry {
  readonly name: Uint8Array;
  readonly size: number;
  /** Position of the entry's header. */
  readonly offset: number;
  /** Position of the entry's next piece. */
  next: number;
  /** CRC-32 of the content written so far. */
  crc: number;
}

/** An archive that accepts the pieces of each entry, in order. */
export interface StoredZip {
  append(name: string, piece: Uint8Array): void;
  /** Writes the headers and the directory, after all pieces have been added. */
  finish(): void;
}

/** @param sizes size of each entry in bytes, by name */
export function storedZip(sizes: ReadonlyMap<string, number>, write: WriteAt): StoredZip {
  const entries = new Map<string, Entry>();
  let total = 0;
  for (const [name, size] of sizes) total += LOCAL + 20 + new TextEncoder().encode(name).length + size;
  const isLarge = total > LIMIT;
  let offset = 0;
  for (const [text, size] of sizes) {
    const name = new TextEncoder().encode(text);
    const start = offset + LOCAL + name.length + (isLarge ? 20 : 0);
    entries.set(text, { name, size, offset, next: start, crc: 0 });
    offset = start + size;
  }
  return {
    append(name, piece) {
      const entry = entries.get(name)!;
      write(piece, entry.next);
      entry.next += piece.length;
      entry.crc = crc32(piece, entry.crc);
    },
    finish() {
      for (const entry of entries.values()) write(header(entry, isLarge, false), entry.offset);
      let end = offset;
      for (const entry of entries.values()) {
        const central = header(entry, isLarge, true);
        write(central, end);
        end += central.length;
      }
      write(directoryEnd(entries.size, offset, end, isLarge), end);
    },
  };
}

/** The header of an entry, either before its content or in the directory. */
function header({ name, size, offset, crc }: Entry, isLarge: boolean, isCentral: boolean): Uint8Array {
  const extra = isLarge ? (isCentral ? 28 : 20) : 0;
  const start = isCentral ? CENTRAL : LOCAL;
  const bytes = new Uint8Array(start + name.length + extra);
  const view = new DataView(bytes.buffer);
  const version = isLarge ? 45 : 20;
  view.setUint32(0, isCentral ? 0x02014b50 : 0x04034b50, true);
  // Both headers have the following fields; in the directory's header, they come two bytes later.
  const at = isCentral ? 6 : 4;
  if (isCentral) view.setUint16(4, version, true);
  view.setUint16(at, version, true);
  view.setUint16(at + 2, 0x0800, true); // names are UTF-8
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, isLarge ? LIMIT : size, true);
  view.setUint32(at + 18, isLarge ? LIMIT : size, true);
  view.setUint16(at + 22, name.length, true);
  view.setUint16(at + 24, extra, true);
  if (isCentral) view.setUint32(42, isLarge ? LIMIT : offset, true);
  bytes.set(name, start);
  if (!isLarge) return bytes;
  const field = start + name.length;
  view.setUint16(field, 1, true);
  view.setUint16(field + 2, extra - 4, true);
  view.setBigUint64(field + 4, BigInt(size), true);
  view.setBigUint64(field + 12, BigInt(size), true);
  if (isCentral) view.setBigUint64(field + 20, BigInt(offset), true);
  return bytes;
}

/** The records that follow the directory; the directory extends from `start` to `end`. */
function directoryEnd(count: number, start: number, end: number, isLarge: boolean): Uint8Array {
  const bytes = new Uint8Array(isLarge ? 56 + 20 + 22 : 22);
  const view = new DataView(bytes.buffer);
  if (isLarge) {
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(4, 44n, true);
    view.setUint16(12, 45, true);
    view.setUint16(14, 45, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(end - start), true);
    view.setBigUint64(48, BigInt(start), true);
    view.setUint32(56, 0x07064b50, true);
    view.setBigUint64(64, BigInt(end), true);
    view.setUint32(72, 1, true);
  }
  const at = bytes.length - 22;
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, count, true);
  view.setUint16(at + 10, count, true);
  view.setUint32(at + 12, end - start, true);
  view.setUint32(at + 16, isLarge ? LIMIT : start, true);
  return bytes;
}
