import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { standaloneStudies } from "../../src/studies/standalone-studies.js";
import { standaloneJson, parseStandaloneSettings, runStandalone } from "../../src/studies/standalone.js";
import { runCsv, runJson } from "../../src/results/run-file.js";
import { runSpec } from "../../src/runs/run.js";
import { localExecutor } from "../../src/workers/local.js";
import { loadKernels } from "../../src/kernels/node.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { guide } from "../../src/web/state/guide.js";
import { presets } from "../../src/web/state/presets.js";
import { labState } from "../../src/web/state/lab-state.js";
import { urlOf } from "../../src/web/state/url.js";
import { axeViolations, overflow } from "./axe.js";
import { feelTests } from "./feel.js";
import {
  addressOf,
  closeOwnPages,
  goToFragment,
  messageOf,
  noteOf,
  openBrowser,
  openLab,
  openOwnLab,
  pressSlider,
  savedText,
  waitForRun,
  type LabBrowser,
} from "./lab-page.js";
import { robustnessTests } from "./robustness.js";
import { sweepTests } from "./sweep.js";

let lab: LabBrowser;

beforeAll(async () => {
  lab = await openBrowser();
});
afterAll(() => lab?.close());
afterEach(() => closeOwnPages(lab));

feelTests(() => lab);
robustnessTests(() => lab);
sweepTests(() => lab);

const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as {
  version: string;
};

/** What `superpose run --json` prints. */
async function fromNode(given: unknown): Promise<string> {
  const spec = parseSpec(given);
  const { rows, naive } = await runSpec(spec);
  return runJson(spec, rows, version, naive);
}

describe("numbers", () => {
  test("the post's preset, run to its end, saves the bytes that superpose run --json prints", async () => {
    const preset = presets.find(({ id }) => id === "R5")!;
    const { page, watch } = await openLab(lab);
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
    const { page } = await openLab(lab, `view=errors&${fragment}`);
    await waitForRun(page);
    const saved = await savedText(page, "Rows, JSON");
    expect(saved).toBe(await fromNode((JSON.parse(saved) as { spec: unknown }).spec));
  });

  test("without WebAssembly and workers: said in a sentence, and bit for bit as in Node", async () => {
    const { page, watch } = await openOwnLab(lab, "view=errors&D=200&T=60&S=4&L=2&samples=20", {}, () => {
      Reflect.deleteProperty(globalThis, "WebAssembly");
      Reflect.deleteProperty(globalThis, "Worker");
    });
    await waitForRun(page);
    expect(await noteOf(page)).toContain("has no WebAssembly, so plain TypeScript computes the same numbers");
    expect(await noteOf(page)).toContain("starts no worker");
    expect(await savedText(page, "Rows, JSON")).toBe(await fromNode({ D: 200, T: 60, S: 4, L: 2, samples: 20 }));
    expect(watch.problems).toEqual([]);
  });

  test.each(["rows", "columns", "switched", "parting"])("a design's preset, bit for bit as in Node: %s", async (id) => {
    const { spec, title } = presets.find((preset) => preset.id === id)!;
    const given = parseSpec({ ...spec, L: 4, samples: 200 });
    const { page, watch } = await openLab(lab, urlOf(labState({ spec: given, view: "errors" })));
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
  });

  test("circuits are shown by their kind, and as described where they differ from it", async () => {
    const fields = { design: "general", D: 200, T: 20, L: 2, samples: 10 };
    for (const [circuits, shown] of [
      ["automata", "automata"],
      [{ kind: "automata", states: 2 }, "automata, as described"],
    ] as const) {
      const { page } = await openLab(
        lab,
        urlOf(labState({ spec: parseSpec({ ...fields, circuits }), view: "errors" })),
      );
      const select = page.locator('[data-field="circuits"] select');
      expect(await select.evaluate((own) => (own as HTMLSelectElement).selectedOptions[0]?.textContent)).toBe(shown);
    }
  });

  test("stored features: what the view saves is what its command prints, and l moves figure and address", async () => {
    const { page, watch } = await openLab(lab, "view=storage&n=128&m=512&seed=3");
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

  test("says how many samples are shown while they grow, and stops", async () => {
    const { page } = await openLab(lab, "view=errors&samples=50000000&z=1,2");
    await page.waitForFunction(() =>
      /on the way to 50,000,000/.test(document.querySelector("#samples")?.textContent ?? ""),
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

describe("controls and address", () => {
  test("moving z changes figure, address and command; back and forward return", async () => {
    const { page } = await openLab(lab, "view=errors&samples=200");
    await waitForRun(page);
    const figure = (): Promise<string> => page.locator("#errors").evaluate((svg) => svg.outerHTML);
    const before = await figure();
    await pressSlider(page, "z", "ArrowRight", 2);
    await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML !== old, before);
    await waitForRun(page);
    expect(await page.locator("#errors").textContent()).toContain("z = 3");
    expect(await addressOf(page)).toContain("z=3");
    expect(await page.getByLabel("command line").innerText()).toContain("--z 3");
    await page.goBack();
    await page.goBack();
    await page.waitForFunction(() => !location.hash.includes("z="));
    await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML === old, before);
    await page.goForward();
    expect(await addressOf(page)).toContain("z=2");
  });

  test("a slider that is dragged makes one entry of the history", async () => {
    const { page } = await openOwnLab(lab, "view=errors&samples=100");
    await waitForRun(page);
    const entries = await page.evaluate(() => history.length);
    const box = (await page.locator('[data-field="T"] .slider').boundingBox())!;
    await page.mouse.move(box.x + box.width - 8, box.y + box.height / 2);
    await page.mouse.down();
    for (let k = 1; k <= 6; k++) await page.mouse.move(box.x + box.width - 8 - 20 * k, box.y + box.height / 2);
    await page.mouse.up();
    await waitForRun(page);
    expect(await addressOf(page)).toMatch(/T=\d+/);
    expect(await page.evaluate(() => history.length)).toBe(entries + 1);
  });

  test("the ramp's sliders change figure, address and command", async () => {
    const { page } = await openLab(lab, "view=errors&samples=200");
    await waitForRun(page);
    const before = await page.locator("#errors").evaluate((svg) => svg.outerHTML);
    const high = page.getByRole("slider", { name: "ramp is fully open at" });
    await high.focus();
    for (let k = 0; k < 3; k++) await high.press("ArrowRight");
    await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML !== old, before);
    expect(await addressOf(page)).toContain("ramp=0.25,0.765");
    expect(await page.getByLabel("command line").innerText()).toContain("--ramp 0.25,0.765");
  });

  test("any design can be chosen, with what it has no use for out of reach, and left again", async () => {
    const { page, watch } = await openLab(lab, "view=neurons&samples=16&L=3&chiFactor=1.2");
    await waitForRun(page);
    const select = page.locator('[data-field="design"] select');
    for (const design of ["windows", "grid", "groups", "switched", "rows", "published"]) {
      await select.selectOption(design);
      await page.waitForFunction((name) => location.hash.includes(`design=${name}`) === (name !== "published"), design);
      await waitForRun(page);
      expect(await messageOf(page)).not.toMatch(/must|at most \d/);
      const isPublished = design === "published";
      expect(await page.locator('[data-field="chiFactor"] input[type=number]').isEnabled()).toBe(isPublished);
      await page.locator("canvas.cells").click({ position: { x: 60, y: 60 } });
    }
    expect(watch.problems).toEqual([]);
  });

  test("what a network is not made for is said as long as it is on screen, and what was fitted stays said", async () => {
    const note = "z = 2: the grid design is made for 1 active circuit at a time, and loses more.";
    const { page } = await openLab(lab, "view=errors&design=grid&S=1&T=20&L=2&z=2&samples=50");
    await waitForRun(page);
    expect(await noteOf(page)).toBe(note);
    await page.getByRole("tab", { name: "Assignment" }).click();
    expect(await noteOf(page)).toBe(note);
    await page.goto(`${lab.site.url}#samples=50`);
    await page.reload();
    await waitForRun(page);
    expect(await noteOf(page)).toBe("");
    // A key moves the slider and lets it go.
    await pressSlider(page, "D", "ArrowLeft");
    expect(await noteOf(page)).toMatch(/^T is now \d+: the most that fit with P = D\/d = \d+, S = 6\.$/);
    await pressSlider(page, "D", "ArrowRight");
    // The standard D, which a link leaves out.
    expect(await addressOf(page)).not.toContain("D=");
  });

  test("what was wrong is over when the field is put back, and back does not stand still", async () => {
    const { page } = await openOwnLab(lab, "samples=50");
    await waitForRun(page);
    const field = page.locator('[data-field="T"] input[type=number]');
    const entries = await page.evaluate(() => history.length);
    await field.fill("99999");
    await field.press("Enter");
    expect(await messageOf(page)).toContain("T = 99999: at most 557");
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    await field.fill("557");
    await field.press("Enter");
    expect(await messageOf(page)).toBe("");
    expect(await field.getAttribute("aria-invalid")).not.toBe("true");
    expect(await page.evaluate(() => history.length)).toBe(entries);
  });

  test("what a slider's movement fits on its way there comes back on its way back", async () => {
    const { page } = await openLab(lab, "samples=50");
    await waitForRun(page);
    const slide = (end: "min" | "max" | null, event: "input" | "change"): Promise<void> =>
      page.locator('[data-field="D"] input[type=range]').evaluate(
        (slider: HTMLInputElement, [end, event]) => {
          if (end === null) slider.value = slider.dataset["was"]!;
          else {
            slider.dataset["was"] ??= slider.value;
            slider.value = slider[end];
          }
          slider.dispatchEvent(new Event(event));
        },
        [end, event] as const,
      );
    await slide("min", "input");
    expect(await noteOf(page)).toMatch(/T is now 1: /);
    expect(await addressOf(page)).toContain("D=20");
    await slide(null, "input");
    expect(await noteOf(page)).toBe("");
    await slide(null, "change");
    await waitForRun(page);
    expect(await addressOf(page)).not.toMatch(/[DTS]=/);
    // Another movement starts from where the last one ended.
    await slide("min", "input");
    await slide("min", "change");
    await slide(null, "input");
    expect(await addressOf(page)).toMatch(/T=1\b/);
  });

  test("a shared link opens the same state", async () => {
    const fragment =
      "D=500&T=200&S=5&L=4&z=1,2&seed=42&construction=split&view=neurons&layer=3&sample=7&neuron=130&circuit=9";
    const { page } = await openLab(lab, fragment);
    await waitForRun(page);
    const state = async (target: typeof page) => ({
      command: await target.getByLabel("command line").innerText(),
      story: await target.locator(".story").innerText(),
      values: await target
        .locator("aside input, aside select")
        .evaluateAll((inputs) => inputs.map((input) => (input as HTMLInputElement).value)),
    });
    await page.locator(".story", { hasText: "Neuron 130 is number 5 of block" }).waitFor();
    const first = await state(page);
    await page.getByRole("tab", { name: "Assignment" }).click();
    await page.getByRole("tab", { name: "Neurons" }).click();
    const { page: other } = await openOwnLab(lab, (await addressOf(page)).split("#")[1]!);
    await waitForRun(other);
    await other.locator(".story", { hasText: "Neuron 130" }).waitFor();
    expect(await state(other)).toEqual(first);
  });

  test("what does not fit is made to fit and said; what is wrong is said and changes nothing", async () => {
    const { page } = await openLab(lab, "samples=100");
    await page.locator('[data-field="D"] input[type=number]').fill("400");
    await page.locator('[data-field="D"] input[type=number]').press("Enter");
    expect(await noteOf(page)).toContain("the most that fit with P = D/d = 100, S = 6");
    await page.locator('[data-field="T"] input[type=number]').fill("5000");
    await page.locator('[data-field="T"] input[type=number]').press("Enter");
    expect(await messageOf(page)).toMatch(/^T = 5000: at most \d+ circuits fit/);
    expect(await page.locator('[data-field="T"] input[type=number]').getAttribute("aria-invalid")).toBe("true");
    expect(await addressOf(page)).not.toContain("5000");
  });
});

describe("views", () => {
  test("the first screen floods at three circuits and leads into the lab, where x is dragged and circuits wake one another", async () => {
    const { page, watch } = await openLab(lab, "", {
      ...{ viewport: { width: 390, height: 844 }, colorScheme: "dark", reducedMotion: "reduce", bypassCSP: true },
    });
    const counted = (text: string): Promise<unknown> =>
      page.waitForFunction((of) => document.querySelector(".start-count")?.textContent === of, text);
    await counted("150 of 1,000 neurons are on; 24 should be.");
    await page.getByRole("button", { name: "3", exact: true }).click();
    await counted("449 of 1,000 neurons are on; 72 should be.");
    await page.waitForFunction(() => location.hash === "#z=3&view=start");
    expect(await axeViolations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    await page.getByRole("button", { name: "Open the lab" }).click();
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-trajectories");
    const dial = page.getByRole("slider", { name: "input x of circuit 38" });
    await waitForRun(page);
    // Scrolls it into view, and waits until it stays where it is.
    await dial.hover();
    const box = (await dial.boundingBox())!;
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x + 40, y);
    await page.mouse.down();
    await page.mouse.move(x, y - 40);
    await page.waitForFunction(() => /^90°; at layer 5/.test(document.querySelector(".dial svg")!.ariaValueText ?? ""));
    await page.mouse.up();
    await page.waitForFunction(() => location.hash.includes("input=90"));
    await dial.press("ArrowRight");
    await page.waitForFunction(() => location.hash.includes("input=93"));
    await goToFragment(page, "view=contagion&circuit=85&layer=3");
    await page.waitForFunction(() =>
      /^38 woke 85 at layer 3 through neuron 103, reading 0.26/.test(
        document.querySelector(".waking")?.textContent ?? "",
      ),
    );
    expect(await axeViolations(page)).toEqual([]);
    expect(await overflow(page)).toBe(0);
    expect(watch.problems).toEqual([]);
  });

  test("the explanation goes to its end, each step with its figure", async () => {
    const { page, watch } = await openLab(lab);
    await page.getByRole("button", { name: "Take the explanation" }).click();
    for (const [k, { title, shows }] of guide.entries()) {
      await page.waitForFunction((text) => document.querySelector(".guide h2")?.textContent === text, title);
      expect(await addressOf(page)).toContain(`step=${k + 1}`);
      await waitForRun(page);
      const drawn = {
        start: "canvas.sheets",
        sweep: ".sweep-figure",
        trajectories: "#paths",
        errors: "#errors",
        neurons: "canvas.cells",
        contagion: "canvas.cells",
        assignment: "canvas.pairs",
        storage: "#storage",
      }[shows];
      await page.waitForSelector(`.slot ${drawn}`);
      // The heading that has the focus is in sight.
      expect(
        await page.locator(".guide h2").evaluate((heading) => heading.getBoundingClientRect().top),
      ).toBeGreaterThan(0);
      if (k === 1) {
        await page.getByRole("button", { name: "500 circuits" }).click();
        await page.waitForFunction(() =>
          /belong to no active circuit/.test(document.querySelector("#headline")!.textContent),
        );
        expect(await addressOf(page)).toContain("T=500");
        await page.getByRole("button", { name: "Back to the step" }).click();
        await page.waitForFunction(() => /all of them belong/.test(document.querySelector("#headline")!.textContent));
        expect(await addressOf(page)).toContain("T=250");
      }
      if (k + 1 < guide.length) await page.getByRole("button", { name: "Next", exact: true }).click();
    }
    expect(await page.getByRole("button", { name: "Next", exact: true }).isVisible()).toBe(false);
    expect(await messageOf(page)).toBe("");
    expect(watch.problems).toEqual([]);
  });

  test("a click on a neuron says whose it is, and the player goes through the layers", async () => {
    const { page } = await openLab(lab, "view=neurons&layer=3");
    await page.waitForFunction(() => document.querySelector(".figure-title")?.textContent?.startsWith("Layer 3"));
    await page.locator("canvas.cells").click({ position: { x: 60, y: 60 } });
    await page.waitForFunction(() =>
      /It belongs to \d+ circuits?:/.test(document.querySelector(".story")?.textContent ?? ""),
    );
    await page.locator(".story .circuit").nth(1).click();
    expect(await page.locator(".story").innerText()).toMatch(/Circuit \d+ (is active|should be off)/);
    await page.getByRole("button", { name: "Play", exact: true }).click();
    await page.waitForFunction(
      () => document.querySelector(".figure-title")?.textContent?.startsWith("Layer 5"),
      null,
      {
        timeout: 10_000,
      },
    );
  });

  test.each(["trajectories", "errors", "neurons", "assignment", "storage"])(
    "%s saves its figure as SVG and PNG",
    async (view) => {
      const { page, watch } = await openLab(lab, `view=${view}&samples=100`);
      await waitForRun(page);
      await page.waitForSelector(".slot svg, .slot canvas");
      await page.waitForTimeout(200);
      const svg = await savedText(page, "Figure, SVG");
      expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
      expect(svg).toContain(
        view === "storage" ? "superpose run --experiment storage --n 256" : "superpose run --D 1000",
      );
      expect(await savedText(page, "Figure, PNG")).toContain("PNG");
      expect((await savedText(page, "Figure, CSV")).split("\r\n").length).toBeGreaterThan(5);
      expect(watch.problems).toEqual([]);
    },
  );

  test("rows are saved as the CSV that superpose run prints; command and link are copied", async () => {
    const { page } = await openLab(lab, "T=100&z=1,2&samples=64&view=errors", {
      permissions: ["clipboard-read", "clipboard-write"],
    });
    await waitForRun(page);
    const { rows, naive } = await runSpec(parseSpec({ samples: 64, T: 100, z: [1, 2] }));
    expect(await savedText(page, "Rows, CSV")).toBe(runCsv(rows, naive));
    const copied = async (button: string): Promise<string> => {
      await page.getByRole("button", { name: button, exact: true }).click();
      await page.waitForFunction(
        (what) => document.querySelector("#news")?.textContent === `Copied the ${what}.`,
        button.slice(5),
      );
      return page.evaluate(() => navigator.clipboard.readText());
    };
    expect(await copied("Copy command")).toBe(
      "superpose run --D 1000 --T 100 --S 6 --L 5 --z 1,2 --samples 64 --seed 1",
    );
    expect(await copied("Copy link")).toBe(await addressOf(page));
    await page.getByText("Put this figure into a page").click();
    expect(await copied("Copy code")).toMatch(/^<iframe src="http.*view=errors&#38;embed=z" title=".*errors"/);
    await page.getByText("Lock controls").click();
    await page.getByRole("checkbox", { name: "z, active at once", exact: true }).check();
    const locked = await copied("Copy locked link");
    expect(locked).toBe(`${await addressOf(page)}&lock=z`);
    await page.goto(locked);
    await page.waitForFunction(() => document.querySelector("#note")?.textContent.startsWith("This link locks z."));
    expect(await page.locator('[data-field="z"] input[type=range]').isDisabled()).toBe(true);
    expect(await page.locator('[data-field="T"] input[type=range]').isEnabled()).toBe(true);
  });

  test("a figure in another page's frame is a figure and a slider, at 640 by 480, and nothing hangs over", async () => {
    const viewport = { width: 640, height: 480 };
    const { page, watch } = await openLab(lab, "view=errors&samples=50&embed=1", { viewport, bypassCSP: true });
    await waitForRun(page);
    const title = (): Promise<string | null> => page.locator("#errors > title").textContent();
    const before = await title();
    await page.locator("input[type=range]:visible").press("ArrowRight");
    await page.waitForFunction((old) => document.querySelector("#errors > title")?.textContent !== old, before);
    for (const view of ["errors", "neurons", "trajectories", "assignment"]) {
      await goToFragment(page, `view=${view}&samples=50&embed=1`);
      await page.locator(".slot :is(#errors, #paths, canvas):visible").first().waitFor();
      expect(await page.locator("input[type=range]:visible").count()).toBe(1);
      expect(await page.evaluate(() => [document.body.scrollHeight, document.body.scrollWidth])).toEqual([480, 640]);
    }
    expect(await axeViolations(page)).toEqual([]);
    expect(watch.problems).toEqual([]);
  });

  test("a spec that was saved opens again", async () => {
    const { page } = await openLab(lab, "D=600&T=100&z=1,2&samples=150&view=errors");
    await waitForRun(page);
    const spec = await savedText(page, "Spec");
    const { page: other } = await openLab(lab, "view=errors&samples=50");
    await other.setInputFiles("#open-spec", {
      name: "mine.json",
      mimeType: "application/json",
      buffer: Buffer.from(spec),
    });
    await other.waitForFunction(() => location.hash.includes("D=600"));
    await waitForRun(other);
    expect(await savedText(other, "Rows, JSON")).toBe(await savedText(page, "Rows, JSON"));
  });
});
