import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../src/", import.meta.url));
const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));

/** What makes or splits names such as `xActive`: a regular expression, an ending, a text put together, a whole name. */
const handled = [/\|Inactive|Active\$/, /["'`](Ina|A)ctive["'`]/, /\}(Ina|A)ctive/, /\b(x|alpha)(Ina|A)ctive/];

test("names of statistics in files are made and split in results/file-rows.ts alone", () => {
  const found = sources.filter((path) => {
    const code = readFileSync(root + path, "utf8").replace(/^\s*(\/\/|\/?\*).*$/gm, "");
    return handled.some((pattern) => pattern.test(code));
  });
  expect(found).toEqual(["results/file-rows.ts"]);
});
