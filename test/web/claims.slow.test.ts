import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { maxCircuits } from "../../src/assignment/prime-steps.js";
import type { ErrorRow } from "../../src/results/rows.js";
import { runSpec } from "../../src/runs/run.js";
import { loadKernels } from "../../src/kernels/node.js";
import { LoadedCore } from "../../src/jobs/loaded-core.js";
import { sampleKind } from "../../src/runs/sample.js";
import { guide } from "../../src/web/state/guide.js";
import { glossary } from "../../src/web/state/glossary.js";
import { countOn, neuronsOf } from "../../src/web/figures/sample-neurons.js";
import { presetOf, presets } from "../../src/web/state/presets.js";
import { labState, quantitiesOf } from "../../src/web/state/lab-state.js";
import { parseLabSpec } from "../../src/web/spec/lab-spec.js";
import { derivedNumbers } from "../../src/web/views/article.js";
import { stateFromUrl, urlOf } from "../../src/web/state/url.js";

const rowsOf = async (given: object): Promise<readonly ErrorRow[]> => (await runSpec(parseLabSpec(given))).rows;
const xActive = (rows: readonly ErrorRow[], layer: number, z = 1) =>
  rows.find((row) => row.z === z && row.layer === layer)!.readouts["x"]!.active;

describe("presets and steps", () => {
  test.each(presets.map((preset) => [preset.id, preset] as const))(
    "%s is a state that a link can hold",
    (_id, preset) => {
      const { spec, viewState } = preset;
      const state = labState({ spec: parseLabSpec(spec), ...viewState });
      expect(presetOf(state)).toBe(preset);
      expect(stateFromUrl(urlOf(state))).toEqual(state);
      if (state.quantity !== null) expect(quantitiesOf(state.spec)).toContain(state.quantity);
    },
  );

  test.each(guide.map((step, k) => [step.title, k] as const))(
    "step “%s” is a state that a link can hold",
    (_title, k) => {
      const { spec, viewState, tries = [] } = guide[k]!;
      for (const change of [{}, ...tries.map((attempt) => attempt.spec)]) {
        const tried = parseLabSpec({ ...spec, ...change });
        const state = labState({ ...viewState, spec: tried, view: "explanation", step: k + 1 });
        expect(stateFromUrl(urlOf(state))).toEqual(state);
      }
    },
  );

  test("the path has six to eight steps, and ids are unique", () => {
    expect(guide.length).toBeGreaterThanOrEqual(6);
    expect(guide.length).toBeLessThanOrEqual(8);
    expect(new Set(presets.map(({ id }) => id)).size).toBe(presets.length);
  });
});

/**
 * As the preset says, more than twice the expected number of neurons are on in every block, and readouts are no better
 * than guessing.
 */
function seizes(rows: readonly ErrorRow[]): boolean {
  return rows.some(
    (row) =>
      row.layer > 0 &&
      row.activeFraction.every((share) => share > 2 * row.expectedActiveFraction) &&
      row.readouts["x"]!.active.meanSquare > 1,
  );
}

test.each([
  [6, { z: [1] }, { outlined: "24 of them, outlined, belong to the active circuit", active: "one", share: "a sixth" }],
  [3, { D: 2000, z: [2], S: 8 }, { total: "2000", each: "eight", share: "an eighth", active: "two", circuits: "557" }],
  [
    6,
    { D: 2000, z: [2] },
    { total: "2000", outlined: "Up to 48 of them, outlined, belong to the two active circuits" },
  ],
  [6, { design: "windows", S: 1, T: 100 }, { outlined: "Outlined neurons belong to active circuits", share: "all" }],
])("the words of step %i follow its network: %o", (_step, fields, words) => {
  const spec = parseLabSpec(fields);
  for (const [name, word] of Object.entries(words)) expect(derivedNumbers[name]!(spec)).toBe(word);
});

describe("the smallest network that seizes", () => {
  const { spec: smallest } = presets.find(({ id }) => id === "smallest")!;

  test("seizes", async () => {
    expect(seizes(await rowsOf(smallest))).toBe(true);
  });

  test("does not with fewer circuits, and no network of fewer neurons does", async () => {
    const tried: string[] = [];
    for (let P = 3; P <= 10; P++) {
      for (let S = 2; S <= Math.min(P, 6); S++) {
        const most = P === 10 && S === 2 ? 23 : P === 10 ? 0 : maxCircuits({ P, S });
        for (let T = P + 1; T <= most; T++) {
          const rows = await rowsOf({ ...smallest, D: 4 * P, S, T });
          tried.push(`D=${4 * P} S=${S} T=${T}`);
          expect(seizes(rows), tried.at(-1)).toBe(false);
        }
      }
    }
    expect(tried.length).toBeGreaterThan(50);
  });
});

describe("claims of the explanation", () => {
  test("one circuit, and 250 side by side, are exact to rounding", async () => {
    for (const k of [0, 1]) expect(xActive(await rowsOf(guide[k]!.spec), 5).meanSquare).toBeLessThan(1e-12);
  });

  test("557 circuits follow their paths for three layers and are lost at layer 5, z = 2 sooner", async () => {
    const rows = await rowsOf({ z: [1, 2], samples: 4000 });
    expect(xActive(rows, 3).meanSquare).toBeLessThan(0.25);
    expect(xActive(rows, 5).meanSquare).toBeGreaterThan(1);
    expect(xActive(rows, 2).meanSquare / xActive(rows, 2).theory!).toBeLessThan(1.3);
    expect(xActive(rows, 4, 2).meanSquare).toBeGreaterThan(xActive(rows, 4).meanSquare);
  });

  test("the sample of the seizure has 24 neurons on at layer 1, and many that no active circuit uses at layer 4", () => {
    const spec = parseLabSpec(guide[5]!.spec);
    const inside = sampleKind.run(new LoadedCore(loadKernels()), {
      kind: "sample",
      spec,
      z: 1,
      sample: 0,
      degrees: null,
    });
    expect(countOn(inside, 1)).toEqual({ on: 24, stray: 0 });
    expect(countOn(inside, 4).stray).toBeGreaterThan(48);
  });

  test("with 500 circuits side by side, 34 and 284 have the same neurons in layer 1 and each wakes another in layer 2", () => {
    const { spec, tries } = guide[1]!;
    const task = { kind: "sample", z: 1, sample: 0, degrees: null, isTraced: true } as const;
    const inside = sampleKind.run(new LoadedCore(loadKernels()), {
      ...task,
      spec: parseLabSpec({ ...spec, ...tries![0]!.spec }),
    });
    expect(inside.circuits).toEqual([34]);
    expect(neuronsOf(inside, 1, 34)).toEqual(neuronsOf(inside, 1, 284));
    expect([1, 2].map((layer) => inside.contagion!.wokenAt.filter((woken) => woken === layer).length)).toEqual([1, 2]);
    expect(countOn(inside, 2)).toEqual({ on: 8, stray: 4 });
  });

  test.each([
    [250, "none"],
    [251, "2"],
    [400, "300"],
  ])("with %i circuits side by side, %s share all four neurons in each layer, as the step says", (T, said) => {
    const spec = parseLabSpec({ ...guide[1]!.spec, T });
    const inside = sampleKind.run(new LoadedCore(loadKernels()), {
      ...{ kind: "sample", spec, z: 1, sample: 0, degrees: null },
    });
    for (const layer of [1, 3]) {
      const places = Array.from({ length: T }, (_, t) => JSON.stringify(neuronsOf(inside, layer, t)));
      const sharing = places.filter((own) => places.indexOf(own) !== places.lastIndexOf(own)).length;
      expect(derivedNumbers["sharing"]!(spec)).toBe(sharing === 0 ? "none" : String(sharing));
    }
    expect(derivedNumbers["sharing"]!(spec)).toBe(said);
  });

  test("terms are explained as in the glossary", () => {
    const page = readFileSync(new URL("../../docs/glossary.md", import.meta.url), "utf8");
    for (const meaning of Object.values(glossary)) expect(page).toContain(`| ${meaning}`);
    const words = guide.flatMap(({ paragraphs, invitation }) => [...paragraphs, invitation]).join(" ");
    const used = [...words.matchAll(/\[([^\]]+)\]/g)].map(([, word]) => word!.split("|").at(-1)!);
    expect(new Set(used)).toEqual(new Set(Object.keys(glossary)));
  });

  test("with the oracle gate errors stay within a factor of two of the theory", async () => {
    for (const { layer, readouts } of await rowsOf(guide[6]!.spec)) {
      if (layer < 2) continue;
      const { meanSquare, theory } = readouts["x"]!.active;
      expect(meanSquare / theory!).toBeGreaterThan(0.5);
      expect(meanSquare / theory!).toBeLessThan(2);
    }
  });

  test("2000 neurons make the error at layer 5 about a hundredth; T = 350 and a factor of 1.4 help too", async () => {
    const post = xActive(await rowsOf({ samples: 4000 }), 5).meanSquare;
    const wide = xActive(await rowsOf({ D: 2000, samples: 4000 }), 5).meanSquare;
    expect(post / wide).toBeGreaterThan(60);
    expect(post / wide).toBeLessThan(200);
    expect(xActive(await rowsOf({ T: 350 }), 5).meanSquare).toBeLessThan(post / 4);
    expect(xActive(await rowsOf({ chiFactor: 1.4 }), 5).meanSquare).toBeLessThan(post / 2);
  });

  test("lines that part are exact at layer 100, by schedule and ramp together, and lost at layer 2 with two at once", async () => {
    const { spec } = guide[7]!;
    const rows = await rowsOf({ ...spec, samples: 200 });
    expect(xActive(rows, 100).meanSquare).toBeLessThan(1e-9);
    const sixth = rows.find(({ layer }) => layer === 50)!.readouts["alpha"]!.inactive.worst;
    expect(sixth).toBeCloseTo(1 / 6, 4);
    expect(
      xActive(await rowsOf({ ...spec, L: 20, samples: 500, T: 557, schedule: "permuted" }), 20).meanSquare,
    ).toBeGreaterThan(0.5);
    expect(xActive(await rowsOf({ ...spec, L: 5, samples: 200, ramp: null }), 5).meanSquare).toBeGreaterThan(1);
    expect(xActive(await rowsOf({ ...spec, L: 2, samples: 500, z: [2] }), 2, 2).meanSquare).toBeGreaterThan(1);
  });
});

describe("claims in the notes on designs", () => {
  const specOf = (id: string) => presets.find((preset) => preset.id === id)!.spec;

  test("rows: below 0.1 at layer 10 with two at once, exact with one; the post's network is past 1 at layer 4", async () => {
    const rows = await rowsOf({ ...specOf("rows"), samples: 400 });
    expect(xActive(rows, 10, 2).meanSquare).toBeLessThan(0.1);
    expect(xActive(rows, 10).meanSquare).toBeLessThan(1e-9);
    expect(xActive(await rowsOf({ z: [2] }), 4, 2).meanSquare).toBeGreaterThan(1);
  });

  test("windows: below 0.1 up to layer 40, with a sixth of the readouts off by more than 0.25", async () => {
    const last = xActive(await rowsOf({ ...specOf("windows"), samples: 500 }), 40, 2);
    expect(last.meanSquare).toBeLessThan(0.1);
    expect(last.wrong).toBeGreaterThan(0.13);
    expect(last.wrong).toBeLessThan(0.23);
  });

  test("lines: 6,000 circuits below 0.25 up to layer 5, with half of the readouts off by more than 0.25", async () => {
    const last = xActive(await rowsOf(specOf("lines")), 5, 2);
    expect(last.meanSquare).toBeLessThan(0.25);
    expect(last.wrong).toBeGreaterThan(0.4);
    expect(last.wrong).toBeLessThan(0.65);
  });

  test("grid: exact at layer 40, inactive indicators at most 0.25, lost at layer 2 with two at once", async () => {
    const rows = await rowsOf({ ...specOf("grid"), samples: 48 });
    expect(xActive(rows, 40).meanSquare).toBeLessThan(1e-9);
    expect(rows[40]!.readouts["alpha"]!.inactive.worst).toBeLessThanOrEqual(0.25);
    expect(xActive(await rowsOf({ ...specOf("grid"), L: 3, z: [2], samples: 48 }), 2, 2).wrong).toBeGreaterThan(0.9);
  });

  test("groups: wrong in one sample of 70, otherwise exact", async () => {
    const samples = 4000;
    const { wrong, meanSquare } = xActive(await rowsOf({ ...specOf("groups"), L: 5, samples }), 5, 2);
    const expected = 8 / 557;
    expect(1 / expected).toBeCloseTo(70, 0);
    expect(Math.abs(wrong! - expected)).toBeLessThan(3 * Math.sqrt(expected / samples) + 0.03 * expected);
    expect(meanSquare).toBeLessThan(1.01 * wrong!);
  });

  test("switched groups: no readout off by more than 0.25 within 60 steps with noise", async () => {
    const rows = await rowsOf({ ...specOf("switched"), samples: 300 });
    expect(Math.max(...rows.map(({ readouts }) => readouts["x"]!.active.worst))).toBeLessThan(0.25);
  });

  test("columns: below 0.05 for 60 steps with noise; one sample of 130 has two active circuits in one block", async () => {
    const rows = await rowsOf({ ...specOf("columns"), samples: 300 });
    expect(Math.max(...rows.map(({ readouts }) => readouts["x"]!.active.meanSquare))).toBeLessThan(0.05);
    const samples = 4000;
    const { wrong } = xActive(
      await rowsOf({ ...specOf("columns"), noise: 0, noiseAt: undefined, L: 4, samples }),
      4,
      2,
    );
    expect(Math.abs(wrong! - 1 / 130)).toBeLessThan(4 * Math.sqrt(1 / 130 / samples));
  });

  test("general: every state right after rounding for 20 steps with noise", async () => {
    const rows = await rowsOf({ ...specOf("general"), samples: 200 });
    expect(Math.max(...rows.map(({ readouts }) => readouts["state"]!.active.worst))).toBeLessThan(0.5);
  });
});
