import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");

test("the README's example runs as it stands and prints a line per layer", () => {
  const [, code] = /```ts\n([\s\S]*?)```/.exec(readme)!;
  expect(code!.trim().split("\n").length).toBeLessThanOrEqual(24);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    cwd: root,
    input: code!,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const lines = stdout
    .trim()
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  expect(lines.map(([layer]) => layer)).toEqual([0, 1, 2, 3, 4, 5]);
  // Layer 1 is the overlap alone: measured within 25% of the prediction.
  const [, measured, predicted] = lines[1]! as [number, number, number];
  expect(Math.abs(measured / predicted - 1)).toBeLessThan(0.25);
});

test("the README's own inputs, in ten lines, run as they stand and print readouts near the truth", () => {
  const [, , code] = readme.split("```ts\n");
  const [example] = code!.split("```");
  const statements = example!.slice(example!.indexOf("const")).trim().split("\n");
  expect(statements.length).toBeLessThanOrEqual(10);
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    cwd: root,
    input: example!,
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  expect(stdout).toMatch(/^1000 \[[^\]]*\] \[[^\]]*\]\s*$/);
});

test("every superpose command that the README shows exists", () => {
  const commands = [...readme.matchAll(/superpose ([a-z]+)/g)].map(([, command]) => command!);
  const { stdout } = spawnSync(process.execPath, ["dist/superpose.js", "--help"], { cwd: root, encoding: "utf8" });
  for (const command of new Set(commands)) expect(stdout, command).toMatch(new RegExp(`^  ${command}\\b`, "m"));
});
