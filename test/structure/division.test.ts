import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../", import.meta.url);
const unitTests = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".test.ts") && !path.endsWith(".slow.test.ts"))
  .filter((path) => path !== "structure/division.test.ts");

test.each(unitTests)("%s runs only the sources, or its name ends in .slow.test.ts", (path) => {
  const text = readFileSync(new URL(path, root), "utf8");
  const runsMore = /\/support\/(program|tools)\.js"|"playwright-core"|["`}/]dist\/|"dist"/;
  expect(text.match(runsMore)?.[0]).toBeUndefined();
});
