// The built lab, served, and a Chromium to open it in: for tests, benchmarks and pictures.

import { chromium } from "playwright-core";
import { findChromium, launchFlags } from "./browser.mjs";
import { build } from "./build.mjs";
import { labFolder, labTarget, serve } from "./lab.mjs";

/**
 * Builds the lab where it has changed, serves it under a path as a static host does, and starts a Chromium.
 *
 * @param {string} [path]
 * @returns {Promise<{browser: import("playwright-core").Browser, site: {url: string}, folder: string,
 *   close: () => Promise<void>}>} folder: what is served
 * @throws {Error} when there is no Chromium
 */
export async function openBrowser(path = "/") {
  const executablePath = findChromium();
  if (executablePath === null) {
    throw new Error("There is no Chromium: run node scripts/browser.mjs, or set CHROMIUM_PATH.");
  }
  build({ targets: [labTarget], log: () => {} });
  const site = await serve(labFolder, { path });
  // Playwright gives every launch a profile of its own and removes it.
  const browser = await chromium.launch({ executablePath, args: launchFlags });
  return {
    browser,
    site,
    folder: labFolder,
    close: async () => {
      await browser.close();
      await site.close();
    },
  };
}
