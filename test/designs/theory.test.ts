import { expect, test } from "vitest";
import { rowsText } from "../../src/cli/run.js";
import { theoryAbout } from "../../src/config/notes.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { errorsSection } from "../../src/exchange/card-errors.js";
import { theoryEnds } from "../../src/results/theory-ends.js";
import { runSpec } from "../../src/runs/run.js";

const automata = { kind: "automata", ramp: [0.25, 0.75] };

/** Expects measurements to agree with the theory, over many samples of small networks, where circuits meet often. */
async function expectPredicted(fields: object, tolerance: number): Promise<void> {
  const { rows } = await runSpec(parseSpec({ D: 200, L: 4, z: [1, 3], samples: 700, networks: 1, ...fields }));
  for (const { z, layer, readouts } of rows) {
    for (const [name, { active, inactive }] of Object.entries(readouts)) {
      for (const { theory, meanSquare } of [active, inactive]) {
        if (theory === null) continue;
        const about = `${name}, layer ${layer}, z = ${z}: ${meanSquare}, expected ${theory}`;
        expect(Math.abs(meanSquare - theory), about).toBeLessThan(1e-9 + tolerance * theory);
      }
    }
  }
}

test("columns: errors come from circuits that meet, within 25%", async () => {
  await expectPredicted({ design: "columns", T: 100 }, 0.25);
});

test("general: errors come from circuits that meet, within 25%", async () => {
  await expectPredicted({ design: "general", circuits: automata, T: 60 }, 0.25);
});

test("tables and files say that the theory does not apply with noise; layer 1 of general has no theory for several active circuits", async () => {
  const fields = { design: "general", circuits: automata, D: 200, T: 60, L: 2, z: [2], samples: 20 };
  const noisy = parseSpec({ ...fields, noise: 0.01 });
  const { rows, naive } = await runSpec(noisy);
  expect(theoryEnds(rows)).toEqual([{ z: 2, layer: 2 }]);
  const text = rowsText(rows, naive, theoryAbout(noisy));
  expect(text).toContain("theory in brackets does not apply: it ignores noise");
  expect(text).toContain("The theory covers active circuits that share a block [E28]");
  expect(rows.map(({ readouts }) => readouts["state"]!.active.theory === null)).toEqual([false, true, false]);
  const clean = await runSpec(parseSpec(fields));
  expect(theoryEnds(clean.rows)).toEqual([{ z: 2, layer: null }]);
  expect(errorsSection(clean.rows, clean.naive, theoryAbout(noisy))).toContain("this has no closed form");
});
