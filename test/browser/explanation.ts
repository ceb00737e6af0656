import { describe, expect, test } from "vitest";
import { glossary } from "../../src/web/state/glossary.js";
import { guide } from "../../src/web/state/guide.js";
import { axeViolations, overflow } from "./axe.js";
import {
  addressOf,
  goToFragment,
  messageOf,
  openLab,
  openOwnLab,
  smallestText,
  waitForRun,
  type LabBrowser,
} from "./lab-page.js";

/** Tests that the explanation's text and figure follow each other, on a screen and on a phone. */
export function explanationTests(lab: () => LabBrowser): void {
  describe("explanation", () => {
    test.each([390, 1440])("a link to a step of the explanation opens it at that step, %i px wide", async (width) => {
      for (const step of [3, 7]) {
        const { page, watch } = await openLab(lab(), `view=explanation&step=${step}`, {
          viewport: { width, height: 860 },
        });
        await waitForRun(page);
        // The figure follows the text once scrolling has paused.
        await page.waitForTimeout(400);
        expect((await addressOf(page)).split("#")[1]).toBe(`view=explanation&step=${step}`);
        const heading = page.getByRole("heading", { name: new RegExp(`^${step}\\. `) });
        expect(await heading.evaluate((title) => title.getBoundingClientRect().top)).toBeGreaterThanOrEqual(0);
        expect(await heading.evaluate((title) => innerHeight - title.getBoundingClientRect().bottom)).toBeGreaterThan(
          0,
        );
        expect(watch.problems).toEqual([]);
        await page.context().close();
      }
    });

    test("the explanation is one text: scrolling moves the figure, and so do its numbers and buttons", async () => {
      // A page that has been used before may have reached the maximum length of its history.
      const { page, watch } = await openOwnLab(lab());
      // The first drawing of the figure moves everything below it.
      await waitForRun(page);
      await page.getByRole("button", { name: "Read the explanation" }).click();
      const heading = page.locator("article h2:focus");
      expect(await heading.textContent()).toBe(`1. ${guide[0]!.title}`);
      const entries = await page.evaluate(() => history.length);
      for (const [k, { shows }] of guide.entries()) {
        const section = page.locator("article section").nth(k);
        await section.evaluate((one) => one.scrollIntoView());
        await page.waitForFunction((step) => location.hash.includes(`step=${step}`), k + 1);
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
          train: "#train",
        }[shows];
        const figure = page.locator(`.slot ${drawn}`);
        await figure.waitFor();
        expect((await figure.boundingBox())!.y).toBeGreaterThan(0);
        expect(await section.locator(".edited:visible").count()).toBe(0);
        if (k === 1) {
          await page.getByRole("button", { name: "See a pair collide" }).click();
          await page.waitForFunction(() => /4 of them belong/.test(document.querySelector("#headline")!.textContent));
          expect(await addressOf(page)).toContain("T=500");
          expect(await section.locator(".said").innerText()).toContain(
            "circuits 34 and 284 have the same four neurons",
          );
          await page.getByRole("button", { name: "Back to the step" }).click();
          await page.waitForFunction(() => /all of them belong/.test(document.querySelector("#headline")!.textContent));
          expect(await addressOf(page)).toContain("T=250");
        }
        if (k === 3) {
          const z = section.getByRole("slider", { name: "z, active at once" });
          await z.press("ArrowRight");
          expect(await addressOf(page)).toContain("z=2");
          const box = (await z.boundingBox())!;
          await page.mouse.move(box.x + box.width / 2, box.y + 20);
          await page.mouse.down();
          await page.mouse.move(box.x + 120, box.y + 20, { steps: 4 });
          await page.mouse.up();
          expect(await addressOf(page)).toMatch(/z=[4-7]/);
          expect(await section.locator(".edited").isVisible()).toBe(true);
        }
      }
      // Reading makes no history entries, but changing something does.
      expect(await page.evaluate(() => history.length)).toBe(entries + 4);
      const term = page.getByRole("button", { name: "parting" });
      // The word and its brackets stay on one line.
      const whole = page.locator(".unbroken", { has: term });
      expect(await whole.innerText()).toMatch(/^\(parting\)/);
      expect(await whole.evaluate((one) => one.getClientRects().length)).toBe(1);
      await term.hover();
      expect(await page.getByRole("tooltip").innerText()).toBe(glossary.parting);
      await term.press("Escape");
      expect(await page.getByRole("tooltip").count()).toBe(0);
      await page.getByRole("button", { name: "previous step" }).click();
      expect(await heading.textContent()).toBe(`7. ${guide[6]!.title}`);
      expect(await messageOf(page)).toBe("");
      expect(watch.problems).toEqual([]);
    });

    test("on a phone the explanation's figure stays above its text, and numbers are as large as a finger", async () => {
      const { page, watch } = await openLab(lab(), "view=explanation&step=6&layer=4", {
        ...{ viewport: { width: 390, height: 844 }, colorScheme: "dark", reducedMotion: "reduce", bypassCSP: true },
      });
      await waitForRun(page);
      await page.waitForFunction(() => /^Layer 4/.test(document.querySelector("#headline")!.textContent));
      const box = async (selector: string) => (await page.locator(selector).first().boundingBox())!;
      const picture = await box(".slot canvas.cells");
      const words = await box("article section:nth-of-type(6) h2");
      expect(picture.y).toBeGreaterThan(0);
      expect(words.y).toBeGreaterThan(picture.y + picture.height);
      expect(words.y).toBeLessThan(600);
      const reach = await page.locator("article section:nth-of-type(6) .scrub").evaluate((number) => {
        const { left, right, top, bottom } = number.getBoundingClientRect();
        const [x, y] = [(left + right) / 2, (top + bottom) / 2];
        return [-21, 21].every((by) => document.elementFromPoint(x, y + by) === number);
      });
      expect(reach).toBe(true);
      await goToFragment(page, "view=explanation&step=5&samples=50");
      await page.waitForSelector(".slot #errors");
      expect(await smallestText(page)).toBeGreaterThanOrEqual(10);
      await goToFragment(page, "view=explanation&step=6&layer=4");
      await page.waitForSelector(".slot canvas.cells");
      await page.getByRole("button", { name: "seizure" }).click();
      expect(await page.getByRole("tooltip").innerText()).toBe(glossary.seizure);
      expect(await axeViolations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      // In the lab, the picture's controls are below it.
      await goToFragment(page, "view=errors&samples=50");
      await page.waitForSelector("#errors");
      await page.evaluate(() => scrollTo(0, document.body.scrollHeight));
      await page
        .getByRole("group", { name: "controls of the picture" })
        .getByRole("slider")
        .first()
        .press("ArrowRight");
      expect(await addressOf(page)).toContain("z=2");
      await waitForRun(page);
      const [errors, sheet] = [await box("#errors"), await box(".sheet")];
      expect(errors.y).toBeGreaterThanOrEqual(0);
      expect(errors.y).toBeLessThan(sheet.y - 400);
      const small = await page
        .locator(":is(button, select, summary, input:not([type=checkbox], [type=file])):visible")
        .evaluateAll((all) =>
          all.filter((one) => one.getBoundingClientRect().height < 43.5).map((one) => one.outerHTML),
        );
      expect(small).toEqual([]);
      expect(await axeViolations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      expect(watch.problems).toEqual([]);
    });
  });
}
