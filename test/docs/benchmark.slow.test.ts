import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { superpose } from "../support/in-process.js";
import { needTools } from "../support/tools.js";

const folder = mkdtempSync(join(tmpdir(), "superpose-benchmark-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const page = readFileSync(fileURLToPath(new URL("../../docs/benchmark.md", import.meta.url)), "utf8");

test("the page's Python samples bench-medium, gets the errors of its card, and removes one circuit without affecting others", async () => {
  const [python] = await needTools("python3-torch");
  const out = join(folder, "bench-medium");
  expect(await superpose("zoo", "bench-medium", "--out", out, "--workers", "1")).toMatchObject({ code: 0 });
  const [, program] = /```python\n([^]*?)```/.exec(page)!;
  expect(program!.split("\n").filter((line) => line.trim() !== "").length).toBeLessThanOrEqual(12);
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1" };
  const printed = (code: string): string => {
    const { status, stdout, stderr } = spawnSync(python!, ["-c", code], { cwd: out, env, encoding: "utf8" });
    expect(status, stderr).toBe(0);
    return stdout.trim();
  };
  // The README's example runs in the same folder: after circuit 7 is removed, its error is about 1.
  const [, short] = /```python\n([^]*?)```/.exec(readFileSync(new URL("../../README.md", import.meta.url), "utf8"))!;
  expect(Number(printed(short!).split("\n")[1])).toBeCloseTo(1, 0);
  // So does the first example of all, which works with any model.
  const [, first] = /```python\n([^]*?)```/.exec(readFileSync(new URL("../../docs/getting-started.md", import.meta.url), "utf8"))!; // prettier-ignore
  expect(printed(first!)).toMatch(/^\[\(100, 1000\), \(100, 1000\), \(100, 1000\)\]\ntensor\(\[\d+\]\) \d/);
  const stdout = printed(program!);
  const [errors, before, after] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as number[]) as [number[], number[], number[]];

  const [, table] = readFileSync(join(out, "README.md"), "utf8").split("z = 1:");
  const measured = [1, 2, 3].map((l) =>
    Number(new RegExp(`\\| ${l} \\| x, active \\| [^|]* \\| ([^ ]+)`).exec(table!)![1]),
  );
  expect(errors[0]).toBeLessThan(1e-10);
  // With 300 samples, the standard error is about 7% of the mean.
  for (const l of [1, 2]) expect(Math.abs(errors[l]! / measured[l]! - 1)).toBeLessThan(0.25);

  expect(before[0]).toBeLessThan(0.2);
  expect(after[0]).toBeGreaterThan(0.8);
  expect(after[0]).toBeLessThan(1.2);
  expect(after[1]! / before[1]!).toBeLessThan(1.25);
});
