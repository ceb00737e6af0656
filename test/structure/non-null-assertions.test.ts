import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";

const root = new URL("../../src/", import.meta.url);

/**
 * The largest number of assertions allowed. Lower it when assertions are removed; better types are preferable to
 * another assertion.
 */
const MOST = 75;

function assertionsIn(name: string): number {
  const text = readFileSync(new URL(name, root), "utf8");
  let count = 0;
  const visit = (node: ts.Node): void => {
    if (ts.isNonNullExpression(node)) count++;
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.ESNext));
  return count;
}

test(`src has at most ${MOST} non-null assertions, and the lab none`, () => {
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const counts = names.map((name) => [name, assertionsIn(name)] as const);
  expect(counts.reduce((sum, [, count]) => sum + count, 0)).toBeLessThanOrEqual(MOST);
  expect(counts.filter(([name, count]) => name.startsWith("web/") && count > 0)).toEqual([]);
});
