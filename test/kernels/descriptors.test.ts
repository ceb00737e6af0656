import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { changeDescriptor, fieldsOf, writeDescriptor } from "../../src/kernels/descriptors.js";
import * as fields from "../../src/kernels/fields.js";
import { Arena } from "../../src/kernels/memory.js";

const source = readFileSync(new URL("../../assembly/descriptors.ts", import.meta.url), "utf8");

/**
 * The fields (`name: type`) of every class of assembly/descriptors.ts, keyed by the kernel after which the class is
 * named.
 */
const classes = new Map(
  [...source.matchAll(/^@unmanaged\nexport class (\w)(\w+) \{\n([^}]*)\}/gm)].map(([, first, rest, body]) => [
    first!.toLowerCase() + rest!,
    [...body!.matchAll(/^  (\w+: \w+);/gm)].map(([, field]) => field!.replace("usize", "u32")),
  ]),
);

test("assembly/ has the same descriptors as src/, field by field", () => {
  const ours = Object.entries(fields).map(([name, text]): [string, string[]] => [
    name,
    fieldsOf(text).fields.map(({ name: field, type }) => `${field}: ${type}`),
  ]);
  expect(classes).toEqual(new Map(ours));
});

test.each(Object.keys(fields))("%s reads its descriptor and no more than 8 arguments", (name) => {
  const kernels = source.matchAll(/^\/\/ assembly\/([\w-]+)\.ts.*\n@unmanaged\nexport class (\w+)/gm);
  const [, file] = [...kernels].find(([, , kernel]) => kernel!.toLowerCase() === name.toLowerCase())!;
  const kernel = readFileSync(new URL(`../../assembly/${file}.ts`, import.meta.url), "utf8");
  const [, parameters] = new RegExp(`^export function ${name}\\(([^)]*)\\): void`, "m").exec(kernel)!;
  const list = parameters!
    .split(",")
    .map((parameter) => parameter.trim())
    .filter(Boolean);
  expect(list[0]).toBe("descriptor: usize");
  expect(list.length).toBeLessThanOrEqual(8);
});

describe("a descriptor", () => {
  const arena = new Arena(new WebAssembly.Memory({ initial: 1 }), 64);

  test("has u32 every 4 bytes and f64 at multiples of 8", () => {
    expect(fieldsOf(fields.inactiveErrors).fields.map(({ name, offset }) => [name, offset])).toEqual([
      ...[
        ["wrong", 0],
        ["most", 8],
        ["read", 16],
        ["isActive", 20],
        ["out", 24],
      ],
      ...[
        ["T", 28],
        ["rows", 32],
        ["stride", 36],
        ["W", 40],
      ],
    ]);
    expect(fieldsOf(fields.inactiveErrors).bytes).toBe(44);
  });

  test("is written field by field, and only named fields change", () => {
    const values = { wrong: 0.5, most: 1e60, read: 1, isActive: 2, out: 2 ** 32 - 1, T: 4, rows: 5, stride: 6, W: 7 };
    const at = writeDescriptor(arena, fields.inactiveErrors, values);
    expect([...arena.viewF64(at, 2)]).toEqual([0.5, 1e60]);
    expect([...arena.viewU32(at + 16, 7)]).toEqual([1, 2, 2 ** 32 - 1, 4, 5, 6, 7]);
    changeDescriptor(arena, fields.inactiveErrors, at, { most: 3, rows: 0 });
    expect([...arena.viewF64(at, 2)]).toEqual([0.5, 3]);
    expect([...arena.viewU32(at + 16, 7)]).toEqual([1, 2, 2 ** 32 - 1, 4, 0, 6, 7]);
  });
});
