import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { needTools } from "../support/tools.js";

/** The built page, served under a path as on a static host, and a Chromium. */
export interface LabBrowser {
  readonly browser: Browser;
  readonly site: { readonly url: string };
  /** The folder that is served. */
  readonly folder: string;
  close(): Promise<void>;
}

export async function openBrowser(): Promise<LabBrowser> {
  await needTools("chromium");
  const script = fileURLToPath(new URL("../../scripts/lab-browser.mjs", import.meta.url));
  const { openBrowser: open } = (await import(script)) as { openBrowser: (path: string) => Promise<LabBrowser> };
  return open("/under/some/path/");
}

/** The errors of a page, and the files that it loaded. */
export interface Watch {
  readonly problems: string[];
  readonly requests: string[];
}

interface OpenLab {
  readonly page: Page;
  readonly watch: Watch;
}

/**
 * Opens a new page in its own context, at a fragment of the lab's URL ("" for the first screen), and watches it. It is
 * closed after the test.
 */
export async function openOwnLab(
  { browser, site }: LabBrowser,
  fragment = "view=trajectories",
  options: BrowserContextOptions = {},
  /** A script that runs in the page before the page's own code. */
  first?: () => void,
): Promise<OpenLab> {
  // Reduced motion, so that figures are compared in their final state.
  const context = await browser.newContext({
    ...{ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" as const },
    ...options,
  });
  if (first) await context.addInitScript(first);
  const page = await context.newPage();
  const watch: Watch = { problems: [], requests: [] };
  page.on("pageerror", (error) => watch.problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") watch.problems.push(message.text());
  });
  page.on("request", (request) => watch.requests.push(request.url()));
  await page.goto(`${site.url}${fragment === "" ? "" : `#${fragment}`}`);
  return { page, watch };
}

/** Pages that stay open between tests, keyed by their options, because opening a page takes seconds of CPU time. */
const shared = new Map<string, OpenLab & { isTaken: boolean }>();

/** A page that earlier tests with the same options have used, or a new one, at a fragment of the lab's URL. */
export async function openLab(
  lab: LabBrowser,
  fragment = "view=trajectories",
  options: BrowserContextOptions = {},
): Promise<OpenLab> {
  const key = JSON.stringify(options);
  const one = shared.get(key);
  if (one?.isTaken) return openOwnLab(lab, fragment, options);
  if (!one) {
    const opened = await openOwnLab(lab, fragment, options);
    shared.set(key, { ...opened, isTaken: true });
    kept.add(opened.page.context());
    return opened;
  }
  one.isTaken = true;
  const { page, watch } = one;
  // Goes through another state, so that nothing from the last test is on screen.
  for (const next of ["samples=1&view=assignment", fragment]) {
    await page.evaluate(async (hash) => {
      document.querySelector("#message")!.textContent = "";
      if (decodeURIComponent(location.hash) === hash) return;
      const changed = new Promise((done) => addEventListener("hashchange", done, { once: true }));
      location.replace(hash);
      await changed;
    }, `#${next}`);
  }
  watch.problems.length = 0;
  watch.requests.length = 0;
  return { page, watch };
}

/** Call this after a test: it closes the test's own pages and releases the shared ones. */
export async function closeOwnPages({ browser }: LabBrowser): Promise<void> {
  for (const context of browser.contexts()) if (!kept.has(context)) await context.close();
  for (const one of shared.values()) one.isTaken = false;
}

/** Contexts that stay open after a test, for the tests that follow. */
export const kept = new Set<BrowserContext>();

/** Edits the address of an open page, and clears messages about the previous address. */
export async function goToFragment(page: Page, fragment: string): Promise<void> {
  await page.evaluate((hash) => {
    document.querySelector("#message")!.textContent = "";
    location.hash = hash;
  }, fragment);
}

/** Waits until the page's run is complete, whether or not the view says so. */
export async function waitForRun(page: Page): Promise<void> {
  await page.waitForSelector('.status[data-state="done"]', { timeout: 60_000, state: "attached" });
  await page.waitForSelector('.slot[data-state="current"]', { timeout: 60_000, state: "attached" });
}

/** Waits until the page has drawn a change that it has been told of, which it does in the next frame. */
export async function waitForFrame(page: Page): Promise<void> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
}

/** Waits until everything on screen belongs to the page's state. */
export async function waitUntilDrawn(page: Page): Promise<void> {
  await waitForFrame(page);
  await page.waitForSelector('main:has(.status[data-state="done"]) #view:not([aria-busy])', { timeout: 60_000 });
}

/** The text of a file that a button of the page saves. */
export async function savedText(page: Page, button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: button, exact: true }).click(),
  ]);
  const chunks: Buffer[] = [];
  for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

/** Moves a field's slider by keys, as a person would. */
export async function pressSlider(page: Page, field: string, key: string, times = 1): Promise<void> {
  const slider = page.locator(`[data-field="${field}"] input[type=range]`);
  await slider.focus();
  for (let k = 0; k < times; k++) await slider.press(key);
}

/** The address as the page knows it, because the driver learns of changes later. */
export const addressOf = (page: Page): Promise<string> => page.evaluate(() => location.href);

/** The page's notes on the network on screen and on adjusted fields. */
export const noteOf = (page: Page): Promise<string> => page.locator("#note").innerText();

/** The page's error message. */
export const messageOf = (page: Page): Promise<string> => page.locator("#message").innerText();

/** The smallest text of the figure on screen, in screen px, because figures are scaled to the available width. */
export const smallestText = (page: Page): Promise<number> =>
  page.evaluate(() => {
    const texts = [...document.querySelectorAll<SVGTextElement>(".slot svg text")];
    const sizes = texts.map((text) => {
      const { a, b } = text.getScreenCTM() ?? { a: NaN, b: NaN };
      return text.getBoundingClientRect().width === 0
        ? Infinity
        : parseFloat(getComputedStyle(text).fontSize) * Math.hypot(a, b);
    });
    return Math.min(Infinity, ...sizes);
  });
