import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { coreModule } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";

/** Names in `export { a, b } from "…"`. */
function exportedNames(source: string): string[] {
  return [...source.matchAll(/^export \{([^}]*)\} from/gm)].flatMap(([, list]) => list!.match(/\w+/g)!).sort();
}

test("every export of assembly/index.ts is in the binary and has a twin, and there are no others", () => {
  const source = readFileSync(new URL("../../assembly/index.ts", import.meta.url), "utf8");
  const names = exportedNames(source);
  expect(names.length).toBeGreaterThan(10);
  const inBinary = WebAssembly.Module.exports(coreModule()).filter(({ kind }) => kind === "function");
  expect(inBinary.map(({ name }) => name).sort()).toEqual(names);
  const { memory, ...twins } = referenceKernels();
  expect(memory).toBeInstanceOf(WebAssembly.Memory);
  expect(Object.keys(twins).sort()).toEqual(names);
});
