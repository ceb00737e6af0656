import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { needTools } from "../support/tools.js";

/** The built page, under a path as on a static host, and a Chromium. */
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

/** What went wrong in a page without anyone asking, and what it loaded. */
export interface Watch {
  readonly problems: string[];
  readonly requests: string[];
}

/** A new page of a context of its own, watched, at a fragment of the lab's URL. */
export async function openLab(
  { browser, site }: LabBrowser,
  fragment = "",
  options: BrowserContextOptions = {},
  /** Runs in the page before anything of its own. */
  first?: () => void,
): Promise<{ readonly page: Page; readonly watch: Watch }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
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

/** Contexts that stay open after a test, for those that follow. */
export const kept = new Set<BrowserContext>();

/** Edits the address of a page that is open, and waits until what was said of the one before is gone. */
export async function goToFragment(page: Page, fragment: string): Promise<void> {
  await page.evaluate((hash) => {
    document.querySelector("#message")!.textContent = "";
    location.hash = hash;
  }, fragment);
}

/** Waits until the page's run is complete, whether or not the view says so. */
export async function waitForRun(page: Page): Promise<void> {
  await page.waitForSelector('.status[data-state="done"]', { timeout: 60_000, state: "attached" });
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

/** What the page says of what is on screen, or was fitted. */
export const noteOf = (page: Page): Promise<string> => page.locator("#note").innerText();

/** What the page says is wrong. */
export const messageOf = (page: Page): Promise<string> => page.locator("#message").innerText();
