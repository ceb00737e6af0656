import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../src/", import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/**
 * Patterns of code that makes or splits names such as `xActive`: a regular expression, an ending, a concatenation, a
 * whole name.
 */
const handled = [/\|Inactive|Active\$/, /["'`](Ina|A)ctive["'`]/, /\}(Ina|A)ctive/, /\b(x|alpha)(Ina|A)ctive/];

test("only results/file-rows.ts makes and splits names of statistics in files", () => {
  const found = sources.filter((path) => {
    const code = readFileSync(root + path, "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, "");
    return handled.some((pattern) => pattern.test(code));
  });
  expect(found).toEqual(["results/file-rows.ts"]);
});
