import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fieldsOf, writeDescriptor } from "../../src/kernels/descriptors.js";
import * as fields from "../../src/kernels/fields.js";
import { ABI } from "../../src/kernels/abi.js";
import { streams } from "../../src/base/random.js";
import { loadCore } from "../../src/kernels/load.js";
import { Arena } from "../../src/kernels/memory.js";
import { coreModule, loadKernels } from "../../src/kernels/node.js";
import { wasmKernels } from "../../src/kernels/wasm.js";
import { functionTypes } from "../support/binary-types.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/abi.md");
const binaryOf = (name: string): Buffer => readFileSync(new URL(`../../build/${name}.wasm`, import.meta.url));
const documented = [...page.matchAll(/^`((\w+)\(([^`]*)\): (\w+))`$/gm)];

/** `name(parameters): type` of every function that assembly/ exports, by name. */
function signatures(): Map<string, string> {
  const sources = readdirSync(new URL("../../assembly", import.meta.url)).filter((name) => name.endsWith(".ts"));
  const text = sources.map((name) => read(`assembly/${name}`)).join("\n");
  const found = [...text.matchAll(/^export function (\w+)\(([^)]*)\): (\w+)/gm)];
  return new Map(
    found.map(([, name, parameters, type]) => {
      const list = parameters!.split(",").map((parameter) => parameter.trim());
      return [name!, `${name}(${list.filter(Boolean).join(", ")}): ${type}`];
    }),
  );
}

test("docs/abi.md has every export of the binary, with the signature of its source, and no others", () => {
  const inBinary = WebAssembly.Module.exports(coreModule()).filter(({ kind }) => kind === "function");
  const bySource = signatures();
  const onPage = documented.map(([, signature]) => signature!);
  expect(onPage.sort()).toEqual(inBinary.map(({ name }) => bySource.get(name)!).sort());
});

test.each(["core", "core-relaxed"])(
  "docs/abi.md has the parameter types of every function of build/%s.wasm",
  (name) => {
    const binaryType = (type: string): string => (/^f\d+$/.test(type) ? type : "i32");
    const onPage = documented.map(([, , function_, parameters, result]) => [
      function_!,
      {
        parameters: [...parameters!.matchAll(/: (\w+)/g)].map(([, type]) => binaryType(type!)),
        results: result === "void" ? [] : [binaryType(result!)],
      },
    ]);
    expect(Object.fromEntries(onPage)).toEqual(Object.fromEntries(functionTypes(binaryOf(name))));
  },
);

test("the ABI number is the same in the binary, in its section, in the library and on the page", () => {
  const { name, version } = JSON.parse(read("package.json")) as { name: string; version: string };
  for (const binary of ["core", "core-relaxed"]) {
    // The section is the last one, so the file ends with its content.
    const section = JSON.stringify({ package: name, version, abi: ABI });
    expect(
      binaryOf(binary)
        .toString("latin1")
        .endsWith(name + section),
    ).toBe(true);
    expect(page).toContain(`\`${section}\``);
  }
  const [section, ...others] = WebAssembly.Module.customSections(coreModule(), name);
  expect(others).toEqual([]);
  expect(JSON.parse(Buffer.from(section!).toString())).toEqual({ package: name, version, abi: ABI });
  expect(loadKernels().abiVersion()).toBe(ABI);
  expect(page).toContain(`This page describes ABI ${ABI}:`);
});

/** A module that exports `abiVersion`, which returns 99. */
const otherAbi = Uint8Array.from([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0],
  ...[7, 14, 1, 10, ...Buffer.from("abiVersion"), 0, 0, 10, 7, 1, 5, 0, 0x41, 0xe3, 0, 0x0b],
]);
const empty = otherAbi.slice(0, 8);

test.each([
  ["of another ABI, with both numbers", otherAbi, `has ABI 99; ABI ${ABI} is needed.`],
  ["that is not the core", empty, "is not the core."],
])("a binary %s is refused", async (_, binary, message) => {
  const text = expect.stringContaining(message) as unknown;
  const error = expect.objectContaining({ name: "InputError", code: "invalid", argument: "source", message: text });
  expect(() => wasmKernels(binary)).toThrow(error as unknown as Error);
  await expect(loadCore(binary)).rejects.toEqual(error);
  await expect(loadCore(new WebAssembly.Module(binary))).rejects.toEqual(error);
});

test("docs/abi.md has every stream of random numbers, and no others", () => {
  const rows = [...page.matchAll(/^\| (\d+) \| `(\w+)` \| (?!u32|f64)/gm)].map(([, number, name]) => [
    name!,
    Number(number),
  ]);
  expect(rows).toEqual(Object.entries(streams));
  // The numbers of the streams that the core itself uses; sampleActive receives its stream's number as an argument.
  const started = [...read("assembly/random.ts").matchAll(/^ {2,}start\(seedLow, seedHigh, ([\w.]+),/gm)];
  expect(started.map(([, stream]) => stream).sort()).toEqual([
    `${streams.vectors}`,
    `${streams.noise}`,
    "field.stream",
  ]);
  expect(page).toContain(`The core itself fixes only streams ${streams.vectors} and ${streams.noise}`);
});

test("the core's tables lie from byte 1024 to heapBase, and end within the first page", () => {
  const { memory, heapBase } = loadKernels();
  const bytes = new Uint8Array(memory.buffer);
  expect(bytes.findIndex((byte) => byte !== 0)).toBe(1024);
  const end = bytes.findLastIndex((byte) => byte !== 0) + 1;
  expect(heapBase() - end).toBeLessThan(16);
  expect(heapBase()).toBeGreaterThanOrEqual(end);
  expect(page).toContain("Below it, from byte 1024, lie the core's tables");
});

test("calls that trap according to docs/abi.md do so, and the instance keeps working", () => {
  const kernels = loadKernels();
  const arena = new Arena(kernels.memory, kernels.heapBase());
  const sample = (T: number, z: number, mode: number, kind = 1): void => {
    const at = { ids: arena.bytes(64), marks: arena.bytes(64), inputs: arena.bytes(64), table: arena.bytes(64) };
    const rest = { stream: streams.samples, T, d: 1, kind, choices: 0 };
    kernels.sampleActive(writeDescriptor(arena, fields.sampleActive, { ...at, ...rest }), 1, 0, 0, 0, 1, z, mode);
  };
  const list = (z: number): void => {
    // Occurrence 0 belongs to circuit 0.
    const [heads, next, activeAt, masks] = [arena.u32([0]), arena.u32([0xffffffff]), arena.bytes(8), arena.bytes(16)];
    kernels.listActive(heads, next, 1, z, 16, activeAt, masks);
  };
  const read = (z: number): void => {
    const rows = arena.u32([arena.bytes(16)]);
    kernels.readActive(arena.u32([0]), 1, z, rows, 1, 16, 1, arena.bytes(4));
  };
  const runs = [
    () => sample(3, 3, 0),
    () => sample(3, 1, 1),
    () => list(1),
    () => read(1),
    () => kernels.zero(65520, 16),
  ];
  const traps = [
    ...[() => sample(3, 4, 0), () => sample(3, 5, 0), () => sample(0, 1, 1), () => sample(3, 1, 0, 2)],
    ...[() => list(0), () => read(0), () => kernels.zero(65536, 16)],
  ];
  for (const run of runs) expect(run).not.toThrow();
  for (const run of traps) expect(run).toThrow(WebAssembly.RuntimeError);
  for (const run of runs) expect(run).not.toThrow();
});

test("the binary imports nothing and exports one memory, as docs/abi.md says", () => {
  expect(WebAssembly.Module.imports(coreModule())).toEqual([]);
  const memories = WebAssembly.Module.exports(coreModule()).filter(({ kind }) => kind === "memory");
  expect(memories).toEqual([{ name: "memory", kind: "memory" }]);
  const { exports } = new WebAssembly.Instance(coreModule());
  expect((exports["memory"] as WebAssembly.Memory).buffer.byteLength).toBe(65536);
});

test.each(Object.entries(fields))("the descriptor of %s has its fields at their bytes", (name, text) => {
  const section = page.split(`\n\`${name}(descriptor: usize`)[1]!.split(/\n\n(?=[`#])/)[0]!;
  const rows = [...section.matchAll(/^\| (\d+) \| `(\w+)` \| (u32|f64) \|/gm)].map(([, byte, field, type]) => [
    ...[Number(byte), field, type],
  ]);
  expect(rows).toEqual(fieldsOf(text).fields.map(({ name: field, type, offset }) => [offset, field, type]));
});
