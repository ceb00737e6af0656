import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test, vi } from "vitest";
import type { ErrorRow } from "../../src/results/rows.js";
import { loadKernels } from "../../src/kernels/node.js";

const root = fileURLToPath(new URL("../../", import.meta.url));
const file = (name: string): URL => new URL(`../../build/${name}`, import.meta.url);

test("the default binary has no relaxed instruction", () => {
  expect(readFileSync(file("core.wat"), "utf8")).not.toContain("relaxed");
  expect(readFileSync(file("core-relaxed.wasm")).equals(readFileSync(file("core.wasm")))).toBe(false);
});

test("an engine without relaxed SIMD refuses the relaxed binary and says what to do", () => {
  const validate = vi.spyOn(WebAssembly, "validate").mockReturnValue(false);
  try {
    expect(() => loadKernels({ relaxed: true })).toThrow(
      /^relaxed: Node [\d.]+ does not run relaxed SIMD\. Omit relaxed, use Node 22 or newer, or run Node 20 with --/,
    );
    expect(loadKernels().heapBase()).toBeGreaterThan(0);
  } finally {
    validate.mockRestore();
  }
});

interface Result {
  readonly relaxed?: boolean;
  readonly rows: readonly (Omit<ErrorRow, "readouts"> &
    Record<"xActive" | "xInactive", { readonly meanSquare: number }>)[];
}

/** Runs the built `superpose run`, with the flag for engines in which relaxed SIMD is off by default. */
function run(...options: string[]): Result {
  const flags = WebAssembly.validate(readFileSync(file("core-relaxed.wasm")))
    ? []
    : ["--experimental-wasm-relaxed-simd"];
  const spec = ["--D", "400", "--T", "80", "--S", "4", "--L", "4", "--z", "2", "--samples", "300", "--json"];
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...flags, `${root}dist/superpose.js`, "run", "--engine", "dense", ...spec, ...options],
    { encoding: "utf8" },
  );
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as Result;
}

test.each(["1", "2"])(
  "--relaxed has the same errors (1e-4 relative), and the result mentions it, %s workers",
  (workers) => {
    const [usual, relaxed] = [run(), run("--relaxed", "--workers", workers)];
    expect(usual).not.toHaveProperty("relaxed");
    expect(relaxed.relaxed).toBe(true);
    expect(relaxed.rows).toHaveLength(usual.rows.length);
    usual.rows.forEach((row, k) => {
      for (const name of ["xActive", "xInactive"] as const) {
        const [wanted, ours] = [row[name].meanSquare, relaxed.rows[k]![name].meanSquare];
        expect(Math.abs(ours - wanted)).toBeLessThanOrEqual(1e-4 * Math.max(wanted, 1e-3));
      }
    });
  },
);
