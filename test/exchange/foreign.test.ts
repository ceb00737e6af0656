import { expect, test } from "vitest";
import { readNpz } from "../../src/exchange/npz.js";
import { readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import { readTensorFile } from "../../src/exchange/tensor-file.js";

const text = (start: string): Uint8Array => new TextEncoder().encode(start.padEnd(64));

test.each([
  [
    "a page",
    text("<!DOCTYPE html>\n<html lang=en>"),
    "is an HTML or XML page, not a tensor file; download the file itself.",
  ],
  ["a page after blanks", text("\n  <html>"), "is an HTML or XML page"],
  ["a Git LFS pointer", text("version https://git-lfs.github.com/spec/v1\noid sha256:4f"), "is a Git LFS pointer"],
  ["a pickle of protocol 2", Uint8Array.of(0x80, 2, 0x8a, 10, ...text("")), "is a PyTorch pickle"],
  ["a pickle of protocol 4", Uint8Array.of(0x80, 4, 0x95, 20, 0, 0, 0, 0, 0, 0, 0), "is a PyTorch pickle"],
  ["an .npy file", Uint8Array.of(0x93, ...text("NUMPY")), "is an .npy file with one unnamed array"],
  ["gzip", Uint8Array.of(0x1f, 0x8b, ...text("")), "is compressed with gzip; decompress it first."],
  ["HDF5", Uint8Array.of(0x89, ...text("HDF\r\n")), "is an HDF5 file"],
  ["Parquet", text("PAR1"), "is a Parquet file"],
  ["an answer of a server", text("Entry not found"), 'is text, not a tensor file; it begins with "Entry not found'],
])("every reader recognises %s", (_, bytes, message) => {
  expect(() => readTensorFile(bytes, 1e6)).toThrow(message);
  expect(() => readSafetensors(bytes)).toThrow(message);
  expect(() => readNpz(bytes, 1e6)).toThrow(message);
});

test("reads files whose header length begins like a pickle, gzip or text", () => {
  const starts = new Set<number>();
  for (let length = 0; length < 3000; length += 8) {
    const metadata = { a: "x".repeat(length) };
    const file = writeSafetensors(new Map(), metadata);
    starts.add(256 * file[0]! + file[1]!);
    expect(readTensorFile(file, 1e6).metadata).toEqual(metadata);
  }
  for (const start of [0x8002, 0x8003, 0x8004, 0x8005]) expect(starts).toContain(start);
});
