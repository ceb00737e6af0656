import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { openLab, openOwnLab, pressSlider, waitForRun, type LabBrowser } from "./lab-page.js";

/**
 * Tests where the page computes, how large it is, and what it loads from the network. `npm run bench page` measures its
 * speed.
 */
export function feelTests(lab: () => LabBrowser): void {
  describe("feel", () => {
    test("the page's thread computes nothing while the post's network runs and a slider moves", async () => {
      const { page } = await openOwnLab(lab(), "view=errors&samples=500", {}, () => {
        const counted = { kernels: 0, workers: 0 };
        Object.assign(window, { counted });
        const count = (owner: object, name: string, kind: keyof typeof counted): void => {
          const own = Reflect.get(owner, name) as new (...given: unknown[]) => object;
          // May be called with or without `new`.
          const spied = function (this: unknown, ...given: unknown[]): unknown {
            counted[kind]++;
            return new.target ? new own(...given) : Reflect.apply(own, this, given);
          };
          Reflect.set(owner, name, spied);
        };
        for (const name of ["Instance", "instantiate", "instantiateStreaming"]) count(WebAssembly, name, "kernels");
        count(window, "Worker", "workers");
      });
      await waitForRun(page);
      await page.selectOption("#preset", "R5");
      await waitForRun(page);
      await pressSlider(page, "T", "ArrowLeft", 10);
      await waitForRun(page);
      const counted = await page.evaluate(() => Reflect.get(window, "counted") as object);
      expect(counted).toEqual({ kernels: 0, workers: expect.any(Number) as number });
      expect(Reflect.get(counted, "workers")).toBeGreaterThan(0);
    });
  });

  describe("resources of the page", () => {
    const compressed = (paths: readonly string[]): number =>
      paths.reduce((sum, path) => sum + gzipSync(readFileSync(path)).length, 0);

    test("the folder is at most 320 KB compressed", () => {
      const files = (folder: string): string[] =>
        readdirSync(folder).flatMap((name) => {
          const path = join(folder, name);
          return statSync(path).isDirectory() ? files(path) : [path];
        });
      expect(compressed(files(lab().folder))).toBeLessThan(320_000);
    });

    test("the files loaded before the first picture are at most 150 KB compressed", () => {
      const page = readFileSync(join(lab().folder, "index.html"), "utf8");
      const linked = [...page.matchAll(/(?:href|src)="\.\/([^"]+)"/g)].map(([, path]) => join(lab().folder, path!));
      expect(linked.length).toBeGreaterThan(5);
      expect(compressed([...new Set(linked)])).toBeLessThan(150_000);
    });

    test("the picture that other sites show beside a link is in the folder", () => {
      const page = readFileSync(join(lab().folder, "index.html"), "utf8");
      const picture = /property="og:image" content="\.\/([^"]+)"/.exec(page)![1]!;
      expect(readFileSync(join(lab().folder, picture)).subarray(1, 4).toString()).toBe("PNG");
    });

    test("makes no requests to other hosts, runs no inline code, and enforces both by its policy", async () => {
      const { page, watch } = await openOwnLab(lab(), "view=neurons");
      await waitForRun(page);
      for (const url of watch.requests) expect(url.startsWith(lab().site.url), url).toBe(true);
      const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toContain("unsafe-inline");
      expect(policy).not.toContain(" 'unsafe-eval'");
      expect(await page.locator("style, script:not([src])").count()).toBe(0);
    });

    test("works offline once it has been loaded, under its path", async () => {
      const { page } = await openOwnLab(lab());
      await page.evaluate(async () => {
        await navigator.serviceWorker.ready;
      });
      await page.context().setOffline(true);
      await page.goto(`${lab().site.url}#view=errors&z=1,2&samples=300`);
      await page.reload();
      await page.waitForSelector("#errors");
      await waitForRun(page);
      expect(await page.locator("#samples").innerText()).toContain("300 samples");
    });

    test("nothing moves unless the reader wants motion", async () => {
      const { page } = await openLab(lab(), "samples=100", { reducedMotion: "reduce" });
      await waitForRun(page);
      const durations = await page
        .locator("button")
        .evaluateAll((all) => all.map((one) => getComputedStyle(one).transitionDuration));
      expect(new Set(durations)).toEqual(new Set(["0s"]));
    });
  });
}
