import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/equations.md", root), "utf8");
const rows = page.split("\n").filter((line) => /^\| (\[[EL]\d+b?\]|–) \|/.test(line));

test("every equation of the specification has a function and a test", () => {
  const specification = readFileSync(new URL("docs/specification.md", root), "utf8");
  const defined = new Set([...specification.matchAll(/\[([EL]\d+b?)\]/g)].map(([, id]) => id!));
  for (const id of defined)
    expect(
      rows.some((row) => row.startsWith(`| [${id}] |`)),
      id,
    ).toBe(true);
});

test.each(rows)("%s", (row) => {
  const cells = row.split("|").map((cell) => cell.trim());
  const [, , , functions, tests] = cells;
  for (const [, path] of functions!.matchAll(/`((?:src|assembly)\/[^`]+)`/g)) {
    expect(existsSync(new URL(path!, root)), path).toBe(true);
  }
  // On the page, names are followed by the file that defines them.
  for (const [, names, path] of functions!.matchAll(/((?:`[^`]+`(?:, )?)+) \(`((?:src|assembly)\/[^`]+\.ts)`\)/g)) {
    const text = readFileSync(new URL(path!, root), "utf8");
    for (const [, name] of names!.matchAll(/`([A-Za-z]+)[^`]*`/g)) expect(text, `${name} in ${path}`).toContain(name!);
  }
  const named = [...tests!.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, path]) => path!);
  expect(named.length).toBeGreaterThan(0);
  for (const path of named) expect(existsSync(new URL(`test/${path}`, root)), path).toBe(true);
});
