import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);

/** Reports on stderr each file that an import of the process loads. */
const hooks = `
export async function load(url, context, next) {
  if (url.startsWith("file:")) process._rawDebug(url);
  return next(url, context);
}`;
const dataUrl = (code: string): string => `data:text/javascript,${encodeURIComponent(code)}`;
const register = dataUrl(`import { register } from "node:module"; register(${JSON.stringify(dataUrl(hooks))});`);

/** The files of this package and of other packages that a process loads. */
function filesLoaded(...args: string[]): string[] {
  const all = ["--import", register, ...args];
  const { status, stderr } = spawnSync(process.execPath, all, { cwd: fileURLToPath(root), encoding: "utf8" });
  expect(status, stderr).toBe(0);
  return stderr.split("\n").filter((line) => line.startsWith("file:"));
}

const { exports } = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  exports: Readonly<Record<string, { readonly types: string } | string>>;
};
// Drawing figures needs more files than the library.
const entries = Object.keys(exports).filter((name) => !/(single|reproduce|\.wasm|\.json)$/.test(name));

test.each(entries)("importing the entry %s loads at most 60 files", (name) => {
  const specifier = `circuits-in-superposition${name.slice(1)}`;
  const files = filesLoaded("--input-type=module", "--eval", `import ${JSON.stringify(specifier)};`);
  expect(files.length).toBeGreaterThan(2);
  expect(files.length).toBeLessThanOrEqual(60);
});

test("help of the program loads no command", () => {
  expect(filesLoaded("dist/superpose.js", "--help").length).toBeLessThanOrEqual(6);
});
