import { describe, expect, test } from "vitest";
import { designOf } from "../../src/designs/designs.js";
import {
  addressOf,
  goToFragment,
  messageOf,
  noteOf,
  openLab,
  openOwnLab,
  pressSlider,
  waitForRun,
  waitUntilDrawn,
  type LabBrowser,
} from "./lab-page.js";

/** Tests that controls, the address and the history agree. */
export function controlsTests(lab: () => LabBrowser): void {
  describe("controls and address", () => {
    test("moving z changes figure, address and command; back and forward return", async () => {
      const { page } = await openLab(lab(), "view=errors&samples=200");
      await waitForRun(page);
      const figure = (): Promise<string> => page.locator("#errors").evaluate((svg) => svg.outerHTML);
      const before = await figure();
      const said = await page.locator("#headline").textContent();
      await pressSlider(page, "z", "ArrowRight", 2);
      await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML !== old, before);
      await waitForRun(page);
      expect(await page.locator("#errors").textContent()).toContain("z = 3");
      // The live region, for people who cannot see the figure.
      const now = await page.locator("#headline").textContent();
      expect([said, now].every((text) => text!.startsWith("Errors pass"))).toBe(true);
      expect(now).not.toBe(said);
      expect(await addressOf(page)).toContain("z=3");
      expect(await page.getByLabel("command line").innerText()).toContain("--z 3");
      await page.goBack();
      await page.goBack();
      await page.waitForFunction(() => !location.hash.includes("z="));
      await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML === old, before);
      await page.goForward();
      expect(await addressOf(page)).toContain("z=2");
    });

    test("dragging a slider makes one history entry", async () => {
      const { page } = await openOwnLab(lab(), "view=errors&samples=100");
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
      const { page } = await openLab(lab(), "view=errors&samples=200");
      await waitForRun(page);
      const before = await page.locator("#errors").evaluate((svg) => svg.outerHTML);
      const high = page.getByRole("slider", { name: "ramp is fully open at" });
      await high.focus();
      for (let k = 0; k < 3; k++) await high.press("ArrowRight");
      await page.waitForFunction((old) => document.querySelector("#errors")?.outerHTML !== old, before);
      expect(await addressOf(page)).toContain("ramp=0.25,0.765");
      expect(await page.getByLabel("command line").innerText()).toContain("--ramp 0.25,0.765");
    });

    test("any design can be chosen, which disables unused settings, and left again", async () => {
      const { page, watch } = await openLab(lab(), "view=neurons&samples=16&L=3&chiFactor=1.2");
      await waitForRun(page);
      const select = page.locator('[data-field="design"] select');
      for (const design of ["windows", "grid", "groups", "switched", "rows", "published"] as const) {
        await select.selectOption(design);
        await page.waitForFunction(
          (name) => location.hash.includes(`design=${name}`) === (name !== "published"),
          design,
        );
        await waitForRun(page);
        expect(await messageOf(page)).not.toMatch(/must|at most \d/);
        const caveats = designOf(design)?.caveats ?? "";
        expect(await page.locator('[data-field="design"]').textContent()).toContain(caveats);
        const isPublished = design === "published";
        expect(await page.locator('[data-field="chiFactor"] input[type=number]').isEnabled()).toBe(isPublished);
        await page.locator("canvas.cells").click({ position: { x: 60, y: 60 } });
      }
      expect(watch.problems).toEqual([]);
    });

    test("notes on what a network is not made for stay while it is on screen, and so do notes on adjusted fields", async () => {
      const note = "z = 2: the grid design is intended for 1 active circuit at a time; errors will be larger.";
      const { page } = await openLab(lab(), "view=errors&design=grid&S=1&T=20&L=2&z=2&samples=50");
      await waitForRun(page);
      expect(await noteOf(page)).toBe(note);
      await page.getByRole("tab", { name: "Assignment" }).click();
      expect(await noteOf(page)).toBe(note);
      await page.goto(`${lab().site.url}#samples=50`);
      await page.reload();
      await waitForRun(page);
      expect(await noteOf(page)).toBe("");
      // A key press moves the slider and releases it.
      await pressSlider(page, "D", "ArrowLeft");
      expect(await noteOf(page)).toMatch(/^T is now \d+: the most circuits that fit with P = D\/d = \d+, S = 6\.$/);
      await pressSlider(page, "D", "ArrowRight");
      // The default D, which a link omits.
      expect(await addressOf(page)).not.toContain("D=");
    });

    test("an error disappears when the field is restored, and the back button works", async () => {
      const { page } = await openOwnLab(lab(), "samples=50");
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

    test("text that is being typed stays until it is entered, whatever else changes the page", async () => {
      const { page } = await openOwnLab(lab(), "samples=50");
      await waitForRun(page);
      await pressSlider(page, "z", "ArrowRight");
      const field = page.locator('[data-field="T"] input[type=number]');
      await field.fill("99");
      await page.goBack();
      await page.waitForFunction(() => !location.hash.includes("z="));
      expect(await field.inputValue()).toBe("99");
      await field.press("Enter");
      expect(await addressOf(page)).toContain("T=99");
      await page.goBack();
      await page.waitForFunction(() => !location.hash.includes("T="));
      expect(await field.inputValue()).toBe("557");
    });

    test("fields that a slider adjusts on its way return when it moves back", async () => {
      const { page } = await openLab(lab(), "samples=50");
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
      const { page } = await openLab(lab(), fragment);
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
      const { page: other } = await openOwnLab(lab(), (await addressOf(page)).split("#")[1]!);
      await waitForRun(other);
      await other.locator(".story", { hasText: "Neuron 130" }).waitFor();
      expect(await state(other)).toEqual(first);
    });

    test("ten random states, reached by moving controls, have the same pixels when their links are opened", async () => {
      const { page } = await openLab(lab(), "D=200&S=3&T=40&L=3&samples=16", { reducedMotion: "reduce" });
      let random = 22;
      const below = (count: number): number => (random = (random * 48271) % 2147483647) % count;
      const oneOf = <Value>(values: readonly Value[]): Value => values[below(values.length)]!;
      const choose = async (field: string, ...values: string[]): Promise<void> => {
        const select = page.locator(`[data-field="${field}"] select`);
        if (await select.isEnabled()) await select.selectOption(oneOf(values));
      };
      const pick = async (name: string): Promise<void> => {
        const input = page.locator(".slot").getByLabel(name, { exact: true });
        if ((await input.count()) === 0) return;
        await input.fill(String(below(20)));
        await input.press("Enter");
      };
      const moves: readonly (() => Promise<void>)[] = [
        () => pressSlider(page, "z", oneOf(["ArrowLeft", "ArrowRight"])),
        () => pressSlider(page, "L", oneOf(["ArrowLeft", "ArrowRight"])),
        () => pressSlider(page, "T", "ArrowLeft", 1 + below(3)),
        () => choose("construction", "capped", "balanced", "split"),
        () => choose("gate", "relu", "oracle"),
        () => choose("design", "windows", "published"),
        () => pick("sample"),
        () => pick("neuron"),
        () => pick("circuit"),
        () => page.locator("#z-up-to").click(),
      ];
      const picture = async (): Promise<string> => {
        await waitUntilDrawn(page);
        await page.evaluate(async () => {
          (document.activeElement as HTMLElement | null)?.blur();
          scrollTo(0, 0);
          // Messages about the last change are not part of the link, so they are cleared.
          document.querySelector("#note")!.textContent = "";
          // Chromium rasterises changed parts slightly differently, so everything is hidden and drawn again.
          for (const visibility of ["hidden", ""]) {
            document.documentElement.style.visibility = visibility;
            await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
          }
        });
        return (await page.screenshot()).toString("base64");
      };
      const views = ["Errors", "Neurons", "Contagion", "Assignment", "Trajectories"];
      const reached: { readonly link: string; readonly pixels: string }[] = [];
      await page.mouse.move(0, 0);
      for (let k = 0; k < 10; k++) {
        await page.getByRole("tab", { name: views[k % views.length]! }).click();
        if (k === 5) await page.getByRole("button", { name: "Pin this network" }).click();
        for (let move = 0; move < 3; move++) await oneOf(moves)();
        await page.mouse.move(0, 0);
        expect(await messageOf(page)).toBe("");
        reached.push({ pixels: await picture(), link: (await addressOf(page)).split("#")[1]! });
      }
      // The last state is loaded again, and then the others are opened in reverse order, so that each now follows a
      // different state.
      await page.reload();
      for (const { link, pixels } of reached.reverse()) {
        if ((await addressOf(page)).split("#")[1] !== link) await goToFragment(page, link);
        expect((await picture()) === pixels, link).toBe(true);
      }
    });

    test("values that do not fit are adjusted and reported; wrong values are reported and change nothing", async () => {
      const { page } = await openLab(lab(), "samples=100");
      await page.locator('[data-field="D"] input[type=number]').fill("400");
      await page.locator('[data-field="D"] input[type=number]').press("Enter");
      expect(await noteOf(page)).toContain("the most circuits that fit with P = D/d = 100, S = 6");
      await page.locator('[data-field="T"] input[type=number]').fill("5000");
      await page.locator('[data-field="T"] input[type=number]').press("Enter");
      expect(await messageOf(page)).toMatch(/^T = 5000: at most \d+ circuits fit/);
      expect(await page.locator('[data-field="T"] input[type=number]').getAttribute("aria-invalid")).toBe("true");
      expect(await addressOf(page)).not.toContain("5000");
    });
  });
}
