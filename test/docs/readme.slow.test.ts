import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { superpose } from "../support/in-process.js";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const textOf = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const readme = textOf("README.md");

const examplesOf = (page: string): string[] => Array.from(page.matchAll(/```ts\n([\s\S]*?)```/g), ([, code]) => code!);

/** Runs a TypeScript example and returns its output. */
function run(code: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module"], {
    cwd: root,
    input: code.replaceAll(" as const", ""),
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout.trim();
}

test("the README has at most 1,000 words, and nine lines of Python", () => {
  expect(readme.trim().split(/\s+/).length).toBeLessThanOrEqual(1000);
  const [, python] = /```python\n([\s\S]*?)```/.exec(readme)!;
  expect(python!.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(10);
});

test("the README's library example runs as it stands and counts right in every layer", () => {
  const [code] = examplesOf(readme);
  expect(code!.slice(code!.indexOf("const")).trim().split("\n").length).toBeLessThanOrEqual(10);
  const lines = run(code!)
    .split("\n")
    .map((line) => line.split(" ").map(Number));
  expect(lines.map(([layer]) => layer)).toEqual([0, 1, 2, 3, 4]);
  // Two active counters share a neuron in a few per cent of samples.
  expect(lines[0]![1]).toBe(0);
  for (const [, meanSquare] of lines.slice(1)) expect(Math.abs(meanSquare! - 0.004)).toBeLessThan(0.0015);
});

test("the library page's examples run as they stand: a line per layer, then a readout near the truth", () => {
  const [first, second] = examplesOf(textOf("docs/library.md"));
  const [text, arrays] = run(`${first}${second}`).split(/\n(?=\[)/);
  const lines = text!.split("\n").map((line) => line.split(" ").map(Number));
  expect(lines.map(([layer]) => layer)).toEqual([0, 1, 2, 3, 4, 5]);
  // At layer 1, the only error is the overlap term, measured within 25% of the prediction.
  const [, measured, predicted] = lines[1]! as [number, number, number];
  expect(Math.abs(measured / predicted - 1)).toBeLessThan(0.25);
  const [readout, truth] = arrays!
    .split(/\]\s*\[|^\[|\]$/)
    .filter((part) => part.trim() !== "")
    .map((part) => part.split(",").map(Number));
  expect(readout!.length).toBe(4);
  readout!.forEach((value, i) => expect(Math.abs(value - truth![i]!)).toBeLessThan(1));
});

test("the library page's example of training runs and prints a verdict", () => {
  const [verdict, overNaive, variation] = run(examplesOf(textOf("docs/library.md"))[2]!).split(" ");
  expect(verdict).toMatch(/^[a-z-]+$/);
  expect(Number(overNaive)).toBeGreaterThan(0);
  expect(Number(overNaive)).toBeLessThan(2);
  expect(Number(variation)).toBeGreaterThan(0);
});

test("every superpose command that README and docs show exists", () => {
  const { stdout } = spawnSync(process.execPath, ["dist/superpose.js", "--help"], { cwd: root, encoding: "utf8" });
  const pages = readdirSync(new URL("docs/", new URL("../../", import.meta.url))).filter((name) =>
    name.endsWith(".md"),
  );
  for (const page of ["README.md", ...pages.map((name) => `docs/${name}`)]) {
    for (const [, command] of textOf(page).matchAll(/(?:npx |`)superpose ([a-z]+)/g))
      expect(stdout, `${page}: ${command}`).toMatch(new RegExp(`^  ${command}\\b`, "m"));
  }
});

test("the first run of docs/getting-started.md prints the number that the page gives", async () => {
  const page = textOf("docs/getting-started.md");
  const [, command] = /npx superpose (run .*)\n/.exec(page)!;
  const [, wanted] = /at layer 3 and z = 1 has a mean square of ([\d.]+)/.exec(page)!;
  const { code, out } = await superpose(...command!.split(" "));
  expect([code, /^ +3 +x, active +([\d.]+)/m.exec(out)?.[1]]).toEqual([0, wanted]);
});
