import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { MAX_HEADER, readSafetensors, writeSafetensors } from "../../src/exchange/safetensors.js";
import { dtypes, numbersOf, type Dtype, type Tensor } from "../../src/exchange/tensor.js";

/** A file that consists of the given header, without padding, and of data bytes that are 0. */
function fileOf(header: string | object, dataBytes = 0, length?: bigint): Uint8Array {
  const text = new TextEncoder().encode(typeof header === "string" ? header : JSON.stringify(header));
  const file = new Uint8Array(8 + text.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, length ?? BigInt(text.length), true);
  file.set(text, 8);
  return file;
}

function headerOf(file: Uint8Array): { text: string; length: number } {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true));
  return { text: new TextDecoder().decode(file.subarray(8, 8 + length)), length };
}

const names = Object.keys(dtypes) as Dtype[];

/** A tensor of random bytes. */
const tensors: fc.Arbitrary<Tensor> = fc
  .record({
    dtype: fc.constantFrom(...names),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 }),
    seed: fc.nat(255),
  })
  .map(({ dtype, shape, seed }) => {
    const { bytes, array } = dtypes[dtype];
    const count = shape.reduce((product, length) => product * length, 1);
    const raw = Uint8Array.from({ length: count * bytes }, (_, index) => (index * 37 + seed) & 255);
    return { dtype, shape, data: new array(raw.buffer) };
  });

const files = fc.record({
  tensors: fc.dictionary(fc.string(), tensors, { maxKeys: 6, noNullPrototype: true }).map((all) => {
    delete all["__metadata__"];
    return new Map(Object.entries(all));
  }),
  metadata: fc.dictionary(fc.string(), fc.string({ unit: "grapheme" }), { maxKeys: 4, noNullPrototype: true }),
});

const bytesIn = ({ data }: Tensor): number[] => [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

test("a known file, byte by byte", () => {
  const data = Float32Array.of(1, -2);
  const file = writeSafetensors(new Map([["w", { dtype: "F32", shape: [2], data }]]), { a: "b" });
  const header = '{"__metadata__":{"a":"b"},"w":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}';
  expect(headerOf(file)).toEqual({ text: header.padEnd(80), length: 80 });
  expect([...file.subarray(88)]).toEqual([0, 0, 128, 63, 0, 0, 0, 192]);
});

test("the format's rules hold for any tensors: header length, alignment, names, offsets without holes", () => {
  fc.assert(
    fc.property(files, ({ tensors, metadata }) => {
      const file = writeSafetensors(tensors, metadata);
      const { text, length } = headerOf(file);
      expect(length % 8).toBe(0);
      expect(text[0]).toBe("{");
      const header = JSON.parse(text) as Record<string, { dtype: string; shape: number[]; data_offsets: number[] }>;
      const places = Object.entries(header).filter(([name]) => name !== "__metadata__");
      expect(places.map(([name]) => name).sort()).toEqual([...tensors.keys()].sort());
      let end = 0;
      // Entries are in the order of their data.
      for (const [, { dtype, shape, data_offsets }] of places.sort(
        (a, b) => a[1].data_offsets[1]! - b[1].data_offsets[1]! || a[1].data_offsets[0]! - b[1].data_offsets[0]!,
      )) {
        const { bytes } = dtypes[dtype as Dtype];
        expect(data_offsets[0]).toBe(end);
        expect((8 + length + end) % bytes).toBe(0);
        end += bytes * shape.reduce((product, size) => product * size, 1);
        expect(data_offsets[1]).toBe(end);
      }
      expect(8 + length + end).toBe(file.length);
    }),
    { numRuns: 200 },
  );
});

test("written files are read back: any dtype, shape, name and metadata, at any address", () => {
  fc.assert(
    fc.property(files, fc.nat(7), fc.boolean(), ({ tensors, metadata }, shift, isBuffer) => {
      const file = writeSafetensors(tensors, metadata);
      const room = new ArrayBuffer(file.length + shift);
      const moved = isBuffer ? Buffer.from(room, shift) : new Uint8Array(room, shift);
      moved.set(file);
      const read = readSafetensors(moved);
      expect({ ...read.metadata }).toEqual({ ...metadata });
      expect([...read.tensors.keys()].sort()).toEqual([...tensors.keys()].sort());
      for (const [name, wanted] of tensors) {
        const { dtype, shape, data } = read.tensors.get(name)!;
        expect({ dtype, shape }).toEqual({ dtype: wanted.dtype, shape: [...wanted.shape] });
        expect(data.constructor).toBe(wanted.data.constructor);
        expect(bytesIn(read.tensors.get(name)!)).toEqual(bytesIn(wanted));
      }
    }),
    { numRuns: 200 },
  );
});

test("the order in which tensors are given does not matter", () => {
  const a: Tensor = { dtype: "F32", shape: [1], data: Float32Array.of(1) };
  const b: Tensor = { dtype: "F64", shape: [1], data: Float64Array.of(2) };
  const one = writeSafetensors(new Map([["a", a], ["b", b]]), { x: "1", y: "2" }); // prettier-ignore
  expect(writeSafetensors(new Map([["b", b], ["a", a]]), { y: "2", x: "1" })).toEqual(one); // prettier-ignore
});

test("tensors that do not fit their dtype or shape are not written", () => {
  const write = (tensor: Tensor, name = "w") => writeSafetensors(new Map([[name, tensor]]));
  expect(() => write({ dtype: "F32", shape: [3], data: Float32Array.of(1, 2) })).toThrow(
    "tensor w: shape [3] does not match its 2 numbers.",
  );
  expect(() => write({ dtype: "F32", shape: [1], data: Float64Array.of(1) })).toThrow("F32 needs a Float32Array");
  expect(() => write({ dtype: "U8", shape: [0], data: new Uint8Array() }, "__metadata__")).toThrow(
    "reserved for metadata",
  );
});

const f32 = (shape: unknown, offsets: unknown) => ({ dtype: "F32", shape, data_offsets: offsets });

describe("files that are refused in one line", () => {
  const big = Number.MAX_SAFE_INTEGER;
  test.each<[string, Uint8Array, string]>([
    ["nothing", new Uint8Array(0), "has 0 of the 8 bytes"],
    ["seven bytes", new Uint8Array(7), "has 7 of the 8 bytes"],
    ["header length beyond the file", fileOf("{}", 0, 100n), "the header length is 100 bytes, but only 2 bytes follow"],
    ["header length beyond the bound", fileOf("{}", 0, BigInt(MAX_HEADER) + 1n), "at most 100000000"],
    ["header length of 2^64 − 1", fileOf("{}", 0, 2n ** 64n - 1n), "the header length is 18446744073709551615 bytes"],
    ["empty header", fileOf("", 0), 'does not start with "{"'],
    ["header with a space first", fileOf(" {}"), 'does not start with "{"'],
    ["header that is a list", fileOf("[]"), 'does not start with "{"'],
    ["header that is not JSON", fileOf("{a}"), "not valid JSON"],
    ["header with text after it", fileOf("{}x"), "not valid JSON"],
    ["header that is not UTF-8", fileOf("{}", 0).map((byte, i) => (i === 9 ? 0xff : byte)), "not UTF-8"],
    ["header that nests", fileOf('{"a":'.repeat(1e5)), "nested more than 100 levels"],
    ["a tensor twice", fileOf('{"a":{},"\\u0061":{}}'), 'the key "a" occurs twice'],
    ["a key twice in a tensor", fileOf('{"a":{"dtype":"F32","dtype":"F64"}}'), 'the key "dtype" occurs twice'],
    ["a tensor that is a number", fileOf({ a: 1 }), 'tensor "a" has no dtype'],
    ["a tensor without dtype", fileOf({ a: { shape: [], data_offsets: [0, 0] } }), "has no dtype"],
    ["a tensor without shape", fileOf({ a: { dtype: "F32", data_offsets: [0, 0] } }), "has no shape"],
    ["a tensor without offsets", fileOf({ a: { dtype: "F32", shape: [] } }), "has no data_offsets"],
    ["an unknown dtype", fileOf({ a: { ...f32([1], [0, 4]), dtype: "F31" } }, 4), 'has dtype "F31"; known types are'],
    ["an inherited dtype", fileOf({ a: { ...f32([1], [0, 4]), dtype: "toString" } }, 4), 'has dtype "toString"'],
    ["a dtype in small letters", fileOf({ a: { ...f32([1], [0, 4]), dtype: "f32" } }, 4), 'has dtype "f32"'],
    ["a negative length", fileOf({ a: f32([-1], [0, 4]) }, 4), "has shape [-1]"],
    ["a fractional length", fileOf({ a: f32([0.5], [0, 2]) }, 2), "has shape [0.5]"],
    ["a length beyond 2^53", fileOf('{"a":{"dtype":"U8","shape":[1e300],"data_offsets":[0,1]}}', 1), "has shape"],
    ["a shape that overflows", fileOf({ a: f32([big, big], [0, 4]) }, 4), "has a shape that is too large"],
    ["a shape that overflows to 0", fileOf({ a: f32([2 ** 32, 2 ** 32, 0], [0, 0]) }), "has a shape that is too large"],
    ["a shape whose bytes overflow", fileOf({ a: f32([big], [0, 4]) }, 4), "has a shape that is too large"],
    [
      "a huge shape of a small file",
      fileOf({ a: f32([2 ** 40], [0, 4]) }, 4),
      "has a byte length of 4; F32 with shape",
    ],
    ["huge offsets of a small file", fileOf({ a: f32([2 ** 40], [0, 2 ** 42]) }, 4), "ends at byte 4398046511104"],
    ["one offset", fileOf({ a: f32([1], [0]) }, 4), "has data_offsets [0]"],
    ["offsets the wrong way round", fileOf({ a: f32([1], [4, 0]) }, 4), "has data_offsets [4, 0]"],
    ["offsets that disagree with the shape", fileOf({ a: f32([2], [0, 4]) }, 4), "has a byte length of 4; F32"],
    ["data that ends too early", fileOf({ a: f32([2], [0, 8]) }, 4), "ends at byte 8 of the data, which has only 4"],
    ["data after the last tensor", fileOf({ a: f32([1], [0, 4]) }, 5), "the data from byte 4 on belongs to no tensor"],
    ["data without tensors", fileOf({}, 5), "the data from byte 0 on belongs to no tensor"],
    ["a hole", fileOf({ a: f32([1], [0, 4]), b: f32([1], [8, 12]) }, 12), "follows a gap: expected at 4"],
    ["a hole at the start", fileOf({ a: f32([1], [4, 8]) }, 8), "follows a gap: expected at 0"],
    ["an overlap", fileOf({ a: f32([2], [0, 8]), b: f32([2], [4, 12]) }, 12), "overlaps another: expected at 8"],
    ["two tensors on the same bytes", fileOf({ a: f32([1], [0, 4]), b: f32([1], [0, 4]) }, 4), "overlaps another"],
  ])("%s", (_, file, message) => {
    expect(() => readSafetensors(file)).toThrow(InputError);
    expect(() => readSafetensors(file)).toThrow(message);
    try {
      readSafetensors(file);
    } catch (error) {
      expect((error as Error).message).toMatch(/^Not a valid safetensors file: [^\n]{1,300}\.$/);
    }
  });
});

test("header padding, empty tensors, scalars and no tensors at all are allowed", () => {
  expect(readSafetensors(fileOf("{}      ")).tensors.size).toBe(0);
  const file = readSafetensors(fileOf({ a: f32([], [0, 4]), b: f32([0, 7], [4, 4]), c: f32([0], [0, 0]) }, 4));
  expect([...file.tensors].map(([name, { data }]) => [name, data.length]).sort()).toEqual([
    ["a", 1],
    ["b", 0],
    ["c", 0],
  ]);
});

test("a name from the prototype is a name like any other", () => {
  const { tensors, metadata } = readSafetensors(
    fileOf('{"__proto__":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"__metadata__":{"__proto__":"x"}}', 1),
  );
  expect([...tensors.keys()]).toEqual(["__proto__"]);
  expect(Object.entries(metadata)).toEqual([["__proto__", "x"]]);
});

test("any bytes, and any damage to a good file, are read or refused with an InputError of one line", () => {
  const good = writeSafetensors(
    new Map<string, Tensor>([
      ["a", { dtype: "F32", shape: [2, 3], data: new Float32Array(6) }],
      ["b", { dtype: "I64", shape: [2], data: new BigInt64Array(2) }],
    ]),
    { spec: '{"D":10}' },
  );
  const damaged = fc
    .array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
    .map((changes) => {
      const file = good.slice();
      for (const [at, value] of changes) file[at] = value;
      return file;
    });
  const cut = fc.nat(good.length - 1).map((length) => good.slice(0, length));
  const noise = fc.uint8Array({ maxLength: 64 });
  const headers = fc.json().map((text) => fileOf(text, 16));
  fc.assert(
    fc.property(fc.oneof(damaged, cut, noise, headers), (file) => {
      try {
        const { tensors } = readSafetensors(file);
        let bytes = 0;
        for (const { data } of tensors.values()) bytes += data.byteLength;
        expect(bytes).toBeLessThanOrEqual(file.length);
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).not.toContain("\n");
      }
    }),
    { numRuns: 5000 },
  );
});

describe("numbers of tensors", () => {
  test("half precision, as in IEEE 754", () => {
    const data = Uint16Array.of(0x0000, 0x8000, 0x3c00, 0xc000, 0x3555, 0x7bff, 0x0001, 0x7c00, 0x7e00);
    expect([...numbersOf("w", { dtype: "F16", shape: [9], data })]).toEqual([
      ...[0, -0, 1, -2, 0.333251953125, 65504, 2 ** -24, Infinity, NaN],
    ]);
  });

  test("bfloat16 is the upper half of a float32", () => {
    const data = Uint16Array.of(0x3f80, 0xc049);
    expect([...numbersOf("w", { dtype: "BF16", shape: [2], data })]).toEqual([1, -3.140625]);
  });

  test("64-bit integers that a number cannot hold are refused, and so are types without numbers", () => {
    const tensor = (value: bigint): Tensor => ({ dtype: "I64", shape: [1], data: BigInt64Array.of(value) });
    expect([...numbersOf("w", tensor(-5n))]).toEqual([-5]);
    expect(() => numbersOf("w", tensor(2n ** 60n))).toThrow("tensor w: 1152921504606846976 is beyond ±2^53.");
    expect(() => numbersOf("w", { dtype: "F8_E5M2", shape: [1], data: new Uint8Array(1) })).toThrow("F8_E5M2");
  });
});

test("metadata of other programs is no reason to refuse a file: texts are read, everything else is ignored", () => {
  const own = '"w":{"dtype":"U8","shape":[],"data_offsets":[0,1]}';
  const read = (metadata: string) => {
    const { metadata: texts, tensors } = readSafetensors(fileOf(`{"__metadata__":${metadata},${own}}`, 1));
    expect([...tensors.keys()]).toEqual(["w"]);
    return texts;
  };
  expect(read('{"name":"Schön","epoch":3,"config":{"a":{"b":[{}]}},"none":null}')).toEqual({ name: "Schön" });
  for (const other of ['["a"]', "null", "3", '"a text"']) expect(read(other)).toEqual({});
});

test.each(["F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ", "F6_E2M3", "F6_E3M2", "F4", "C64"])(
  "%s is reported as an unsupported type, not as a damaged file",
  (dtype) => {
    expect(() => readSafetensors(fileOf({ a: { ...f32([8], [0, 8]), dtype } }, 8))).toThrow(
      new InputError(`tensor "a" has dtype ${dtype}, which is valid but not supported; convert it to F32.`),
    );
  },
);

test("tensors that are not requested are listed, of any type", () => {
  const header =
    '{"w":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"z":{"dtype":"C64","shape":[2],"data_offsets":[1,17]}}';
  const { tensors, ignored } = readSafetensors(fileOf(header, 17), (name) => name === "w");
  expect([[...tensors.keys()], ignored]).toEqual([["w"], ["z"]]);
  expect(() => readSafetensors(fileOf(header, 17))).toThrow(
    'tensor "z" has dtype C64, which is valid but not supported; convert it to F32.',
  );
});
