import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const folders = ["docs", "docs/designs", "examples", "test/reference"];
const pages = [
  "README.md",
  "CHANGELOG.md",
  ...folders.flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".md"))
      .map((name) => join(folder, name)),
  ),
];

test.each(pages)("every file that %s links to or shows exists", (page) => {
  const text = readFileSync(join(root, page), "utf8").replace(/```[\s\S]*?```/g, "");
  for (const [, target] of text.matchAll(/\]\(([^)\s#]+)[^)]*\)/g)) {
    if (/^[a-z]+:/.test(target!)) continue;
    expect(existsSync(join(root, dirname(page), target!)), target).toBe(true);
  }
});

// The package's name on npm is not ours: outside a clone, `npx` with this name would run a stranger's program.
test.each([...pages, "CONTRIBUTING.md", "examples/kubernetes/sweep.yaml"])(
  "%s never says to install the package by its name",
  (page) => {
    const text = readFileSync(join(root, page), "utf8");
    expect(text).not.toMatch(/(npm (i|install|add)|yarn add|pnpm add|npx)( -\S+)* circuits-in-superposition/);
    expect(text).not.toMatch(/(esm\.sh|unpkg\.com|jsdelivr\.net\/npm|npm:)\/?circuits-in-superposition/);
  },
);
