import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { runCsv } from "../../src/results/run-file.js";
import { runSpec } from "../../src/runs/run.js";
import { parseSpec } from "../../src/config/parse-spec.js";
import { addressOf, openLab, savedText, waitForRun, type LabBrowser } from "./lab-page.js";

/** Tests that figures, rows, specs and links are saved and copied as they are shown. */
export function savingTests(lab: () => LabBrowser): void {
  describe("saving", () => {
    test.each(["trajectories", "errors", "neurons", "assignment", "storage"])(
      "%s saves its figure as SVG and PNG",
      async (view) => {
        const { page, watch } = await openLab(lab(), `view=${view}&samples=100`);
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

    test("Play is saved as a GIF of all layers, and figures in the colours of the screen", async () => {
      const { page, watch } = await openLab(lab(), "view=contagion&D=200&S=3&T=40&L=3&samples=20");
      await waitForRun(page);
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("button", { name: "Play, GIF" }).click(),
      ]);
      expect(download.suggestedFilename()).toBe("contagion.gif");
      const gif = readFileSync(await download.path()).toString("base64");
      const durations = await page.evaluate(async (text) => {
        const data = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
        const decoder = new ImageDecoder({ data, type: "image/gif" });
        await Promise.all([decoder.completed, decoder.tracks.ready]);
        const { frameCount } = decoder.tracks.selectedTrack!;
        const frames = Array.from({ length: frameCount }, (_, frameIndex) => decoder.decode({ frameIndex }));
        return (await Promise.all(frames)).map(({ image }) => {
          const { duration } = image;
          // If a frame is garbage-collected without being closed, the page's console reports an error.
          image.close();
          return duration! / 1000;
        });
      }, gif);
      expect(durations).toEqual([800, 800, 800, 2400]);
      const asleep = { light: "#e6e9ed", dark: "#262e37" };
      await page.emulateMedia({ colorScheme: "dark" });
      const dark = await savedText(page, "Figure, SVG");
      await page.emulateMedia({ colorScheme: "light" });
      const light = await savedText(page, "Figure, SVG");
      expect([light.includes(asleep.light), light.includes(asleep.dark)]).toEqual([true, false]);
      expect([dark.includes(asleep.light), dark.includes(asleep.dark)]).toEqual([false, true]);
      await page.getByRole("tab", { name: "Errors" }).click();
      expect(await page.getByRole("button", { name: "Play, GIF" }).isVisible()).toBe(false);
      expect(watch.problems).toEqual([]);
    });

    test("rows are saved as the CSV that superpose run prints; command and link are copied", async () => {
      const { page } = await openLab(lab(), "T=100&z=1,2&samples=64&view=errors", {
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
      await page.getByText("Embed this figure in a page").click();
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

    test("a saved spec can be opened again", async () => {
      const { page } = await openLab(lab(), "D=600&T=100&z=1,2&samples=150&view=errors");
      await waitForRun(page);
      const spec = await savedText(page, "Spec");
      const { page: other } = await openLab(lab(), "view=errors&samples=50");
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
}
