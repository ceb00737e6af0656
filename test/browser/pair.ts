import { describe, expect, test } from "vitest";
import type { Page } from "playwright-core";
import { axeViolations, overflow } from "./axe.js";
import { addressOf, openLab, pressSlider, savedText, waitForRun, waitUntilDrawn, type LabBrowser } from "./lab-page.js";

const waitForTitle = (page: Page, pattern: RegExp): Promise<unknown> =>
  page.waitForFunction(
    (source) => new RegExp(source).test(document.querySelector(".pair-title")?.textContent ?? ""),
    pattern.source,
  );

/** Tests two networks side by side. */
export function pairTests(lab: () => LabBrowser): void {
  describe("pin and compare", () => {
    test("a pinned network stays while the controls move the other; back, forward and reload keep both", async () => {
      const { page, watch } = await openLab(lab(), "samples=100&L=6");
      await page.getByRole("button", { name: "Compare with parting lines" }).click();
      await waitForTitle(page, /^At layer 6, the median readout is off by [1-9][\d.]* in A and by 0\.00 in B\.$/);
      expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Unpin");
      // Both networks are saved: the two figures as one file, and the rows of both.
      const svg = await savedText(page, "Figure, SVG");
      expect(svg).toMatch(/--L 6 .*; superpose run .*--schedule parting/);
      expect(svg.match(/readout from the large network/g)).toHaveLength(2);
      const lines = (await savedText(page, "Figure, CSV")).trim().split("\r\n");
      expect(lines[0]).toBe("network,z,sample,circuit,layer,truth.x,truth.y,readout.x,readout.y");
      expect(lines.slice(1).map(([network]) => network)).toEqual(["A".repeat(42), "B".repeat(42)].join("").split(""));
      const both = await addressOf(page);
      expect(both).toContain("schedule=parting");
      expect(both).toContain("&pin=L:6;samples:100");
      const pinned = async (): Promise<string> => (await page.locator("#paths-pinned > desc").textContent()) ?? "";
      const before = await pinned();
      await pressSlider(page, "L", "ArrowLeft");
      await waitForTitle(page, /^At layer 5, the median/);
      expect(await pinned()).not.toBe(before);
      await pressSlider(page, "L", "ArrowRight");
      await waitForTitle(page, /^At layer 6/);
      expect(await pinned()).toBe(before);
      await page.reload();
      await waitForTitle(page, /^At layer 6, .* by 0\.00 in B\.$/);
      expect(await pinned()).toBe(before);
      await page.getByText("Embed this figure in a page").click();
      // The code is written once the browser has opened its section.
      const frame = page.getByLabel("HTML code of the frame").filter({ hasText: "iframe" });
      const code = (): Promise<string> => frame.innerText();
      expect(await code()).toMatch(
        /pin=L:6;samples:100&#38;embed=z" title=".* of two networks" width="960" height="640"/,
      );
      await page.getByLabel("what to embed").selectOption("one");
      expect(await code()).toMatch(
        /[^:]samples=100&#38;schedule=parting[^ ]*embed=z" title="[^"]*trajectories" width="640"/,
      );
      await page.getByRole("button", { name: "Unpin" }).click();
      await page.waitForFunction(() => !location.hash.includes("pin="));
      expect(await page.getByRole("region", { name: "A, pinned" }).isVisible()).toBe(false);
      await page.goBack();
      await waitForTitle(page, /^At layer 6/);
      await page.goForward();
      await page.getByRole("button", { name: "Pin this network" }).click();
      await waitForTitle(page, /^A and B are the same network/);
      expect(watch.problems).toEqual([]);
    });

    test("a pair in another page's frame: both figures and what sets them apart, without overflow", async () => {
      const viewport = { width: 960, height: 640 };
      const link = "view=contagion&schedule=parting&ramp=0.875,0.999&gain=8&offset=1.1&pin=&embed=1";
      const { page } = await openLab(lab(), link, { viewport, bypassCSP: true });
      await waitForTitle(page, /^Circuits that were woken by layer 5: 151 in A, none in B\.$/);
      expect(await page.locator("canvas.cells:visible").count()).toBe(2);
      expect(await page.locator("button:visible").count()).toBe(0);
      expect(await page.locator("input[type=range]:visible").count()).toBe(1);
      expect(await page.evaluate(() => [document.body.scrollHeight, document.body.scrollWidth])).toEqual([640, 960]);
      expect(await axeViolations(page)).toEqual([]);
    });

    test.each([
      ["errors", "light", 1280, /^At layer 5, the mean \|δx\|² .* in A and .* in B/],
      [
        "neurons",
        "dark",
        390,
        /^Neurons that are on at layer 5 but belong to no active circuit: 127 in A, none in B\.$/,
      ],
      ["contagion", "light", 1280, /^Circuits that were woken by layer 5: 151 in A, none in B\.$/],
    ] as const)(
      "%s of both, %s, at %i px: states the difference, and axe finds nothing",
      async (view, colorScheme, width, said) => {
        const viewport = { width, height: 844 };
        const link = `view=${view}&schedule=parting&ramp=0.875,0.999&gain=8&offset=1.1&pin=`;
        const { page } = await openLab(lab(), link, { colorScheme, viewport, bypassCSP: true });
        await waitForRun(page);
        await waitForTitle(page, said);
        expect(await axeViolations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
        if (view !== "contagion") return;
        // The pictures begin at the same height, although only A's legend needs two lines.
        await page.setViewportSize({ width: 1440, height: 844 });
        await waitUntilDrawn(page);
        const tops = await page
          .locator(".side canvas.cells")
          .evaluateAll((all) => all.map((one) => Math.round(one.getBoundingClientRect().top)));
        expect(tops).toEqual([tops[0], tops[0]]);
        await page.setViewportSize(viewport);
      },
    );
  });
}
