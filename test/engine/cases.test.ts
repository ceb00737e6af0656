import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadKernels } from "../../src/kernels/node.js";
import { referenceKernels } from "../../src/kernels/twin/kernels.js";
import { runCase } from "../../src/engine/run-case.js";
import { parseCase, type CaseExpected } from "../../src/network/case.js";
import { deviation } from "../support/deviation.js";

const folder = new URL("../reference/cases/", import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith(".json"));

function readCase(name: string): { input: unknown; expected: CaseExpected } {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

describe.each([
  ["the Wasm core", loadKernels],
  ["its TypeScript twin", referenceKernels],
])("exact cases on %s agree within 1e-5", (_label, kernels) => {
  test.each(names)("%s", (name) => {
    const { input, expected } = readCase(name);
    const ours = runCase(parseCase(input), kernels());
    for (const key of ["chi", "truth", "activations", "readout"] as const) {
      expect(deviation(ours[key], expected[key]), key).toBeLessThan(1e-5);
    }
  });
});
