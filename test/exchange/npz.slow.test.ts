import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { strToU8, zipSync } from "fflate";
import { afterAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { readNpz, writeNpz } from "../../src/exchange/npz.js";
import type { Tensor } from "../../src/exchange/tensor.js";
import { numpy } from "./python.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-npz-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tensors = new Map<string, Tensor>([
  ["layers.2.weight", { dtype: "F32", shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, -6.5) }],
  ["neurons", { dtype: "I32", shape: [4], data: Int32Array.of(0, 1, -2, 2 ** 31 - 1) }],
  ["scale", { dtype: "F64", shape: [], data: Float64Array.of(1 / 3) }],
  ["none", { dtype: "I64", shape: [0, 5], data: new BigInt64Array() }],
]);
const metadata = { seed: "7", name: "schön 𝛼" };

test("written files are read back", () => {
  const read = readNpz(writeNpz(tensors, metadata), 1e6);
  expect(read.metadata).toEqual(metadata);
  expect(new Map([...read.tensors].sort())).toEqual(new Map([...tensors].sort()));
});

test("the same arrays give the same bytes in every time zone", () => {
  const zone = process.env["TZ"];
  const files = ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"].map((name) => {
    process.env["TZ"] = name;
    return writeNpz(tensors, metadata);
  });
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
  expect(files[1]).toEqual(files[0]);
  expect(files[2]).toEqual(files[0]);
});

test.skipIf(!numpy)("NumPy reads our files, and we read NumPy's", () => {
  const path = join(folder, "ours.npz");
  const theirs = join(folder, "theirs.npz");
  writeFileSync(path, writeNpz(tensors, metadata));
  const program = `
import json, sys, numpy as np
f = np.load(sys.argv[1])
assert sorted(f.files) == sorted(["layers.2.weight", "neurons", "scale", "none", "metadata"]), f.files
w = f["layers.2.weight"]
assert w.dtype == np.float32 and w.flags.c_contiguous and (w == [[1, 2, 3], [4, 5, -6.5]]).all()
assert f["neurons"].dtype == np.int32 and f["neurons"].tolist() == [0, 1, -2, 2**31 - 1]
assert f["scale"].shape == () and f["scale"] == 1 / 3
assert f["none"].shape == (0, 5) and f["none"].dtype == np.int64
assert json.loads(str(f["metadata"])) == {"seed": "7", "name": "sch\\u00f6n \\U0001d6fc"}
np.savez_compressed(sys.argv[2], a=np.arange(6.0).reshape(2, 3), b=np.float16(2), metadata=f["metadata"])
`;
  const { status, stderr } = spawnSync("python3", ["-c", program, path, theirs], { encoding: "utf8" });
  expect(status, stderr).toBe(0);
  const read = readNpz(new Uint8Array(readFileSync(theirs)), 1e6);
  expect(read.metadata).toEqual(metadata);
  expect(read.tensors.get("a")).toEqual({ dtype: "F64", shape: [2, 3], data: Float64Array.of(0, 1, 2, 3, 4, 5) });
  expect(read.tensors.get("b")).toEqual({ dtype: "F16", shape: [], data: Uint16Array.of(0x4000) });
});

/** An .npy file with the header as given. */
function npy(header: string, data = new Uint8Array(), version = 1): Uint8Array {
  const text = strToU8(header, true);
  const length = [text.length & 255, text.length >> 8, ...(version === 1 ? [] : [0, 0])];
  return Uint8Array.from([0x93, ...strToU8("NUMPY"), version, 0, ...length, ...text, ...data]);
}
const header = (descr: string, order: string, shape: string) =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': ${shape}, }\n`;

test("column-major and big-endian arrays are read correctly", () => {
  const count = 24;
  const big = new Uint8Array(4 * count);
  const little = new Uint8Array(4 * count);
  for (let at = 0; at < count; at++) {
    new DataView(big.buffer).setFloat32(4 * at, at / 3);
    new DataView(little.buffer).setFloat32(4 * at, at / 3, true);
  }
  const read = (descr: string, order: string, data: Uint8Array<ArrayBuffer>): number[] => {
    const file = zipSync({ "a.npy": npy(header(descr, order, "(2, 3, 4)"), data) });
    const { shape, data: numbers } = readNpz(file, 1e6).tensors.get("a")!;
    expect(shape).toEqual([2, 3, 4]);
    return Array.from(numbers as Float32Array);
  };
  const inOrder = Array.from({ length: count }, (_, at) => Math.fround(at / 3));
  expect(read(">f4", "False", big)).toEqual(inOrder);
  // Element (i, j, k) is number i + 2j + 6k.
  const byColumns = inOrder.map((_, at) =>
    Math.fround((Math.floor(at / 12) + 2 * (Math.floor(at / 4) % 3) + 6 * (at % 4)) / 3),
  );
  expect(read("<f4", "True", little)).toEqual(byColumns);
  expect(read(">f4", "True", big)).toEqual(byColumns);
});

test.each([1, 2, 3])("version %i.0 of .npy files is read", (version) => {
  const file = zipSync({
    "a.npy": npy(header("<f4", "False", "(1,)"), new Uint8Array(Float32Array.of(7).buffer), version),
  });
  expect(readNpz(file, 1e6).tensors.get("a")?.data).toEqual(Float32Array.of(7));
});

/** An archive's directory with many entries that all refer to the same data. */
function onOneStream(): Uint8Array {
  const one = zipSync({ "a.npy": npy(header("<f4", "False", "(250000,)"), new Uint8Array(1_000_000)) });
  const end = one.length - 22;
  const view = new DataView(one.buffer);
  const start = view.getUint32(end + 16, true);
  const central = one.subarray(start, end);
  const file = new Uint8Array(start + 1000 * central.length + 22);
  file.set(one.subarray(0, start));
  for (let k = 0; k < 1000; k++) file.set(central, start + k * central.length);
  file.set(one.subarray(end), file.length - 22);
  const own = new DataView(file.buffer);
  own.setUint16(file.length - 22 + 8, 1000, true);
  own.setUint16(file.length - 22 + 10, 1000, true);
  own.setUint32(file.length - 22 + 12, 1000 * central.length, true);
  return file;
}

/** An entry of 1000 bytes that claims to have a different size. */
function bomb(stated = 999_999): Uint8Array {
  const file = zipSync({ "a.npy": new Uint8Array(1000) });
  const view = new DataView(file.buffer);
  view.setUint32(view.getUint32(file.length - 6, true) + 24, stated, true);
  return file;
}

describe("files that are refused in one line", () => {
  const zipped = (content: Uint8Array, name = "a") => zipSync({ [`${name}.npy`]: content });
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(), "not a complete zip"],
    ["text", strToU8("hello ".repeat(100)), "is text, not a tensor file"],
    ["half a file", writeNpz(tensors).subarray(0, 300), "not a complete zip"],
    ["a zip of text", zipped(strToU8("hello")), 'array "a" is not an .npy file'],
    [
      "version 4",
      zipped(npy(header("<f4", "False", "()"), new Uint8Array(4), 4)),
      "format version 4.0; only 1.0 to 3.0 are",
    ],
    [
      "complex numbers",
      zipped(npy(header("<c8", "False", "()"), new Uint8Array(8))),
      'has the type "<c8", which is not',
    ],
    [
      "a structured type",
      zipped(npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (), }\n")),
      "a structured type, w",
    ],
    ["1,000 entries on one stream", onOneStream(), "overlaps another"],
    ["an entry of more bytes than packed ones can make", bomb(), 'entry "a.npy" cannot have a size of 999999'],
    ["an entry that unpacks to more than stated", bomb(900), 'entry "a.npy" is damaged: its size or checksum'],
    ["a header that runs past the end", zipped(npy(header("<f4", "False", "()")).subarray(0, 30)), "cannot be read"],
    ["code in the header", zipped(npy("{'descr': __import__('os')}\n")), "cannot be read"],
    ["Python objects", zipped(npy(header("|O", "False", "(1,)"), new Uint8Array(8))), 'type "|O"'],
    [
      "too few bytes",
      zipped(npy(header("<f4", "False", "(2, 3)"), new Uint8Array(20))),
      "has a byte length of 20; its shape and",
    ],
    ["a shape that overflows", zipped(npy(header("<f4", "False", `(${"9".repeat(16)}, 99)`))), "need NaN"],
    ["more than allowed", zipSync({ "a.npy": new Uint8Array(2_000_000) }), "more than 1000000 bytes"],
  ])("%s", (_, file, message) => {
    expect(() => readNpz(file, 1e6)).toThrow(InputError);
    expect(() => readNpz(file, 1e6)).toThrow(message);
  });
});

test("metadata of other programs is no reason to refuse a file", () => {
  const read = (content: Uint8Array) => {
    const { metadata, tensors, ignored } = readNpz(zipSync({ "a.npy": a, "metadata.npy": content }), 1e6);
    expect([...tensors.keys()]).toEqual(["a"]);
    return [metadata, ignored];
  };
  const a = npy(header("<f4", "False", "()"), new Uint8Array(4));
  const text = (value: string) =>
    npy(header(`<U${value.length}`, "False", "()"), new Uint8Array(Uint32Array.from(value, (c) => c.charCodeAt(0)).buffer)); // prettier-ignore
  expect(read(text('{"name": "x", "epoch": 3}'))).toEqual([{ name: "x" }, []]);
  for (const other of ["no JSON", "[1]", "null"]) expect(read(text(other))).toEqual([{}, []]);
  expect(read(npy(header("<f8", "False", "()"), new Uint8Array(8)))).toEqual([{}, ["metadata"]]);
  expect(read(npy(header("<U1", "False", "()"), Uint8Array.of(255, 255, 255, 255)))).toEqual([{}, ["metadata"]]);
  expect(read(strToU8("hello"))).toEqual([{}, ["metadata"]]);

  // Apart from the requested arrays, texts are treated as metadata, and everything else is listed.
  const objects = npy(header("|O", "False", "(1,)"), new Uint8Array(8));
  const file = zipSync({ "a.npy": a, "name.npy": text("mine"), "state.npy": objects });
  const { metadata, tensors, ignored } = readNpz(file, 1e6, (name) => name === "a");
  expect([metadata, [...tensors.keys()], ignored]).toEqual([{ name: "mine" }, ["a"], ["state"]]);
});

test("changing any single bit of a file gives the same arrays or a refusal", () => {
  const good = writeNpz(new Map([["w", tensors.get("layers.2.weight")!]]), { seed: "7" });
  const wanted = readNpz(good, 1e6).tensors;
  let refused = 0;
  for (let bit = 0; bit < 8 * good.length; bit++) {
    const file = good.slice();
    file[bit >> 3]! ^= 1 << (bit & 7);
    try {
      const { data, shape } = readNpz(file, 1e6).tensors.get("w")!;
      if (String([shape, data]) !== String([wanted.get("w")!.shape, wanted.get("w")!.data]))
        expect(bit).toBe("refused");
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      refused++;
    }
  }
  expect(refused).toBeGreaterThan(4 * good.length);
});

test("any damage to a good file is read or refused with an InputError of one line", () => {
  const good = writeNpz(tensors, metadata);
  const damaged = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const file = good.slice();
      for (const [at, value] of changes) file[at] = value;
      return file;
    });
  const cut = fc.nat(good.length - 1).map((length) => good.slice(0, length));
  fc.assert(
    fc.property(fc.oneof(damaged, cut), (file) => {
      try {
        readNpz(file, 1e6);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).not.toContain("\n");
      }
    }),
    { numRuns: 3000 },
  );
});
