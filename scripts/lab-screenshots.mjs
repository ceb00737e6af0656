// Pictures of the lab, to be looked at: every view at two widths and in both themes, into out/screenshots, and the
// README's into docs/images.
//
//   node scripts/lab-screenshots.mjs

import { copyFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { ensureChromium, launchFlags } from "./browser.mjs";
import { build, root } from "./build.mjs";
import { labFolder, labTarget, serve } from "./lab.mjs";

const views = {
  start: "",
  explanation: "view=explanation&step=6&layer=4",
  errors: "view=errors&z=1,2,3&samples=10000",
  neurons: "view=neurons&layer=4&neuron=30&circuit=12",
  smallest: "view=neurons&D=40&T=24&S=2&L=10&samples=200&networks=8",
  assignment: "view=assignment&circuit=100",
  storage: "view=storage",
  graded: "view=storage&n=512&m=16384&l=3&amplitudes=graded",
  message: "T=558",
};
const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

build({ targets: [labTarget] });
const folder = join(root, "out/screenshots");
mkdirSync(folder, { recursive: true });
const site = await serve(labFolder);
const browser = await chromium.launch({ executablePath: ensureChromium() ?? undefined, args: launchFlags });
for (const viewport of sizes) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1 });
    const page = await context.newPage();
    for (const [name, fragment] of Object.entries(views)) {
      await page.goto("about:blank");
      await page.goto(`${site.url}#${fragment}`);
      await page.waitForSelector('.status[data-state="done"]');
      await page.waitForSelector(".slot svg, .slot canvas");
      // The last frame of what has arrived.
      await page.waitForTimeout(300);
      const path = join(folder, `lab-${name}-${viewport.width}-${colorScheme}.png`);
      await page.screenshot({ path, fullPage: true });
      console.log(path);
    }
    await context.close();
  }
}
const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1 });
const page = await context.newPage();
await page.goto(`${site.url}#${views.neurons}`);
await page.waitForSelector('.status[data-state="done"]');
await page.waitForTimeout(500);
await page.screenshot({ path: join(folder, "lab.png") });
copyFileSync(join(folder, "lab.png"), join(root, "docs/images/lab.png"));
await browser.close();
await site.close();
