import { describe, expect, test } from "vitest";
import { axeViolations, overflow } from "./axe.js";
import { addressOf, goToFragment, openLab, smallestText, waitForRun, type LabBrowser } from "./lab-page.js";

/** Tests that each view shows what it claims to. */
export function viewsTests(lab: () => LabBrowser): void {
  describe("views", () => {
    test("the first screen floods at three circuits and leads into the lab, where x is dragged and circuits wake one another", async () => {
      const { page, watch } = await openLab(lab(), "", {
        ...{ viewport: { width: 390, height: 844 }, colorScheme: "dark", reducedMotion: "reduce", bypassCSP: true },
      });
      const counted = (text: string): Promise<unknown> =>
        page.waitForFunction((of) => document.querySelector(".start-count")?.textContent === of, text);
      await counted("150 of 1,000 neurons are on; 24 should be.");
      // Space for two lines is reserved, however the text wraps while the pulse runs.
      const heights = await page.locator(".start-count").evaluate((count) => {
        const copy = count.cloneNode(true) as HTMLElement;
        count.after(copy);
        const found = ["Layer 3: ", "", "Layer 12: "].map((where) => {
          copy.replaceChildren(where, ...[...count.childNodes].map((node) => node.cloneNode(true)));
          return copy.getBoundingClientRect().height;
        });
        copy.remove();
        return [...found, parseFloat(getComputedStyle(count).minHeight)];
      });
      for (const height of heights) expect(height).toBeCloseTo(heights[0]!, 0);
      await page.getByRole("button", { name: "3", exact: true }).click();
      await counted("449 of 1,000 neurons are on; 72 should be.");
      await page.waitForFunction(() => location.hash === "#z=3&view=start");
      expect(await axeViolations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      await page.getByRole("button", { name: "Open the lab" }).click();
      expect(await page.evaluate(() => document.activeElement?.id)).toBe("tab-trajectories");
      const dial = page.getByRole("slider", { name: "input x of circuit 38" });
      await waitForRun(page);
      // Scrolls an element into view, and waits until it no longer moves.
      await dial.hover();
      const box = (await dial.boundingBox())!;
      const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
      await page.mouse.move(x + 40, y);
      await page.mouse.down();
      await page.mouse.move(x, y - 40);
      await page.waitForFunction(() =>
        /^90°; at layer 5/.test(document.querySelector(".dial svg")!.ariaValueText ?? ""),
      );
      const arrows = (): Promise<(string | null)[]> =>
        page.locator(".dials path").evaluateAll((all) => all.map((path) => path.getAttribute("d")));
      const held = await arrows();
      await page.mouse.up();
      await page.waitForFunction(() => location.hash.includes("input=90"));
      // The page's thread computed the dragged sample; a worker computed the final one.
      await waitForRun(page);
      expect(await arrows()).toEqual(held);
      await dial.press("ArrowRight");
      await page.waitForFunction(() => location.hash.includes("input=93"));
      await goToFragment(page, "view=contagion&circuit=85&layer=3");
      await page.waitForFunction(() =>
        /^38 woke 85 at layer 3 through neuron 103; the indicator of 85 read 0.26/.test(
          document.querySelector(".waking")?.textContent ?? "",
        ),
      );
      expect(await axeViolations(page)).toEqual([]);
      expect(await overflow(page)).toBe(0);
      // Arrow keys move from circuit to circuit, and Escape clears the choice.
      await page.locator("canvas.cells").press("ArrowRight");
      await page.waitForFunction(() => location.hash.includes("circuit=86"));
      await page.waitForFunction(() => / 86 /.test(document.querySelector(".waking")?.textContent ?? ""));
      await page.locator("canvas.cells").press("ArrowLeft");
      await page.waitForFunction(() => location.hash.includes("circuit=85"));
      await page.locator("canvas.cells").press("Escape");
      await page.waitForFunction(() => !location.hash.includes("circuit="));
      await page.locator("canvas.cells").press("ArrowDown");
      await page.waitForFunction(() => location.hash.includes("circuit="));
      // A tap shows the text at the circuit, and the next tap hides it.
      const tap = (type: "pointerdown" | "click"): Promise<unknown> =>
        page.locator("canvas.cells").evaluate((canvas, name) => {
          const { left, top } = canvas.getBoundingClientRect();
          const at = { clientX: left + 5, clientY: top + 5, bubbles: true, pointerType: "touch" };
          canvas.dispatchEvent(new PointerEvent(name, at));
        }, type);
      await tap("click");
      expect(await page.locator(".hover").innerText()).toMatch(/^Circuit 0 |woke 0 at layer/);
      await tap("pointerdown");
      expect(await page.locator(".hover").isVisible()).toBe(false);
      expect(watch.problems).toEqual([]);
    });

    test("presets have pictures of their errors, and the chosen one stays named; errors are beside neurons", async () => {
      const { page, watch } = await openLab(lab(), "view=errors&samples=50");
      await page.getByText("Show pictures of the presets").click();
      await page.waitForSelector(".gallery button:nth-child(2) polyline:nth-of-type(3)");
      const preset = page.getByRole("button", { name: "The post's network in a seizure" });
      await preset.click();
      expect(await preset.getAttribute("aria-pressed")).toBe("true");
      expect(await page.locator("#preset").inputValue()).toBe("seizure");
      await waitForRun(page);
      await page.waitForSelector('.beside[data-state="current"] #beside');
      const [cells, errors] = await Promise.all(
        ["canvas.cells", "#beside"].map((selector) => page.locator(selector).boundingBox()),
      );
      expect(errors!.x).toBeGreaterThan(cells!.x + cells!.width);
      expect(watch.problems).toEqual([]);
    });

    test("a click on a neuron shows its circuits, and the player runs through the layers", async () => {
      const { page } = await openLab(lab(), "view=neurons&layer=3");
      await page.waitForFunction(() => document.querySelector(".figure-title")?.textContent?.startsWith("Layer 3"));
      await page.locator("canvas.cells").click({ position: { x: 60, y: 60 } });
      await page.waitForFunction(() =>
        /It belongs to \d+ circuits?:/.test(document.querySelector(".story")?.textContent ?? ""),
      );
      // The card at the neuron's cell shows the terms of the neuron's sum, and the gate.
      await page.waitForFunction(() =>
        /neuron \d+: −?[\d.]+ × [\d.]+/.test(document.querySelector(".card")!.textContent),
      );
      expect(await page.locator(".card").innerText()).toMatch(/bias[\s\S]*sum/);
      expect(await page.getByRole("img", { name: /^The gate lets / }).count()).toBe(1);
      await page.getByLabel("neuron", { exact: true }).press("Escape");
      await page.waitForFunction(() => !location.hash.includes("neuron="));
      for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "ArrowLeft"]) {
        await page.locator("canvas.cells").press(key);
      }
      expect(await addressOf(page)).toMatch(/neuron=1$/);
      await page.waitForFunction(() => document.querySelector(".card")!.textContent.startsWith("Neuron 1 "));
      await page.locator("canvas.cells").press("Escape");
      await page.waitForFunction(() => !location.hash.includes("neuron="));
      await page.locator(".card").waitFor({ state: "hidden" });
      await page.getByLabel("neuron", { exact: true }).fill("30");
      await page.getByLabel("neuron", { exact: true }).press("Enter");
      await page.waitForFunction(() => document.querySelector(".card")!.textContent.startsWith("Neuron 30 "));
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

    test.each([
      [1440, 900, 0.33],
      [390, 844, 0.4],
    ])("the whole card of a neuron is in sight beside its cell, at %i × %i px", async (width, height, share) => {
      const { page, watch } = await openLab(lab(), "view=neurons&layer=3", { viewport: { width, height } });
      await page.waitForFunction(() => document.querySelector(".figure-title")?.textContent?.startsWith("Layer 3"));
      // The errors beside the neurons make the picture narrower when they arrive.
      await waitForRun(page);
      await page.waitForTimeout(200);
      const cells = page.locator("canvas.cells");
      const box = (await cells.boundingBox())!;
      await cells.click({ position: { x: 0.52 * box.width, y: share * box.height } });
      await page.waitForFunction(() => /sum−?[\d.]+$/.test(document.querySelector(".card .bars")!.textContent));
      await page.waitForFunction(() => location.hash.includes("neuron="));
      const at = await page.evaluate(() => {
        const [card, gate] = [".card", ".gate svg"].map((one) => document.querySelector(one)!.getBoundingClientRect());
        const sheet = document.querySelector(".sheet")!.getBoundingClientRect();
        return {
          top: card!.top,
          bottom: card!.bottom,
          gate: gate!.bottom,
          end: sheet.height > 0 ? sheet.top : innerHeight,
        };
      });
      expect(at.top).toBeGreaterThanOrEqual(0);
      expect(at.gate).toBeLessThan(at.bottom);
      expect(at.bottom).toBeLessThan(at.end);
      const clicked = (await cells.boundingBox())!.y + share * box.height;
      expect(at.top > clicked || at.bottom < clicked).toBe(true);
      expect(await page.locator(".card").innerText()).not.toContain("-0.");
      // The pointer rests on the cell, but the arrow keys choose another neuron.
      const before = Number(/neuron=(\d+)/.exec(await addressOf(page))![1]);
      await cells.press("ArrowRight");
      await page.waitForFunction(
        (next) => document.querySelector(".card")!.textContent.startsWith(`Neuron ${next} `),
        before + 1,
      );
      await page.mouse.move(box.x + 0.52 * box.width + 1, clicked);
      expect(await page.locator(".card").innerText()).toContain(`Neuron ${before + 1} `);
      expect(watch.problems).toEqual([]);
    });

    test("pointing at a path shows its circuit's neurons; a tap or the arrow keys pin it, and the link keeps it", async () => {
      const { page, watch } = await openLab(lab(), "samples=50&layer=3");
      await waitForRun(page);
      const card = page.locator(".card:visible");
      const panel = page.locator(".slot #paths g[transform] > rect");
      await panel.first().hover({ force: true });
      await card.getByText("At layer 3, the circuit uses neurons").waitFor();
      expect(await card.innerText()).toMatch(/^Circuit 38 in sample 0, z = 1\n[^]*layer 5\noff by 0\.14/);
      expect(await addressOf(page)).not.toContain("path=");
      await page.mouse.move(0, 0);
      expect(await card.count()).toBe(0);
      await panel.nth(1).evaluate((frame) => {
        const { left, top } = frame.getBoundingClientRect();
        const at = { clientX: left + 9, clientY: top + 9, bubbles: true, pointerType: "touch" };
        frame.dispatchEvent(new PointerEvent("click", at));
      });
      await page.waitForFunction(() => location.hash.includes("path=1"));
      await card.getByText("Circuit 502 in sample 1").waitFor();
      const paths = page.getByRole("group", { name: "The paths of 6 circuits" });
      for (const key of ["ArrowDown", "ArrowLeft"]) await paths.press(key);
      await page.waitForFunction(() => location.hash.includes("path=3"));
      await page.reload();
      await card.getByText("Circuit 394 in sample 3").waitFor();
      await paths.press("Escape");
      await card.waitFor({ state: "hidden" });
      expect(await addressOf(page)).not.toContain("path=");
      expect(watch.problems).toEqual([]);
    });

    test("a figure in another page's frame is a figure and a slider, at 640 by 480, without overflow", async () => {
      const viewport = { width: 640, height: 480 };
      const { page, watch } = await openLab(lab(), "view=errors&samples=50&embed=1", { viewport, bypassCSP: true });
      await waitForRun(page);
      const title = (): Promise<string | null> => page.locator("#errors > title").textContent();
      const before = await title();
      await page.locator("input[type=range]:visible").press("ArrowRight");
      await page.waitForFunction((old) => document.querySelector("#errors > title")?.textContent !== old, before);
      for (const view of ["errors", "neurons", "trajectories", "assignment"]) {
        await goToFragment(page, `view=${view}&samples=50&embed=1`);
        await page.locator(".slot :is(#errors, #paths, canvas):visible").first().waitFor();
        expect(await smallestText(page)).toBeGreaterThanOrEqual(10);
        expect(await page.locator("input[type=range]:visible").count()).toBe(1);
        expect(await page.evaluate(() => [document.body.scrollHeight, document.body.scrollWidth])).toEqual([480, 640]);
      }
      // Three rows of panels are scrolled, so that their text stays readable.
      await goToFragment(page, "z=1,2,3&samples=50&embed=1");
      await page.locator("#paths > title", { hasText: "1, 2 and 3" }).waitFor({ state: "attached" });
      expect(await smallestText(page)).toBeGreaterThanOrEqual(10);
      expect(await axeViolations(page)).toEqual([]);
      expect(watch.problems).toEqual([]);
    });
  });
}
