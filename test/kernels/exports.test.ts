import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PASS_BLOCK } from "../../src/kernels/kernels.js";
import { coreModule } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";

const assembly = (name: string): string => readFileSync(new URL(`../../assembly/${name}.ts`, import.meta.url), "utf8");

/** The files of assembly/ with kernels, and the kernels' names: every `export { a, b } from "./file"` in its index. */
const files = [...assembly("index").matchAll(/^export \{([^}]*)\} from "\.\/([\w-]+)"/gm)].map(
  ([, list, file]): [string, string[]] => [file!, list!.match(/\w+/g)!.sort()],
);

test("every export of assembly/index.ts is in the binary and has a twin, and there are no others", () => {
  const names = files.flatMap(([, kernels]) => kernels).sort();
  expect(names.length).toBeGreaterThan(10);
  const inBinary = WebAssembly.Module.exports(coreModule()).filter(({ kind }) => kind === "function");
  expect(inBinary.map(({ name }) => name).sort()).toEqual(names);
  const { memory, ...twins } = referenceKernels();
  expect(memory).toBeInstanceOf(WebAssembly.Memory);
  expect(Object.keys(twins).sort()).toEqual(names);
});

test.each(files)(
  "assembly/%s.ts has its twins in the file of the same name, and there are no others",
  async (file, kernels) => {
    const twins = (await import(`../../src/kernels/twin/${file}.ts`)) as Record<string, unknown>;
    expect(Object.keys(twins).sort()).toEqual(kernels);
  },
);

test("circuitsPass has the block that engines make room for", () => {
  expect(assembly("circuits")).toContain(`const BLOCK: u32 = ${PASS_BLOCK};`);
});
