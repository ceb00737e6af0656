import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { descriptors, fieldsOf, type DescriptorName } from "../../src/kernels/descriptors.js";
import { coreModule } from "../../src/kernels/node.js";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const page = read("docs/abi.md");

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
  const documented = [...page.matchAll(/^`(\w+\([^`]*)`$/gm)].map(([, signature]) => signature!);
  expect(documented.sort()).toEqual(inBinary.map(({ name }) => bySource.get(name)!).sort());
});

test("the binary imports nothing and exports one memory, as docs/abi.md says", () => {
  expect(WebAssembly.Module.imports(coreModule())).toEqual([]);
  const memories = WebAssembly.Module.exports(coreModule()).filter(({ kind }) => kind === "memory");
  expect(memories).toEqual([{ name: "memory", kind: "memory" }]);
  const { exports } = new WebAssembly.Instance(coreModule());
  expect((exports["memory"] as WebAssembly.Memory).buffer.byteLength).toBe(65536);
});

test.each(Object.keys(descriptors) as DescriptorName[])(
  "the descriptor of %s has its fields at their bytes",
  (name) => {
    const section = page.split(`\n\`${name}(descriptor: usize`)[1]!.split(/\n\n(?=[`#])/)[0]!;
    const rows = [...section.matchAll(/^\| (\d+) \| `(\w+)` \| (u32|f64) \|/gm)].map(([, byte, field, type]) => [
      ...[Number(byte), field, type],
    ]);
    expect(rows).toEqual(fieldsOf(name).fields.map(({ name: field, type, offset }) => [offset, field, type]));
  },
);
