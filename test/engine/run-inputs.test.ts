import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { caseNetwork, runCase } from "../../src/engine/run-case.js";
import { runInputs, type OwnInputs } from "../../src/engine/run-inputs.js";
import { loadKernels } from "../../src/kernels/node.js";
import { parseCase } from "../../src/network/case.js";

const folder = new URL("../reference/cases/", import.meta.url);
const cases = readdirSync(folder).filter((name) => name.endsWith(".json"));
const caseOf = (name: string) =>
  parseCase((JSON.parse(readFileSync(new URL(name, folder), "utf8")) as { input: unknown }).input);

test.each(cases)("given inputs reproduce the case %s, bit for bit", (name) => {
  const input = caseOf(name);
  const expected = runCase(input, loadKernels());
  const network = caseNetwork(input);
  input.samples.forEach(({ active, inputs }, sample) => {
    const own = runInputs(network, { active: [active], inputs: [inputs], gate: input.gate }, loadKernels());
    expect(own.activations[0]!.map((A) => Array.from(A))).toEqual(expected.activations.map((of) => of[sample]));
    expect(own.readouts[0]).toEqual(expected.readout.map((of) => of[sample]));
    expect(own.truth[0]).toEqual(expected.truth.map((of) => of[sample]));
  });
});

test("samples do not depend on one another", () => {
  const input = caseOf("rotation-capped.json");
  const network = caseNetwork(input);
  const zero = [1, 1, 0.6, 0.8];
  const both = runInputs(network, { active: [[0], [2]], inputs: [[zero], [zero]] }, loadKernels());
  const second = runInputs(network, { active: [[2]], inputs: [[zero]] }, loadKernels());
  expect(both.activations[1]).toEqual(second.activations[0]);
  expect(both.readouts[1]).toEqual(second.readouts[0]);
  expect(both.readouts[0]).not.toEqual(both.readouts[1]);
});

const given = [1, 1, 0.6, 0.8];
test.each<[string, string, OwnInputs]>([
  [
    "active[1] has circuit 2 twice",
    "invalid",
    {
      active: [
        [0, 1],
        [2, 2],
      ],
      inputs: [
        [given, given],
        [given, given],
      ],
    },
  ],
  ["active[0][0] = -1: must be a whole number from 0 to 23", "range", { active: [[-1]], inputs: [[given]] }],
  ["inputs[0][0] has 3 entries: must have 4 (components, d)", "shape", { active: [[0]], inputs: [[[1, 1, 0]]] }],
  ["inputs[0][0][1] = 1e+39: must be a finite number", "range", { active: [[0]], inputs: [[[1, 1e39, 0, 1]]] }],
  ["inputs[0][0][3] = NaN: must be a finite number", "range", { active: [[0]], inputs: [[[1, 1, 0, NaN]]] }],
  ["inputs has 0 entries: must have 1 (samples)", "shape", { active: [[0]], inputs: [] }],
  ["samples = 0", "range", { active: [], inputs: [] }],
  ["active[1] has 1 entry: must have 2", "shape", { active: [[0, 1], [2]], inputs: [[given, given], [given]] }],
])("refused: %s (%s)", (message, code, input) => {
  const network = caseNetwork(caseOf("rotation-capped.json"));
  let error: unknown = null;
  try {
    runInputs(network, input, loadKernels());
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toBeInstanceOf(InputError);
  expect((error as InputError).message).toContain(message);
  expect((error as InputError).code).toBe(code);
});

test("typed arrays give the same as lists", () => {
  const network = caseNetwork(caseOf("rotation-capped.json"));
  const run = (active: ArrayLike<number>, inputs: readonly ArrayLike<number>[]) =>
    runInputs(network, { active: [active], inputs: [inputs] } as unknown as OwnInputs, loadKernels());
  const single = Float32Array.from(given);
  expect(run(Uint32Array.of(0, 2), [Float64Array.from(given), single])).toEqual(
    run([0, 2], [given, Array.from(single)]),
  );
});
