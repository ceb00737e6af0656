import fc from "fast-check";
import { expect, test } from "vitest";
import { InputError } from "../../src/base/errors.js";
import { writeNpz } from "../../src/exchange/npz.js";
import { writeSafetensors } from "../../src/exchange/safetensors.js";
import { loadKernels } from "../../src/kernels/node.js";
import { readResult } from "../../src/scoring/result-file.js";
import { scoreResult } from "../../src/scoring/score.js";
import { trueResult } from "../../src/scoring/true-result.js";
import { modelOf } from "./models.js";

const model = modelOf({ D: 16, T: 4, S: 1, L: 2 });
const kernels = loadKernels();

test("10,000 damaged files are scored, or refused with an InputError of one line", () => {
  const truth = trueResult(model, "balanced", () => loadKernels());
  const files = [writeSafetensors(truth), writeNpz(truth)];
  const damaged = fc.constantFrom(...files).chain((good) =>
    fc.oneof(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
        const file = good.slice();
        for (const [at, value] of changes) file[at] = value;
        return file;
      }),
      fc.nat(good.length - 1).map((length) => good.slice(0, length)),
    ),
  );
  let scored = 0;
  fc.assert(
    fc.property(damaged, (file) => {
      try {
        const result = readResult(file, model);
        // Scoring takes longer than reading, so only one readable file in twenty is scored.
        if (scored++ % 20 > 0) return;
        const settings = { construction: "balanced", samples: 20, z: 1, seed: 1 };
        for (const { components } of scoreResult(model, result, settings, () => kernels).layers) {
          for (const purity of components?.purities ?? []) expect(purity).not.toBeNaN();
        }
      } catch (error) {
        expect(error).toBeInstanceOf(InputError);
        expect((error as Error).message).not.toContain("\n");
      }
    }),
    { numRuns: 10_000, seed: 18 },
  );
  expect(scored).toBeGreaterThan(100);
});
