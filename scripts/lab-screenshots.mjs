// Takes pictures of the lab: every view at two widths and in both themes, saved in out/screenshots; the pictures in
// the documentation, saved in docs/images; and the picture that sites show beside a link, saved in src/web/public.
//
//   node scripts/lab-screenshots.mjs            Takes all pictures.
//   node scripts/lab-screenshots.mjs pictures   Takes all pictures except those in out/screenshots.

import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build, root } from "./build.mjs";
import { launchChromium } from "./lab-browser.mjs";
import { labFolder, labTarget, serve } from "./lab.mjs";

const views = {
  start: "",
  contagion: "z=2&view=contagion&layer=3",
  explanation: "view=explanation&step=6&layer=4",
  errors: "view=errors&z=1,2,3&samples=10000",
  neurons: "view=neurons&layer=4&neuron=30&circuit=12",
  smallest: "view=neurons&D=40&T=24&S=2&L=10&samples=200&networks=8",
  assignment: "view=assignment&circuit=100",
  holds: "view=explanation&step=8&schedule=parting&T=574&ramp=0.875,0.999&gain=8&offset=1.1&L=100&samples=1000",
  rows: "view=errors&design=rows&S=3&L=10&z=1,2&samples=1000",
  "rows-paths": "design=rows&S=3&L=10&z=2&samples=100",
  windows: "view=neurons&design=windows&S=1&L=20&z=2&samples=100&layer=6&circuit=12&neuron=30",
  grid: "view=assignment&design=grid&S=1&T=10000&L=40&samples=100&circuit=100",
  groups: "view=neurons&design=groups&S=1&T=558&L=40&z=2&samples=1000&layer=3",
  switched: "view=neurons&design=switched&S=1&angles=16&noise=0.01&L=60&z=2&samples=200&layer=5&circuit=7",
  storage: "view=storage",
  graded: "view=storage&n=512&m=16384&l=3&amplitudes=graded",
  sweep: "view=sweep",
  "sweep-points": "view=sweep",
  message: "T=558",
};
const sizes = [
  { width: 1280, height: 900 },
  { width: 390, height: 844 },
];

build({ targets: [labTarget] });
const folder = join(root, "out/screenshots");
mkdirSync(folder, { recursive: true });

function superpose(...args) {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "dist/superpose.js"), ...args]);
  if (status !== 0) throw new Error(String(stderr));
}

/** Results of a small sweep for the sweep view. */
function sweepFiles() {
  const out = join(folder, "sweep");
  rmSync(out, { recursive: true, force: true });
  mkdirSync(out);
  const grid = { T: [200, 300, 400, 500, 557], z: [1, 2], seed: [1, 2, 3] };
  const figure = { kind: "errors-by-load", readout: "x", circuits: "active" };
  writeFileSync(join(out, "given.json"), JSON.stringify({ base: { L: 4, samples: 300 }, grid, figure }));
  superpose("sweep", join(out, "given.json"), "--out", out);
  return ["results.jsonl", "sweep.json"].map((name) => join(out, name));
}

/** Every view, at all sizes and in both themes. */
async function allViews(browser, site) {
  build();
  const results = sweepFiles();
  for (const viewport of sizes) {
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ viewport, colorScheme, deviceScaleFactor: 1 });
      const page = await context.newPage();
      for (const [name, fragment] of Object.entries(views)) {
        await page.goto("about:blank");
        await page.goto(`${site.url}#${fragment}`);
        await page.waitForSelector('.status[data-state="done"]', { state: "attached" });
        if (name.startsWith("sweep")) await page.setInputFiles("#open-sweep", results);
        if (name === "sweep-points") {
          await page.getByLabel("draw", { exact: true }).selectOption("points");
          await page.getByLabel("run", { exact: true }).fill("7");
          await page.getByLabel("run", { exact: true }).press("Enter");
        }
        await page.waitForSelector(".slot svg, .slot canvas");
        // Waits until the data received so far have been drawn.
        await page.waitForTimeout(300);
        const path = join(folder, `lab-${name}-${viewport.width}-${colorScheme}.png`);
        await page.screenshot({ path, fullPage: true });
        console.log(path);
      }
      await context.close();
    }
  }
}

/** The pictures in the documentation, and the picture that sites show beside a link to the page. */
async function pictures(browser, site) {
  const phone = { width: 390, height: 844 };
  for (const [path, fragment, viewport, options] of [
    ["docs/images/lab-start.png", "z=3&view=start", { width: 760, height: 660 }],
    ["docs/images/lab-contagion.png", "z=3&view=contagion&layer=3", { width: 1100, height: 880 }],
    [
      "docs/images/lab-compare.png",
      "view=contagion&schedule=parting&ramp=0.875,0.999&gain=8&offset=1.1&pin=",
      { width: 1280, height: 880 },
    ],
    ["docs/images/lab-article.png", "view=explanation&step=2&S=1&T=250", phone, { colorScheme: "dark" }],
    ["docs/images/lab-embed.png", "z=2&view=contagion&layer=3&embed=1", { width: 640, height: 480 }],
    ["docs/images/lab-capacity.png", "view=errors&L=3&samples=500&embed=T", { width: 640, height: 430 }],
    [
      "docs/images/lab-columns.png",
      "view=errors&design=columns&S=1&L=40&z=1,2&samples=200&embed=noise",
      { width: 640, height: 455 },
    ],
    ["src/web/public/preview.png", "z=3&view=start", { width: 600, height: 660 }, { clip: "canvas.sheets" }],
  ]) {
    const { clip, ...context } = options ?? {};
    const page = await browser.newPage({ viewport, reducedMotion: "reduce", ...context });
    await page.goto(`${site.url}#${fragment}`);
    await page.waitForSelector('.slot[data-state="current"] :is(canvas.cells, canvas.sheets, svg)');
    await page.waitForTimeout(1000);
    await (clip === undefined ? page : page.locator(clip)).screenshot({ path: join(root, path) });
    await page.close();
    console.log(path);
  }
}

const site = await serve(labFolder);
const browser = await launchChromium();
if (process.argv[2] !== "pictures") await allViews(browser, site);
await pictures(browser, site);
await browser.close();
await site.close();
