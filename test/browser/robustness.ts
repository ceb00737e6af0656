import { beforeAll, describe, expect, test } from "vitest";
import { axeViolations, overflow } from "./axe.js";
import {
  addressOf,
  goToFragment,
  kept,
  messageOf,
  openLab,
  openOwnLab,
  waitForRun,
  waitUntilDrawn,
  type LabBrowser,
} from "./lab-page.js";

const MILLION_BRACKETS = "[".repeat(1_000_000);

/** Tests how the page handles untrusted input. */
export function robustnessTests(lab: () => LabBrowser): void {
  describe("hostile links and files", () => {
    // All cases use one page, so each also tests that the page still works after the previous ones.
    let open: Awaited<ReturnType<typeof openLab>>;
    let turn = 0;
    beforeAll(async () => {
      open = await openOwnLab(lab(), "samples=100");
      kept.add(open.page.context());
      await waitForRun(open.page);
    });

    test("a script in a value of the opening address", async () => {
      const { page, watch } = await openOwnLab(lab(), "construction=<img src=x onerror=window.hacked=1>&T=300");
      await waitForRun(page);
      expect(await messageOf(page)).toMatch(/^construction = .*must be one of/);
      expect(await page.locator('[data-field="T"] input[type=number]').inputValue()).toBe("300");
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      expect(watch.problems).toEqual([]);
    });

    test.each([
      ["a script in a key", "<script>window.hacked=1</script>=1", /unknown key/],
      ["a script in a value", "construction=<img src=x onerror=window.hacked=1>", /^construction = .*must be one of/],
      ["10^9 neurons", "D=1000000000", /^D = 1000000000: must be/],
      [
        "a network too large for the tab",
        "D=16000000&T=16000000&S=2",
        /needs about .* this process can use only 1 GiB/,
      ],
      ["NaN", "T=NaN", /^T = "NaN": must be a whole number/],
      ["a negative number", "z=-1", /^z must be a whole number from 1 to T = 557, or a list such as 1,2,3\.$/],
      ["letters for a list", "z=abc", /^z must be a whole number, or a list such as 1,2,3\.$/],
      ["an unfit T", "T=558", /^T = 558: at most 557 circuits fit/],
      ["a key twice", "T=1&T=2", /twice/],
      ["a prototype", "__proto__=1", /unknown key/],
      ["deep JSON", `circuits={"weights":${"[".repeat(500)}${"]".repeat(500)}}`, /nested more than 8 levels/],
      ["broken JSON", 'circuits={"weights":', /malformed JSON/],
      ["a view that is not", "view=admin", /^view = "admin": must be one of/],
      ["a step that is not", "view=explanation&step=9", /^step = 9: must be a whole number from 1 to 8/],
      ["a huge layer", "layer=99999999999999999999", /^layer = /],
      ["too many layers to draw", "L=5000", /at most 200 layers/],
      ["a long link", `T=${"1".repeat(30_000)}`, /too long/],
      ["broken percent signs", "T=%E0%A4%A", /^T = /],
    ])("%s: one clear message, and the page works", async (_name, fragment, message) => {
      const { page, watch } = open;
      await goToFragment(page, `samples=${101 + turn++}`);
      await goToFragment(page, fragment);
      await page.waitForFunction(() => document.querySelector("#message")?.textContent !== "");
      const said = await messageOf(page);
      expect(said).toMatch(message);
      expect(said.length).toBeLessThan(400);
      await waitForRun(page);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      expect(await page.locator("script:not([src]), img").count()).toBe(0);
      expect(watch.problems).toEqual([]);
    });

    test.each([
      ["no JSON", "hello: [world", /is not JSON/],
      ["scripts in strings", '{"construction": "<script>window.hacked=1</script>"}', /construction = /],
      ["10^9 layers", '{"L": 1e9}', /L = 1000000000: must be/],
      ["deep JSON", MILLION_BRACKETS + "]".repeat(1_000_000), /nested more than 8|is not JSON|must be an object/],
      ["unfinished JSON", MILLION_BRACKETS, /is not JSON/],
      ["a prototype", '{"__proto__": {"D": 1}}', /unknown key/],
      ["not UTF-8", Buffer.from([0xff, 0xfe, 0x00]), /is not JSON/],
      ["a large file", Buffer.alloc(5 * 2 ** 20, 32), /has 5242880 bytes; the limit is 4194304/],
      ["markup for a name", '{"circuits": {"name": "<b>x</b>", "weights": [[[[1]]]], "biases": [[0]]}}', /name = /],
      ["weights that do not agree", '{"circuits": {"weights": [[[[1, 2]]]], "biases": [[0]]}}', /circuits\.weights/],
    ])("a file with %s: one clear message", async (_name, content, message) => {
      const { page, watch } = open;
      await goToFragment(page, `samples=${101 + turn++}&T=300`);
      await waitForRun(page);
      const before = await addressOf(page);
      const buffer = Buffer.isBuffer(content) ? content : Buffer.from(content);
      const name = '"><img src=x onerror=window.hacked=1>.json';
      await page.setInputFiles("#open-spec", { name, mimeType: "application/json", buffer });
      await page.waitForFunction(() => document.querySelector("#message")?.textContent !== "");
      expect(await messageOf(page)).toMatch(message);
      expect(await page.evaluate(() => "hacked" in window)).toBe(false);
      expect(await addressOf(page)).toBe(before);
      expect(watch.problems).toEqual([]);
    });

    test("circuits from a file run and are part of the link", async () => {
      const circuits = { name: "mine", weights: [[[[1]], [[0.5]], [[2]]]], biases: [[0]] };
      const spec = { D: 8, S: 2, L: 3, samples: 50, circuits };
      const { page, watch } = await openLab(lab(), "view=errors");
      await page.setInputFiles("#open-spec", {
        ...{ name: "own.json", mimeType: "application/json" },
        buffer: Buffer.from(JSON.stringify(spec)),
      });
      await page.waitForFunction(() => document.querySelector("#errors")?.textContent?.includes("δa"));
      expect(await page.locator('[data-field="circuits"] select').textContent()).toContain("mine (from a file)");
      expect(await page.getByLabel("command line").innerText()).toBe("superpose run spec.json");
      await waitForRun(page);
      const { page: other } = await openOwnLab(lab(), (await addressOf(page)).split("#")[1]!);
      await waitForRun(other);
      expect(await other.locator("#errors").textContent()).toBe(await page.locator("#errors").textContent());
      expect(watch.problems).toEqual([]);
    });
  });

  describe("for everyone", () => {
    const views = [
      "explanation&step=6",
      "trajectories&path=1",
      "errors",
      "neurons&neuron=30&circuit=12",
      "assignment&circuit=100",
      "train&mixing=normal",
    ];

    // Each view is also checked at one more width, alternating between light and dark.
    test.each(
      views.flatMap((view, k) => [
        [view, "light", k % 2 === 0 ? [1280, 1440] : [1280]] as const,
        [view, "dark", k % 2 === 0 ? [390] : [390, 768]] as const,
      ]),
    )("axe finds nothing in %s, %s, at %j px; nothing is wider than the screen", async (view, colorScheme, widths) => {
      const viewport = { width: widths[0]!, height: 844 };
      const { page } = await openLab(lab(), `view=${view}`, { colorScheme, viewport, bypassCSP: true });
      await waitForRun(page);
      for (const width of widths) {
        await page.setViewportSize({ width, height: 844 });
        await waitUntilDrawn(page);
        expect(await axeViolations(page)).toEqual([]);
        expect(await overflow(page)).toBe(0);
      }
      // The page is shared with later tests.
      await page.setViewportSize(viewport);
    });

    test("everything can be reached and moved by keyboard, with visible focus", async () => {
      const { page } = await openOwnLab(lab(), "samples=100");
      await waitForRun(page);
      const reached = new Set<string>();
      for (let k = 0; k < 60; k++) {
        await page.keyboard.press("Tab");
        const focus = await page.evaluate(() => {
          const element = document.activeElement as HTMLElement;
          const label = element.getAttribute("aria-label") ?? element.textContent ?? "";
          return { name: `${element.tagName} ${element.id || label}`, outline: getComputedStyle(element).outlineStyle };
        });
        reached.add(focus.name.trim());
        if (focus.name.startsWith("BODY")) break;
        expect(focus.outline, focus.name).not.toBe("none");
      }
      const all = [...reached].join("\n");
      for (const name of [
        "Skip to the picture",
        "tab-trajectories",
        "preset",
        "Copy command",
        "Figure, PNG",
        "Play",
        "open-spec",
      ]) {
        expect(all).toContain(name);
      }
    });

    test("every figure has an accessible name", async () => {
      const { page } = await openLab(lab(), "view=errors&samples=100");
      await waitForRun(page);
      expect(await page.getByRole("img", { name: /Errors pass the guess-the-mean line/ }).count()).toBe(1);
      expect(await page.title()).toBe("Errors · Circuits in superposition");
    });

    test("in forced colours only the chosen tab is underlined", async () => {
      const { page } = await openLab(lab(), "view=errors&samples=100");
      await page.emulateMedia({ forcedColors: "active" });
      const underlined = await page
        .getByRole("tab")
        .evaluateAll((tabs) =>
          tabs
            .filter(
              (tab) =>
                getComputedStyle(tab).borderBottomColor !== getComputedStyle(document.documentElement).backgroundColor,
            )
            .map((tab) => [tab.textContent, getComputedStyle(tab).borderBottomColor]),
        );
      await page.emulateMedia({ forcedColors: "none" });
      expect(underlined.map(([name]) => name)).toEqual(["Errors"]);
    });
  });
}
