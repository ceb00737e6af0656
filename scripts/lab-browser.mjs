// Serves the built lab and starts a Chromium in which to open it, for tests, benchmarks and pictures.

import { chromium } from "playwright-core";
import { build } from "./build.mjs";
import { labFolder, labTarget, serve } from "./lab.mjs";
import { toolPath } from "./tools.mjs";

/** Flags for machines without a display, without a sandbox for root, or without network access. */
const args = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A headless Chromium. Playwright gives every launch a new profile and removes it.
 *
 * @throws {Error} when there is no Chromium
 */
export function launchChromium() {
  return chromium.launch({ executablePath: toolPath("chromium"), args });
}

/**
 * Builds the lab if it has changed, serves it under a path as a static host does, and starts a Chromium.
 *
 * @param {string} [path]
 * @returns {Promise<{browser: import("playwright-core").Browser, site: {url: string}, folder: string,
 *   close: () => Promise<void>}>} folder: the served folder
 * @throws {Error} when there is no Chromium
 */
export async function openBrowser(path = "/") {
  build({ targets: [labTarget], log: () => {} });
  const browser = await launchChromium();
  const site = await serve(labFolder, { path });
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
