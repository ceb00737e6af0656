import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { standaloneStudies } from "../../src/studies/standalone-studies.js";
import { standaloneJson, parseStandaloneSettings, runStandalone } from "../../src/studies/standalone.js";
import { runJson } from "../../src/results/run-file.js";
import { runSpec } from "../../src/runs/run.js";
import { localExecutor } from "../../src/workers/local.js";
import { loadKernels } from "../../src/kernels/node.js";
import { jsonWithRows } from "../../src/results/table.js";
import { compressedShape } from "../../src/training/compressed.js";
import { compareDecoder, measureTrained } from "../../src/training/evaluate.js";
import { parseTraining, type CompressedSpec } from "../../src/training/settings.js";
import { initialParameters, trainToTheEnd } from "../../src/training/trainer.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { presets } from "../../src/web/state/presets.js";
import { labState } from "../../src/web/state/lab-state.js";
import { urlOf } from "../../src/web/state/url.js";
import {
  addressOf,
  messageOf,
  noteOf,
  openLab,
  openOwnLab,
  pressSlider,
  savedText,
  waitForRun,
  waitUntilDrawn,
  type LabBrowser,
} from "./lab-page.js";

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** The output of `superpose run --json`. */
async function fromNode(given: unknown): Promise<string> {
  const spec = parseSpec(given);
  const { rows, naive } = await runSpec(spec);
  return runJson(spec, rows, version, naive);
}

/** Tests that the page's numbers equal those of the command line, bit for bit. */
export function numbersTests(lab: () => LabBrowser): void {
  describe("numbers", () => {
    test("the post's preset, run to its end, saves the bytes that superpose run --json prints", async () => {
      const preset = presets.find(({ id }) => id === "R5")!;
      const { page, watch } = await openLab(lab());
      await page.selectOption("#preset", preset.id);
      await page.waitForFunction(() => document.querySelector("#samples")?.textContent?.startsWith("10,000 samples"));
      await waitForRun(page);
      expect(await savedText(page, "Rows, JSON")).toBe(await fromNode(preset.spec));
      expect(watch.problems).toEqual([]);
    });

    test.each([
      ["balanced, two networks", "construction=balanced&T=300&z=1,2&samples=300&networks=2&seed=9"],
      ["split with the oracle gate", "construction=split&gate=oracle&D=400&T=150&S=5&z=2&samples=200"],
      ["three-neuron rotations, each in turn", "circuits=rotation3&D=300&T=150&sampling=each&samples=150"],
      ["steps", "circuits=step&D=400&T=300&z=1,3&L=8&samples=200&chiFactor=1.15"],
    ])("bit for bit as in Node: %s", async (_name, fragment) => {
      const { page } = await openLab(lab(), `view=errors&${fragment}`);
      await waitForRun(page);
      const saved = await savedText(page, "Rows, JSON");
      expect(saved).toBe(await fromNode((JSON.parse(saved) as { spec: unknown }).spec));
    });

    test("without WebAssembly and workers: reported in a sentence, and bit for bit as in Node", async () => {
      const { page, watch } = await openOwnLab(lab(), "view=errors&D=200&T=60&S=4&L=2&samples=20", {}, () => {
        Reflect.deleteProperty(globalThis, "WebAssembly");
        Reflect.deleteProperty(globalThis, "Worker");
      });
      await waitForRun(page);
      expect(await noteOf(page)).toContain("has no WebAssembly, so plain TypeScript computes the same numbers");
      expect(await noteOf(page)).toContain("cannot start workers");
      expect(await savedText(page, "Rows, JSON")).toBe(await fromNode({ D: 200, T: 60, S: 4, L: 2, samples: 20 }));
      expect(watch.problems).toEqual([]);
    });

    test.each(["rows", "columns", "switched", "parting"])(
      "a design's preset, bit for bit as in Node: %s",
      async (id) => {
        const { spec, title } = presets.find((preset) => preset.id === id)!;
        const given = parseSpec({ ...spec, L: 4, samples: 200 });
        const { page, watch } = await openLab(lab(), urlOf(labState({ spec: given, view: "errors" })));
        await waitForRun(page);
        expect(await savedText(page, "Rows, JSON")).toBe(await fromNode({ ...spec, L: 4, samples: 200 }));
        expect(await page.locator("#preset option", { hasText: title }).count()).toBe(1);
        for (const [tab, drawn] of [
          ["Trajectories", "#paths"],
          ["Neurons", "canvas.cells"],
          ["Assignment", "#loads"],
        ] as const) {
          await page.getByRole("tab", { name: tab }).click();
          await page.waitForSelector(`.slot ${drawn}`);
        }
        expect(await messageOf(page)).toBe("");
        expect(watch.problems).toEqual([]);
      },
    );

    test("circuits are shown by their kind, or as described if they differ from it", async () => {
      const fields = { design: "general", D: 200, T: 20, L: 2, samples: 10 };
      for (const [circuits, shown] of [
        ["automata", "automata"],
        [{ kind: "automata", states: 2 }, "automata, as described"],
      ] as const) {
        const { page } = await openLab(
          lab(),
          urlOf(labState({ spec: parseSpec({ ...fields, circuits }), view: "errors" })),
        );
        const select = page.locator('[data-field="circuits"] select');
        expect(await select.evaluate((own) => (own as HTMLSelectElement).selectedOptions[0]?.textContent)).toBe(shown);
      }
    });

    test("stored features: the view saves what its command prints, and l changes the figure and the address", async () => {
      const { page, watch } = await openLab(lab(), "view=storage&n=128&m=512&seed=3");
      await waitForRun(page);
      const saved = await savedText(page, "Rows, JSON");
      const experiment = await standaloneStudies.find(({ id }) => id === "storage")!.load();
      const settings = parseStandaloneSettings(experiment, (JSON.parse(saved) as { settings: unknown }).settings);
      const { rows } = await runStandalone(experiment, settings, { executor: localExecutor(loadKernels()) });
      expect(saved).toBe(await standaloneJson(experiment, settings, rows, version));
      const title = (): Promise<string> =>
        page.locator("#storage-title").evaluate((element) => element.textContent ?? "");
      expect(await title()).toContain("With l = 4 active");
      await pressSlider(page, "storage-l", "ArrowRight", 2);
      await page.waitForFunction(() => document.querySelector("#storage-title")?.textContent?.includes("l = 6 active"));
      expect(await addressOf(page)).toContain("l=6");
      await page.getByRole("tab", { name: "Errors" }).click();
      await page.waitForSelector("#errors");
      expect(watch.problems).toEqual([]);
    });

    test("training: the view saves the bytes that superpose train writes, and it stops and goes on", async () => {
      const { page, watch } = await openLab(lab(), "view=train&F=8&N=4&steps=100&seed=3");
      await waitUntilDrawn(page);
      await page.getByRole("button", { name: "Train", exact: true }).press("Enter");
      const isSaid = (pattern: RegExp): Promise<void> =>
        expect.poll(() => page.locator("#headline").textContent(), { timeout: 60_000 }).toMatch(pattern);
      await isSaid(/^After 100 steps, the loss is .* times the naive network’s/);
      const spec = parseTraining(JSON.parse(await savedText(page, "Spec"))) as CompressedSpec;
      const kernels = loadKernels();
      const parameters = trainToTheEnd(kernels, spec, initialParameters(compressedShape(spec), spec));
      const row = {
        ...measureTrained(kernels, spec, parameters, spec.samples),
        ...compareDecoder(kernels, spec, parameters),
      };
      const saved = await savedText(page, "Rows, JSON");
      const { settings, rows, curve } = JSON.parse(saved) as { settings: object; rows: object[]; curve: object };
      expect({ settings, rows }).toEqual({ settings: spec, rows: [row] });
      expect(saved).toBe(jsonWithRows({ version, settings: spec, curve }, [row]));
      // Training has been started before, so a change of settings restarts it.
      await pressSlider(page, "train-F", "End");
      await pressSlider(page, "train-steps", "End");
      expect(await addressOf(page)).toContain("F=100");
      await page.waitForFunction(() => /^step [1-9]/.test(document.querySelector(".run-bar span")!.textContent));
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      await isSaid(/^After [\d,]+ steps/);
      const reached = await page.locator(".run-bar").innerText();
      expect(reached).toMatch(/^Go on\s+step [\d,]+ of 20,000/);
      await page.getByRole("button", { name: "Go on" }).click();
      await page.waitForFunction((old) => document.querySelector<HTMLElement>(".run-bar")!.innerText !== old, reached);
      await page.getByRole("button", { name: "Stop", exact: true }).click();
      expect(watch.problems).toEqual([]);
    });

    test("states the number of samples while it grows, and can be stopped", async () => {
      const { page } = await openLab(lab(), "view=errors&samples=50000000&z=1,2");
      await page.waitForFunction(() =>
        /so far, of 50,000,000/.test(document.querySelector("#samples")?.textContent ?? ""),
      );
      const counts = new Set<string>();
      for (let k = 0; k < 40 && counts.size < 3; k++) {
        counts.add(await page.locator("#samples").innerText());
        await page.waitForTimeout(50);
      }
      expect(counts.size).toBeGreaterThanOrEqual(2);
      await page.getByRole("button", { name: "Stop" }).click();
      await page.waitForSelector('.status[data-state="stopped"]');
      const stopped = await page.locator("#samples").innerText();
      expect(stopped).toContain("stopped before 50,000,000");
      await page.waitForTimeout(500);
      expect(await page.locator("#samples").innerText()).toBe(stopped);
    });
  });
}
